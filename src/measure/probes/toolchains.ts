/** Compilers and runtimes that a server's commands name, and their versions: another one makes another program of the same code. */
import { execFile } from 'node:child_process';

/** By the words that name it in a command: how its version is asked for. */
const ASKED: readonly { name: string; words: readonly string[]; command: readonly string[] }[] = [
  { name: 'go', words: ['go'], command: ['go', 'version'] },
  { name: 'rustc', words: ['rustc', 'cargo'], command: ['rustc', '--version'] },
  {
    name: 'node',
    words: ['node', 'npm', 'npx', 'pnpm', 'yarn', 'tsx', 'ts-node'],
    command: ['node', '--version'],
  },
  { name: 'deno', words: ['deno'], command: ['deno', '--version'] },
  { name: 'bun', words: ['bun', 'bunx'], command: ['bun', '--version'] },
  {
    name: 'python',
    words: [
      'python',
      'python3',
      'pip',
      'uv',
      'poetry',
      'uvicorn',
      'gunicorn',
      'hypercorn',
      'flask',
    ],
    command: ['python3', '--version'],
  },
  {
    name: 'java',
    words: ['java', 'javac', 'mvn', 'mvnw', 'gradle', 'gradlew', 'sbt'],
    command: ['java', '-version'],
  },
  { name: 'dotnet', words: ['dotnet'], command: ['dotnet', '--version'] },
  {
    name: 'ruby',
    words: ['ruby', 'bundle', 'rails', 'rackup', 'puma'],
    command: ['ruby', '--version'],
  },
  { name: 'php', words: ['php', 'composer'], command: ['php', '--version'] },
  { name: 'cc', words: ['cc', 'gcc', 'make', 'cmake', 'ninja'], command: ['cc', '--version'] },
  { name: 'c++', words: ['c++', 'g++', 'cmake', 'ninja'], command: ['c++', '--version'] },
  { name: 'clang', words: ['clang', 'clang++'], command: ['clang', '--version'] },
  { name: 'zig', words: ['zig'], command: ['zig', 'version'] },
  { name: 'gleam', words: ['gleam'], command: ['gleam', '--version'] },
  { name: 'elixir', words: ['elixir', 'mix'], command: ['elixir', '--version'] },
  { name: 'swift', words: ['swift', 'swiftc'], command: ['swift', '--version'] },
];

const ANSWERS_WITHIN_MS = 10_000;
const LONGEST = 200;

/** Names of those that are named in any of these commands, in a fixed order. */
export function programsNamedIn(commands: readonly string[]): string[] {
  const words = new Set(
    commands.flatMap((command) =>
      command.split(/[\s;&|()"'`=]+/).map((word) => word.slice(word.lastIndexOf('/') + 1)),
    ),
  );
  return ASKED.filter((one) => one.words.some((word) => words.has(word))).map(({ name }) => name);
}

/**
 * First line of what each of these says of its version, asked in `cwd`, as tools such as rustup choose by folder. One that does
 * not answer is left out.
 */
export async function versionsOf(
  names: readonly string[],
  { cwd, env, signal }: { cwd: string; env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<Record<string, string>> {
  const asked = ASKED.filter(({ name }) => names.includes(name)).map(
    async ({ name, command: [program, ...args] }) => {
      const text = await answerOf(program as string, args, { cwd, env, signal });
      return text === null ? [] : [[name, text] as const];
    },
  );
  return Object.fromEntries((await Promise.all(asked)).flat());
}

function answerOf(
  program: string,
  args: readonly string[],
  { cwd, env, signal }: { cwd: string; env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<string | null> {
  return new Promise((resolve) => {
    const options = {
      cwd,
      env,
      signal,
      timeout: ANSWERS_WITHIN_MS,
      killSignal: 'SIGKILL',
    } as const;
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error !== null) return resolve(null);
      // Java tells it on the other stream.
      const [first = ''] = (stdout.trim() || stderr.trim()).split('\n');
      resolve(first.trim().slice(0, LONGEST) || null);
    });
    child.stdin?.end();
  });
}
