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
/** Whatever stands for it is a word. */
const PLACEHOLDER = /(?<!\$)\{[a-z]+\}/g;
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
  // With a name in place of each placeholder, as `of_{arm}=(a b)` is an array only then.
  const text = command.replaceAll(PLACEHOLDER, 'x');
  const line = await complaintOf([shell, '-n', '-c', text], env);
  if (line === null) return null;
  // A command may switch on patterns: `ls !(*.md)` is read by a shell that has them, and `while !(test -e up) do` by one that has not.
  if (shell === 'bash') {
    const withPatterns = await complaintOf([shell, '-O', 'extglob', '-n', '-c', text], env);
    if (withPatterns === null) return null;
  }
  const number = PREFIX.exec(line)?.[1];
  const where = command.trim().includes('\n') ? ` in line ${number}` : '';
  return `${line.replace(PREFIX, '').replace(/^syntax error: /i, '')}${where}`;
}

/** The line in which a shell says what it cannot read; null: it says no such thing. */
async function complaintOf(
  [shell, ...args]: [string, ...string[]],
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  const quiet = { ...env, LC_ALL: 'C', BASH_ENV: undefined, ENV: undefined };
  const told = await new Promise<string>((resolve) => {
    execFile(shell, args, { env: quiet, timeout: WITHIN_MS }, (error, _, stderr) =>
      resolve(error === null ? '' : stderr),
    );
  });
  return told.split('\n').find((one) => PREFIX.test(one) && SAYS_SYNTAX.test(one)) ?? null;
}
