/** Runs the command line on one awkward server, as a user would. */
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownFile } from '../../src/system/program/runtime.ts';
import { type Done, firstSaid, type Manner } from './manner.ts';

/** Whatever hangs is ended, and shown as such. */
const LONGEST_MS = 400_000;
/** What is on its way out when the gate has ended is not left behind. */
const GONE_WITHIN_MS = 2000;

/** `program`: the bundle or the sources. */
export async function tryManner(manner: Manner, program: string): Promise<Done> {
  const dir = mkdtempSync(join(tmpdir(), 'tg-manners-'));
  try {
    const temp = join(dir, 'temp');
    mkdirSync(temp);
    const [base, head] = [join(dir, 'base'), join(dir, 'head')];
    cpSync(folderOf(manner.folder), base, { recursive: true });
    cpSync(folderOf(manner.headFolder ?? manner.folder), head, { recursive: true });
    const around = startAround(manner, join(dir, 'around'));
    const args = ['run', '--base-dir', base, '--head-dir', head, '--out', join(dir, 'out')];
    args.push('--budget', manner.budget ?? '5s', ...(await askedOf(manner, head, around.said)));
    const env = { ...process.env, ...manner.env, ...around.said, TMPDIR: temp, RUNNER_TEMP: temp };
    const began = performance.now();
    const child = spawn(process.execPath, [program, ...args], { cwd: dir, env, stdio: 'pipe' });
    child.stdin.end();
    let [stdout, stderr] = ['', ''];
    let [lastMs, silentMs] = [began, 0];
    const heard = () => {
      const nowMs = performance.now();
      silentMs = Math.max(silentMs, nowMs - lastMs);
      lastMs = nowMs;
    };
    child.stdout.on('data', (text) => {
      stdout += text;
      heard();
    });
    child.stderr.on('data', (text) => {
      stderr += text;
      heard();
    });
    const limit = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
    const exit = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearTimeout(limit);
    heard();
    const seconds = (performance.now() - began) / 1000;
    around.stop();
    const files = filesIn(join(dir, 'out'));
    const printed = `${stdout}\n${stderr}\n${files.get('summary.md') ?? ''}`;
    const said = firstSaid(stdout, stderr);
    const silentS = silentMs / 1000;
    return { exit, seconds, silentS, printed, said, files, left: await leftOf(temp) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function folderOf(name: string): string {
  return ownFile(join('fixtures/manners', name));
}

function filesIn(folder: string): ReadonlyMap<string, string> {
  if (!existsSync(folder)) return new Map();
  return new Map(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

/** Starts what runs around the gate, if anything does. */
function startAround(
  { around }: Manner,
  dir: string,
): { said: Record<string, string>; stop: () => void } {
  if (around === undefined) return { said: {}, stop: () => {} };
  cpSync(folderOf(around.folder), dir, { recursive: true });
  const run = (command: string) =>
    execFileSync('bash', ['-e', '-c', command], { cwd: dir, stdio: 'ignore' });
  run(around.start);
  return { said: around.says(dir), stop: () => run(around.stop) };
}

/** The flags that describe the server: its own, or the file that is written for it. */
async function askedOf(
  manner: Manner,
  head: string,
  said: Readonly<Record<string, string>>,
): Promise<string[]> {
  const { start = 'node server.mjs', server = {}, scenario, flags, gate = {} } = manner;
  if (manner.config !== undefined) return ['--config', join(head, manner.config)];
  if (flags !== undefined) return ['--start', start, '--connections', '8', ...flags];
  const file = join(head, 'gate.json');
  // YAML is a superset of JSON.
  const config = {
    ...filled(gate, said),
    servers: { api: { start, ...server } },
    scenarios: { load: { connections: 8, ...scenario } },
  };
  await writeFile(file, JSON.stringify(config));
  return ['--config', file];
}

/** A number where all of a text is a name that stands for one. */
function filled(gate: Record<string, unknown>, said: Readonly<Record<string, string>>): object {
  const text = JSON.stringify(gate).replaceAll(/"\{(\w+)\}"/g, (whole, name: string) => {
    const value = said[name];
    if (value === undefined) return whole;
    return /^\d+$/.test(value) ? value : JSON.stringify(value);
  });
  return JSON.parse(text) as object;
}

/** Whatever the gate started has its RUNNER_TEMP, which is this run's alone. */
async function leftOf(temp: string): Promise<string[]> {
  const until = performance.now() + GONE_WITHIN_MS;
  let left = processesOf(temp);
  while (left.length > 0 && performance.now() < until) {
    await sleep(50);
    left = processesOf(temp);
  }
  return left;
}

function processesOf(temp: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const environ = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      if (!environ.includes(`RUNNER_TEMP=${temp}`)) return [];
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
      // A zombie has no command line; it only waits to be reaped.
      return command === '' ? [] : [`process ${pid} (${command})`];
    } catch {
      return [];
    }
  });
}
