/** Compilers, runtimes and load tools that commands name, and their versions: another one makes another program of the same code, or another load. */
import { execFile } from 'node:child_process';

/** By the words that name it in a command: how its version is asked for. */
interface Asked {
  name: string;
  words: readonly string[];
  command: readonly string[];
  /** Nothing that a server is built or run with. */
  isLoadTool?: true;
  /** It has answered when it ends with exit code 1, too. */
  mayFail?: true;
}

const ASKED: readonly Asked[] = [
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
  { name: 'wrk', words: ['wrk'], command: ['wrk', '-v'], isLoadTool: true, mayFail: true },
  { name: 'oha', words: ['oha'], command: ['oha', '--version'], isLoadTool: true },
  { name: 'k6', words: ['k6'], command: ['k6', 'version'], isLoadTool: true },
  { name: 'h2load', words: ['h2load'], command: ['h2load', '--version'], isLoadTool: true },
  { name: 'vegeta', words: ['vegeta'], command: ['vegeta', '-version'], isLoadTool: true },
  {
    name: 'autocannon',
    words: ['autocannon'],
    command: ['autocannon', '--version'],
    isLoadTool: true,
  },
];

const ANSWERS_WITHIN_MS = 10_000;
const LONGEST = 200;

/** Names of those that are named in any of these commands, in a fixed order. `of`: whose commands they are. */
export function programsNamedIn(
  commands: readonly string[],
  of: 'server' | 'load' = 'server',
): string[] {
  const words = new Set(
    commands.flatMap((command) =>
      command.split(/[\s;&|()"'`=]+/).map((word) => word.slice(word.lastIndexOf('/') + 1)),
    ),
  );
  return ASKED.filter((one) => of === 'load' || !one.isLoadTool)
    .filter((one) => one.words.some((word) => words.has(word)))
    .map(({ name }) => name);
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
    async ({ name, command: [program, ...args], mayFail = false }) => {
      const text = await answerOf(program as string, args, { cwd, env, signal, mayFail });
      return text === null ? [] : [[name, text] as const];
    },
  );
  return Object.fromEntries((await Promise.all(asked)).flat());
}

function answerOf(
  program: string,
  args: readonly string[],
  {
    cwd,
    env,
    signal,
    mayFail,
  }: { cwd: string; env: NodeJS.ProcessEnv; signal: AbortSignal; mayFail: boolean },
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
      if (error !== null && !(mayFail && error.code === 1)) return resolve(null);
      // Java tells it on the other stream.
      const [first = ''] = (stdout.trim() || stderr.trim()).split('\n');
      resolve(first.trim().slice(0, LONGEST) || null);
    });
    child.stdin?.end();
  });
}
