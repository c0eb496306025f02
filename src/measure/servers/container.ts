/** Whether a start command hands the server to a container. Pure. */

/** What stands before the program itself. */
const BEFORE = /^(?:(?:exec|sudo|env|time|nohup|command)\s+|\w+=(?:"[^"]*"|'[^']*'|\S*)\s+)*/;
const TOOL = /^(?:\S*\/)?(?:docker|podman|nerdctl|docker-compose|podman-compose)(?=\s|$)/;
/** Their usual follow-ups come after a start in the background. */
const STARTS = /\s(?:run|up|start|exec|logs|attach|wait)(?=\s|$)/;
const ENDS = /&&|\|\||;|\n|(?<!>)&(?!>)/;

/** True where the last command of it does: `docker compose up -d db && ./server` starts a server of its own. */
export function startsContainer(start: string): boolean {
  const last = start
    .split(ENDS)
    .map((part) => part.trim())
    .findLast((part) => part !== '');
  const [first = ''] = (last ?? '').split('|');
  const command = first.replace(BEFORE, '');
  return TOOL.test(command) && STARTS.test(command);
}
