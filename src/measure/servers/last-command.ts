/** What a start command comes to: its last part, as `docker compose up -d db && ./server` starts a server of its own. Pure. */

/** A program that only runs another one. */
interface Wrapper {
  /** Options whose value is a word of its own; all others are whole by themselves. */
  readonly valued: readonly string[];
  /** Words of its own before the program, such as a time. */
  readonly operands: number;
}

const PLAIN: Wrapper = { valued: [], operands: 0 };

/** What stands before the program itself. */
const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map(
  Object.entries({
    exec: { valued: ['-a'], operands: 0 },
    command: PLAIN,
    nohup: PLAIN,
    setsid: PLAIN,
    time: { valued: ['-f', '--format', '-o', '--output'], operands: 0 },
    env: { valued: ['-u', '--unset', '-C', '--chdir'], operands: 0 },
    nice: { valued: ['-n', '--adjustment'], operands: 0 },
    ionice: { valued: ['-c', '--class', '-n', '--classdata'], operands: 0 },
    stdbuf: { valued: ['-i', '--input', '-o', '--output', '-e', '--error'], operands: 0 },
    timeout: { valued: ['-k', '--kill-after', '-s', '--signal'], operands: 1 },
    taskset: { valued: [], operands: 1 },
    doas: { valued: ['-C', '-u'], operands: 0 },
    gosu: { valued: [], operands: 1 },
    'su-exec': { valued: [], operands: 1 },
    runuser: { valued: ['-u', '--user', '-g', '--group', '-G', '--supp-group'], operands: 0 },
    sudo: {
      valued: [
        ...[
          '-u',
          '--user',
          '-g',
          '--group',
          '-h',
          '--host',
          '-p',
          '--prompt',
          '-C',
          '--close-from',
        ],
        ...['-D', '--chdir', '-R', '--chroot', '-r', '--role', '-t', '--type', '-T'],
        ...['--command-timeout', '-U', '--other-user'],
      ],
      operands: 0,
    },
  }),
);

const ENDS = /&&|\|\||;|\n|(?<!>)&(?!>)/;
const WORD = /^(?:"[^"]*"|'[^']*'|[^\s"'])+\s*/;
const ASSIGNMENT = /^\w+=/;

/** Without what stands before its program, and without what its output goes through. */
export function lastCommand(start: string): string {
  const last = start
    .split(ENDS)
    .map((part) => part.trim())
    .findLast((part) => part !== '');
  const [first = ''] = (last ?? '').split('|');
  return unwrapped(first);
}

function unwrapped(command: string): string {
  let rest = command;
  for (;;) {
    const word = wordOf(rest);
    if (ASSIGNMENT.test(word)) {
      rest = behind(rest);
      continue;
    }
    const wrapper = WRAPPERS.get(word.replace(/^.*\//, ''));
    if (wrapper === undefined) return rest;
    rest = behindOwn(behind(rest), wrapper);
  }
}

/** Without its options and its own words. */
function behindOwn(text: string, { valued, operands }: Wrapper): string {
  let rest = text;
  while (wordOf(rest).startsWith('-')) {
    const option = wordOf(rest);
    rest = behind(rest);
    if (option === '--') break;
    if (valued.includes(option)) rest = behind(rest);
  }
  for (let i = 0; i < operands; i++) rest = behind(rest);
  return rest;
}

function wordOf(text: string): string {
  return (WORD.exec(text)?.[0] ?? '').trimEnd();
}

function behind(text: string): string {
  return text.slice((WORD.exec(text)?.[0] ?? text).length);
}
