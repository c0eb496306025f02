/**
 * A GitHub runner, as far as an action can tell: it gives the bundle its variables and files, and
 * reads back what the bundle says. The environment is made from nothing, so that the machine's own
 * settings do not show through.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { INPUT_NAMES, type InputName } from '../../src/github/inputs.ts';
import { ownFile } from '../../src/system/program/runtime.ts';

/** No such token exists; long and odd, so that a search for it finds only it. */
export const FAKE_TOKEN = 'ghs_fakeTokenOfTheTestsThatNobodyMaySee0042';

/** What else the runner hands to an action and not to a `run:` step. */
export const FAKE_CREDENTIALS = {
  ACTIONS_RUNTIME_TOKEN: 'runtime-token-of-the-tests',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'id-token-of-the-tests',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:1/id',
  ACTIONS_CACHE_URL: 'http://127.0.0.1:1/cache',
};

/** Far beyond the longest run: a hanging action is killed, so its test fails and does not hang. */
const LIFETIME_MS = 120_000;

/**
 * Builds the bundles below `dir`, laid out as in a release. `scripted`: with the backend that answers from the script in
 * the trees (`script.ts`), so that a run takes no longer than its checkout. Where TEST_BUNDLES names a folder, they are made
 * once there and copied. @returns path of the action's bundle.
 */
export function buildBundles(dir: string, { scripted = false } = {}): string {
  const dist = join(dir, 'dist');
  mkdirSync(dist, { recursive: true });
  copyFileSync(ownFile('package.json'), join(dir, 'package.json'));
  const shared = process.env.TEST_BUNDLES;
  if (shared === undefined) build(dist, scripted);
  else
    cpSync(onceIn(join(shared, scripted ? 'scripted' : 'real'), scripted), dist, {
      recursive: true,
    });
  return join(dist, 'action.cjs');
}

