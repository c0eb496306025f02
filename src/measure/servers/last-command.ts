/** What a start command comes to: its last part, as `docker compose up -d db && ./server` starts a server of its own. Pure. */

/** What stands before the program itself. */
const BEFORE = /^(?:(?:exec|sudo|env|time|nohup|command)\s+|\w+=(?:"[^"]*"|'[^']*'|\S*)\s+)*/;
const ENDS = /&&|\|\||;|\n|(?<!>)&(?!>)/;

/** Without what stands before its program, and without what its output goes through. */
export function lastCommand(start: string): string {
  const last = start
    .split(ENDS)
    .map((part) => part.trim())
    .findLast((part) => part !== '');
  const [first = ''] = (last ?? '').split('|');
  return first.replace(BEFORE, '');
}
