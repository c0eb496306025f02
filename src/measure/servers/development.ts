/**
 * Whether a server runs as its developers run it, and not as it runs for its users: a build without optimization, a tool that compiles it
 * at each start, a program that watches its files. It is measured as it is, and whoever reads the figures should know. Linux alone tells.
 */
import { relative, resolve } from 'node:path';
import { type Form, named } from '../../config/settings/spelling.ts';
import { argumentsOf, executableOf } from '../../system/kernel/started-as.ts';
import { environmentHas } from '../../system/processes/mark.ts';
import { lastCommand } from './last-command.ts';
import { watchesFiles } from './watchers.ts';

export interface Process {
  /** File that it executes; null: it may not be read. */
  exe: string | null;
  args: readonly string[];
  /** Something that watches files has started it, and says so in its environment: no argument shows a watcher that code starts. */
  isReloaded?: boolean;
}

export interface Development {
  /** `build`: its speed is another one. `beside`: other programs are measured with it. */
  kind: 'build' | 'beside';
  text: string;
}

/** What compilers make where nobody asks them for speed, by the folder that it is in. */
const DEBUG_BUILDS: readonly {
  sign: RegExp;
  /** It is run by another program. */
  isArgument?: true;
  cure: (file: string) => string;
}[] = [
  {
    sign: /\/target\/(?:[\w.-]+\/)?debug\/[^/]+$/,
    cure: (file) =>
      `build it by \`cargo build --release\`, and start \`${file.replace(/\bdebug\/(?=[^/]+$)/, 'release/')}\``,
  },
  {
    sign: /(?:^|\/)bin\/Debug\/\S+$/,
    isArgument: true,
    cure: () => 'build it by `dotnet publish -c Release -o out`, and start what is in `out`',
  },
  {
    sign: /\/\.build\/(?:[\w.-]+\/)?debug\/[^/]+$/,
    cure: () => 'build it by `swift build -c release`, and start what is in `.build/release`',
  },
];

/** Tools that build a program and stay beside it. */
const BUILDERS: readonly { name: string; sign: RegExp; cure: string }[] = [
  {
    name: 'go run',
    sign: /^(?:\S*\/)?go\s+run(?=\s|$)/,
    cure: 'build it by `go build -o server .`, and start `./server`',
  },
  {
    name: 'dotnet run',
    sign: /^(?:\S*\/)?dotnet\s+(?:run|watch)(?=\s|$)/,
    cure: 'build it by `dotnet publish -c Release -o out`, and start `dotnet out/NAME.dll`',
  },
  {
    name: 'nest start',
    sign: /(?:^|[\s/])nest(?:\.js)?\s+start(?=\s|$)/,
    cure: 'build it by `nest build`, and start `node dist/main.js`',
  },
  {
    name: 'Maven',
    sign: /\bclassworlds\.launcher\.Launcher\b.*\s(?:\S*:(?:run|dev|exec)|exec:java)(?=\s|$)/,
    cure: 'build a jar by `mvn package`, and start it by `java -jar`',
  },
  {
    name: 'Gradle',
    sign: /\bGradleWrapperMain\b|\borg\.gradle\.launcher\./,
    cure: 'build it by `./gradlew --no-daemon installDist` or `bootJar`, and start what that makes',
  },
  {
    name: 'sbt',
    sign: /\bsbt-launch\S*\.jar\b|\bxsbt\.boot\.Boot\b/,
    cure: 'build it by `sbt stage` or `sbt assembly`, and start what that makes',
  },
];

/** What it runs is a process of its own. */
const SHELL = /(?:^|\/)(?:ba|da|a|z|k)?sh$/;

/** Of Werkzeug (Flask in debug mode), of Django, and of Node.js with `--watch`. */
const RELOADED = ['WERKZEUG_RUN_MAIN=true', 'RUN_MAIN=true', 'WATCH_REPORT_DEPENDENCIES=1'];

/** It becomes the program that it starts, so that no process shows it. */
const CARGO_RUN = /^cargo\s+(?:\+\S+\s+)?(?:run|r)(?=\s|$)/;

/** `folder`: in which its command runs. Null: nothing is known of it. */
export function developmentIn(
  processes: readonly Process[],
  { folder, start: command, form }: { folder: string; start: string; form: Form },
): Development | null {
  const [build, start] = [named('build', form), named('start', form)];
  const debug = processes.flatMap(debugBuildIn)[0];
  if (debug !== undefined) {
    const file = relative(folder, resolve(folder, debug.file));
    return {
      kind: 'build',
      text: `runs a debug build (${file}): that is often many times slower than what users get, and what is slow in it need not be slow for them. To measure what they get, ${debug.cure(file)} (${build}, ${start})`,
    };
  }
  const commands = processes.flatMap(({ args }) =>
    SHELL.test(args[0] ?? '') ? [] : args.join(' '),
  );
  const builder = BUILDERS.find(({ sign }) => commands.some((command) => sign.test(command)));
  if (builder !== undefined) {
    return {
      kind: 'beside',
      text: `is started by ${builder.name}, which compiles it at each start and stays beside it: its memory is measured with the server's. To measure the server alone, ${builder.cure} (${build}, ${start})`,
    };
  }
  if (CARGO_RUN.test(lastCommand(command))) {
    return {
      kind: 'beside',
      text: `is started by cargo run, which compiles it in its first start, and in each start puts its own file back where the gate has made a copy for this block: that leaves more noise between two runs. Build it by \`cargo build --release\`, and start \`target/release/NAME\` (${build}, ${start})`,
    };
  }
  // Some take another title (morbo), so that no process shows them.
  if (
    !watchesFiles([...commands, lastCommand(command)]) &&
    !processes.some(({ isReloaded }) => isReloaded)
  )
    return null;
  return {
    kind: 'beside',
    text: `runs under a program that watches its files and starts it again: the work and the memory of that are measured with the server's. To measure the server alone, start it without (${start}), as in production`,
  };
}

function debugBuildIn({ exe, args }: Process): { file: string; cure: (file: string) => string }[] {
  // The command of a shell is no file.
  const files = SHELL.test(args[0] ?? '') ? [] : args;
  return DEBUG_BUILDS.flatMap(({ sign, isArgument = false, cure }) =>
    [exe, ...(isArgument ? files : [])].flatMap((file) =>
      file !== null && sign.test(file) ? [{ file, cure }] : [],
    ),
  );
}

export function processesOf(pids: readonly number[]): Process[] {
  if (process.platform !== 'linux') return [];
  return pids.map((pid) => ({
    exe: executableOf(pid),
    args: argumentsOf(pid),
    isReloaded: RELOADED.some((mark) => environmentHas(pid, mark)),
  }));
}
