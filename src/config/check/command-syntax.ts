/**
 * Commands that no shell can read, such as with a quotation mark that nothing closes: their shell says so before anything is built, and not
 * when a server is to be started. It only reads them (`-n`) and runs nothing.
 */
import { execFile } from 'node:child_process';
import { shellIn } from '../../system/start/shell.ts';
import type { Mistake, Path } from '../mistakes/mistakes.ts';
import { entries, get } from '../mistakes/untyped.ts';
import { commandsOf } from './server-contradictions.ts';

/** Without any of these there is no syntax that could be wrong. */
const HAS_SYNTAX =
  /["'`\\(){}<>;&|]|(^|\s)(if|then|else|elif|fi|for|while|until|do|done|case|esac|select|function)(\s|$)/;
/** How bash and dash begin a line about what they cannot read. */
const PREFIX = /^\S+: (?:-c: )?(?:line )?(\d+): /;
const SAYS_SYNTAX = /syntax error|unexpected|unterminated/i;
/** It is done at once, or hangs for reasons of its own. */
const WITHIN_MS = 5000;

/** `raw`: a file's value, however wrong. */
export async function unreadableCommands(
  raw: unknown,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Mistake[]> {
  const commands = [
    ...entries(raw, 'servers').flatMap(([name, server]) => commandsOf(name, server)),
    ...entries(raw, 'scenarios').flatMap(([name, scenario]) => {
      const text = get(scenario, 'command');
      return typeof text === 'string' ? [{ path: ['scenarios', name, 'command'], text }] : [];
    }),
  ];
  const troubles = new Map<string, Promise<string | null>>();
  for (const { text } of commands) {
    if (!troubles.has(text)) troubles.set(text, troubleOf(text, env));
  }
  const found = await Promise.all(
    commands.map(async ({ path, text }) => mistakesOf(path, (await troubles.get(text)) ?? null)),
  );
  return found.flat();
}

function mistakesOf(path: Path, trouble: string | null): Mistake[] {
  if (trouble === null) return [];
  const message = `no shell can read this command: ${trouble}`;
  const hint =
    'look for a quotation mark or a bracket that nothing closes, and for quotation marks that YAML took for its own; a command of several lines stands below `|`';
  return [{ path, part: 'value', message, hint }];
}

async function troubleOf(command: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  if (command.includes('\0')) return 'it has a zero byte';
  if (!HAS_SYNTAX.test(command)) return null;
  const shell = shellIn(env.PATH ?? '');
  // A command may switch on patterns such as `!(*.md)`, which would be read only then.
  const args = [...(shell === 'bash' ? ['-O', 'extglob'] : []), '-n', '-c', command];
  const quiet = { ...env, LC_ALL: 'C', BASH_ENV: undefined, ENV: undefined };
  const told = await new Promise<string>((resolve) => {
    execFile(shell, args, { env: quiet, timeout: WITHIN_MS }, (error, _, stderr) =>
      resolve(error === null ? '' : stderr),
    );
  });
  const line = told.split('\n').find((one) => PREFIX.test(one) && SAYS_SYNTAX.test(one));
  if (line === undefined) return null;
  const number = PREFIX.exec(line)?.[1];
  const where = command.trim().includes('\n') ? ` in line ${number}` : '';
  return `${line.replace(PREFIX, '').replace(/^syntax error: /i, '')}${where}`;
}
