/**
 * Records what the health checks are tested on: measurements of small servers that have one flaw each, and of one that
 * has none, as the gate itself keeps them.
 *
 *     node bench/recordings.ts [--only two-states,stalls]
 *
 * Writes test/judge/recordings/NAME.json.gz. Takes about six minutes; keep the machine quiet meanwhile.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { ownFile } from '../src/system/program/runtime.ts';

interface Recording {
  name: string;
  /** Files of fixtures/flawed. */
  base: string;
  head: string;
  budget: string;
  flags?: string[];
  /** Something else that has every core meanwhile. */
  isDisturbed?: boolean;
}

const RECORDINGS: readonly Recording[] = [
  { name: 'quiet', base: 'plain', head: 'plain', budget: '60s' },
  { name: 'never-steady', base: 'never-steady', head: 'never-steady', budget: '40s' },
  { name: 'restless-head', base: 'plain', head: 'never-steady', budget: '40s' },
  { name: 'two-states', base: 'plain', head: 'two-states', budget: '80s' },
  { name: 'first-come', base: 'first-come', head: 'first-come', budget: '40s' },
  { name: 'stalls', base: 'plain', head: 'stalls', budget: '40s' },
  { name: 'disturbed', base: 'plain', head: 'plain', budget: '30s', isDisturbed: true },
];

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const wanted = values.only?.split(',') ?? RECORDINGS.map(({ name }) => name);
const folder = ownFile('test/judge/recordings');
await mkdir(folder, { recursive: true });
const scratch = await mkdtemp(path.join(os.tmpdir(), 'throughput-gate-recordings-'));
try {
  for (const recording of RECORDINGS.filter(({ name }) => wanted.includes(name))) {
    const text = await record(recording);
    const file = path.join(folder, `${recording.name}.json.gz`);
    await writeFile(file, gzipSync(text, { level: 9 }));
    process.stderr.write(`${recording.name}: ${Math.round(text.length / 1024)} KiB\n`);
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function record({
  name,
  base,
  head,
  budget,
  flags = [],
  isDisturbed = false,
}: Recording): Promise<string> {
  const dir = path.join(scratch, name);
  for (const [arm, file] of Object.entries({ base, head })) {
    await cp(ownFile('fixtures/flawed'), path.join(dir, arm), { recursive: true });
    await cp(ownFile(`fixtures/flawed/${file}.js`), path.join(dir, arm, 'server.js'));
  }
  const args = ['run', '--base-dir', 'base', '--head-dir', 'head', '--out', 'out'];
  args.push('--start', 'exec node server.js', '--budget', budget, '--seed', '20261128', ...flags);
  const burners = isDisturbed ? burn() : [];
  try {
    // Any verdict has an exit code of its own; without a measurement the file is missing.
    await promisify(execFile)(process.execPath, [ownFile('dist/cli.cjs'), ...args], {
      cwd: dir,
    }).catch(() => {});
  } finally {
    for (const burner of burners) burner.kill('SIGKILL');
  }
  const text = await readFile(path.join(dir, 'out', 'measurement.json'), 'utf8');
  // One line: folded by gzip, read by a program.
  return JSON.stringify(JSON.parse(text)).replaceAll(dir, '.');
}

/** Two processes on each core that never rest: what is measured gets a third of it. */
function burn(): ChildProcess[] {
  return Array.from({ length: 2 * os.availableParallelism() }, (_, i) =>
    spawn('taskset', ['-c', String(Math.floor(i / 2)), process.execPath, '-e', 'for (;;);'], {
      stdio: 'ignore',
    }),
  );
}
