/** The bundled command line as a user has it: a folder with dist/, package.json and the fixture. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { DEFAULT_OUT } from '../../src/commands/run.ts';
import { ownFile } from '../../src/system/program/runtime.ts';
import { onQuietMachine } from '../support/disturbed.ts';
import { buildBundles } from '../support/runner.ts';

/** Far beyond the longest run: a hanging command is killed, so its test fails and does not hang. */
const LIFETIME_MS = 120_000;

/** The shortest run that can be judged: four blocks. */
export const SHORT = ['--budget', '5s', '--connections', '8'];
export const START = 'node server.js';

export interface Ran {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface StartOptions {
  cwd?: string;
  detached?: boolean;
  /** For a command that takes longer than a run does. */
  lifetimeMs?: number;
}

/** An installed command line with a folder to work in; `remove` when done. */
export interface Installed {
  /** The Node.js that runs it, with its version. */
  node: string;
  dir: string;
  /** A copy of the Node.js fixture at `<dir>/<name>`; further text goes before its first line. */
  fixture(name: string, firstLines?: string): string;
  /** To its end; a run on a machine that was too disturbed is repeated. */
  run(args: string[], options?: { cwd?: string; lifetimeMs?: number }): Promise<Ran>;
  start(args: string[], options?: StartOptions): Running;
  /** Processes and temporary folders that the command left behind, in words. */
  leftovers(): string[];
  remove(): void;
}

export interface Running {
  child: ChildProcess;
  ended: Promise<Ran>;
  /** Resolves once standard error matches; rejects with it when the command ends before. */
  told(pattern: RegExp): Promise<void>;
}

/** `scripted`: nothing is measured, see `buildBundles`. */
export function install({ scripted = false } = {}): Installed {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tg-cli-')));
  const home = join(dir, 'installed');
  buildBundles(home, { scripted });
  cpSync(ownFile('fixtures/node-http'), join(home, 'fixtures/node-http'), { recursive: true });
  const temp = join(dir, 'temp');
  mkdirSync(temp);
  const node = otherNode();
  const env = environment(temp);
  const start: Installed['start'] = (
    args,
    { cwd = dir, detached = false, lifetimeMs = LIFETIME_MS } = {},
  ) =>
    follow(
      spawn(node.file, [join(home, 'dist/cli.cjs'), ...args], { cwd, env, detached }),
      lifetimeMs,
    );
  return {
    node: `${node.file} ${node.version}`,
    dir,
    fixture: (name, firstLines = '') => {
      const folder = join(dir, name);
      cpSync(ownFile('fixtures/node-http'), folder, { recursive: true });
      const server = join(folder, 'server.js');
      writeFileSync(server, `${firstLines}${readFileSync(server, 'utf8')}`);
      return folder;
    },
    start,
    run: (args, options) =>
      onQuietMachine(
        () => start(args, options).ended,
        () => verdictOf(args, options?.cwd ?? dir),
      ),
    leftovers: () => [...processesOf(temp), ...readdirSync(temp)],
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Where a run with these arguments writes its verdict. */
function verdictOf(args: readonly string[], cwd: string): string {
  const at = args.indexOf('--out');
  const out = (at === -1 ? undefined : args[at + 1]) ?? DEFAULT_OUT;
  return resolve(cwd, out, 'verdict.json');
}

/** Code that sets a knob: settings are read only after it. */
export function knob(name: string, value: string | number): string {
  return `process.env.${name} = '${value}';\n`;
}

export function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

/** The first `node` on PATH that is not the project's own dependency, else the one that runs the tests. */
function otherNode(): { file: string; version: string } {
  const files = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '' && !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'));
  const file = files.find(isExecutable) ?? process.execPath;
  return { file, version: execFileSync(file, ['--version'], { encoding: 'utf8' }).trim() };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Made from little, so that neither CI's variables nor the developer's show through. */
function environment(temp: string): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG } = process.env;
  return {
    PATH,
    HOME,
    LANG,
    TMPDIR: temp,
    RUNNER_TEMP: temp,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
}

function follow(child: ChildProcess, lifetimeMs: number): Running {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (text) => {
    stdout += text;
  });
  child.stderr?.on('data', (text) => {
    stderr += text;
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), lifetimeMs);
  const ended = once(child, 'close').then(([code, signal]): Ran => {
    clearTimeout(limit);
    return { code, signal, stdout, stderr };
  });
  return {
    child,
    ended,
    told: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (pattern.test(stderr)) resolve();
        };
        look();
        child.stderr?.on('data', look);
        ended.then(
          ({ code }) => reject(new Error(`ended with ${code}, never told ${pattern}:\n${stderr}`)),
          reject,
        );
      }),
  };
}

/** Whatever the command started inherits its RUNNER_TEMP, which is this installation's alone. */
function processesOf(temp: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const environ = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      if (!environ.includes(`RUNNER_TEMP=${temp}`)) return [];
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
      // A zombie has no command line; it only waits to be reaped.
      return command === '' ? [] : [`process ${pid}: ${command}`];
    } catch {
      return [];
    }
  });
}