/** The bundles in this folder, made by whoever needs them first; of two who are first, one is later and drops his. */
function onceIn(folder: string, scripted: boolean): string {
  if (existsSync(folder)) return folder;
  const own = mkdtempSync(`${folder}-`);
  build(own, scripted);
  try {
    renameSync(own, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(own, { recursive: true });
  }
  return folder;
}

function build(dist: string, scripted: boolean): void {
  const script = scripted ? 'test/support/build-scripted.ts' : 'scripts/build.ts';
  execFileSync(process.execPath, [ownFile(script), dist], {
    cwd: ownFile('.'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

export interface Step {
  bundle: string;
  /** GITHUB_WORKSPACE. */
  workspace: string;
  /** Folder of this step's own: its files and RUNNER_TEMP go there. */
  dir: string;
  apiUrl: string;
  event: { name: string; payload: object; ref: string };
  /** GITHUB_SHA. */
  sha: string;
  with?: Partial<Record<InputName, string>>;
  env?: Record<string, string>;
}

export interface Annotation {
  level: string;
  message: string;
  title?: string;
  file?: string;
  line?: string;
}

export interface StepResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  outputs: Record<string, string>;
  summary: string;
  /** What the runner would take over into the steps that follow: variables, PATH, state. */
  followUp: string;
  annotations: Annotation[];
}

export class RunningStep implements AsyncDisposable {
  readonly temp: string;
  /** Resolves when the process has ended and its files are read; never rejects for what it did. */
  readonly result: Promise<StepResult>;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #files: StepFiles;

  constructor(step: Step) {
    const files = stepFiles(step);
    this.temp = files.temp;
    this.#files = files;
    const env = { ...runnerEnv(step, files), ...step.env };
    const child = spawn(process.execPath, [step.bundle], {
      cwd: step.workspace,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdout.on('data', (text) => {
      this.stdout += text;
    });
    child.stderr.on('data', (text) => {
      this.stderr += text;
    });
    const limit = setTimeout(() => child.kill('SIGKILL'), LIFETIME_MS);
    this.result = once(child, 'close').then(([code, signal]) => {
      clearTimeout(limit);
      return this.#read(code, signal);
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves once stdout matches; rejects with everything printed when the step ends before. */
  printed(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (pattern.test(this.stdout)) resolve();
      };
      look();
      this.#child.stdout?.on('data', look);
      this.result.then(
        ({ code }) =>
          reject(new Error(`ended with ${code}, never printed ${pattern}:\n${this.stdout}`)),
        reject,
      );
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.result;
  }

  #read(code: number | null, signal: NodeJS.Signals | null): StepResult {
    return {
      code,
      signal,
      stdout: this.stdout,
      stderr: this.stderr,
      outputs: parseOutputs(readFileSync(this.#files.output, 'utf8')),
      summary: readFileSync(this.#files.summary, 'utf8'),
      followUp: [this.#files.env, this.#files.path, this.#files.state]
        .map((file) => readFileSync(file, 'utf8'))
        .join(''),
      annotations: parseAnnotations(this.stdout),
    };
  }
}

/** Runs the step to its end. */
export async function runStep(step: Step): Promise<StepResult> {
  await using running = new RunningStep(step);
  return await running.result;
}

interface StepFiles {
  temp: string;
  output: string;
  summary: string;
  env: string;
  path: string;
  state: string;
  event: string;
}

function stepFiles({ dir, event }: Step): StepFiles {
  const temp = join(dir, '_temp');
  const commands = join(temp, '_runner_file_commands');
  const suffix = randomUUID();
  const files = {
    temp,
    output: join(commands, `set_output_${suffix}`),
    summary: join(commands, `step_summary_${suffix}`),
    env: join(commands, `set_env_${suffix}`),
    path: join(commands, `add_path_${suffix}`),
    state: join(commands, `save_state_${suffix}`),
    event: join(dir, 'event.json'),
  };
  mkdirSync(commands, { recursive: true });
  for (const file of [files.output, files.summary, files.env, files.path, files.state]) {
    writeFileSync(file, '');
  }
  writeFileSync(files.event, JSON.stringify(event.payload));
  return files;
}

function runnerEnv(step: Step, files: StepFiles): Record<string, string> {
  return {
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: files.temp,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_ACTOR: 'ada',
    GITHUB_API_URL: step.apiUrl,
    GITHUB_ENV: files.env,
    GITHUB_EVENT_NAME: step.event.name,
    GITHUB_EVENT_PATH: files.event,
    GITHUB_GRAPHQL_URL: `${step.apiUrl}/graphql`,
    GITHUB_JOB: 'gate',
    GITHUB_OUTPUT: files.output,
    GITHUB_PATH: files.path,
    GITHUB_REF: step.event.ref,
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '4711',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: step.sha,
    GITHUB_STATE: files.state,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_WORKFLOW: 'Throughput',
    GITHUB_WORKSPACE: step.workspace,
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: files.temp,
    ...FAKE_CREDENTIALS,
    ...inputVariables(step.with ?? {}),
  };
}

/** Every input of `action.yml` is set, with its default or empty; the token's default is an expression. */
function inputVariables(given: Partial<Record<InputName, string>>): Record<string, string> {
  const { inputs } = parse(readFileSync(ownFile('action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: string }>;
  };
  const unknown = Object.keys(given).filter((name) => !(name in inputs));
  if (unknown.length > 0) throw new Error(`no such input: ${unknown}; known: ${INPUT_NAMES}`);
  const valueFor = (name: string) =>
    given[name as InputName] ??
    (inputs[name]?.default ?? '').replace(/^\$\{\{ github\.token \}\}$/, FAKE_TOKEN);
  return Object.fromEntries(
    Object.keys(inputs).map((name) => [`INPUT_${name.toUpperCase()}`, valueFor(name)]),
  );
}

/** `name=value` lines and `name<<DELIMITER` blocks; the last value of a name counts. */
function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    if (line === '') continue;
    const [, name = '', end] = /^([^=<]+)<<(.+)$/.exec(line) ?? [];
    if (end === undefined) {
      const [key = '', ...value] = line.split('=');
      outputs[key] = value.join('=');
      continue;
    }
    const close = lines.indexOf(end, i + 1);
    if (close < 0) throw new Error(`output ${name} is never closed`);
    outputs[name] = lines.slice(i + 1, close).join('\n');
    i = close;
  }
  return outputs;
}

/** The `::error …::` commands, and their kin, with the runner's escapes undone. */
function parseAnnotations(stdout: string): Annotation[] {
  return [...stdout.matchAll(/^::(error|warning|notice)(?: (.*?))?::(.*)$/gm)].map(
    ([, level = '', properties = '', message = '']) => ({
      level,
      message: withoutEscapes(message),
      ...Object.fromEntries(
        properties
          .split(',')
          .filter((one) => one !== '')
          .map((one) => one.split('=') as [string, string])
          .map(([name, value]) => [name, withoutEscapes(value)]),
      ),
    }),
  );
}

function withoutEscapes(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}
