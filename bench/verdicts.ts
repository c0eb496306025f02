/**
 * Whole runs of the gate on the fixtures, as a user would run them: against a copy of themselves, and
 * against a copy that does about 8 % more work per request. Prints how often each verdict came, how
 * long it took, and whether the sizes were right.
 *
 *     node bench/verdicts.ts [--runs 10] [--budget 120s] [--fixtures node-http,go-http] [--log FILE]
 *
 * `--log` appends one line of JSON per run, and counts the runs that are already in it, so that an
 * interrupted series goes on where it stopped. Keep the machine quiet meanwhile.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { mean, median } from 'simple-statistics';
import type { MetricVerdict, Verdict } from '../src/judge/verdict.ts';
import { ownFile } from '../src/runtime.ts';
import { findFixtures, findToolchains } from '../test/support/fixture.ts';
import { buildFixture } from '../test/support/fixture-build.ts';

/** About 8 % of what either fixture needs for `/` (fixtures/README.md). */
const MORE_WORK_ITERATIONS = 600;

interface Condition {
  fixture: string;
  change: 'unchanged' | 'more work';
  start: string;
  baseDir: string;
  headDir: string;
}

interface Run {
  fixture: string;
  change: string;
  seconds: number;
  verdict: Verdict;
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    budget: { type: 'string', default: '120s' },
    fixtures: { type: 'string', default: 'node-http,go-http' },
    log: { type: 'string' },
  },
});

const scratch = await mkdtemp(path.join(os.tmpdir(), 'throughput-gate-bench-'));
try {
  const conditions = await prepare(values.fixtures.split(','));
  const runs: Run[] = values.log !== undefined && existsSync(values.log) ? readLog(values.log) : [];
  for (let round = 0; round < Number(values.runs); round++) {
    // A new order each round, so that no condition always follows the same one.
    for (const condition of conditions.toSorted(() => Math.random() - 0.5)) {
      const have = runs.filter((run) => isOf(run, condition)).length;
      if (have > round) continue;
      const run = await measure(condition);
      runs.push(run);
      if (values.log !== undefined) appendFileSync(values.log, `${JSON.stringify(run)}\n`);
      process.stderr.write(`${describe(run)}\n`);
    }
  }
  process.stdout.write(`\n${table(conditions, runs)}\n`);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function prepare(names: readonly string[]): Promise<Condition[]> {
  const conditions: Condition[] = [];
  for (const fixture of (await findFixtures()).filter(({ name }) => names.includes(name))) {
    const [toolchain] = await findToolchains(fixture);
    if (toolchain === undefined) {
      process.stderr.write(`${fixture.name}: left out, its toolchain is not on this machine\n`);
      continue;
    }
    const built = path.join(scratch, fixture.name, 'built');
    await buildFixture(fixture, toolchain, built);
    const dirs = await Promise.all(
      (['base', 'same', 'more'] as const).map(async (role) => {
        const dir = path.join(scratch, fixture.name, role);
        await cp(built, dir, { recursive: true });
        const iterations = role === 'more' ? MORE_WORK_ITERATIONS : 0;
        await writeFile(path.join(dir, 'knobs.env'), `export KNOB_CPU_ITERATIONS=${iterations}\n`);
        return dir;
      }),
    );
    const [baseDir, same, more] = dirs as [string, string, string];
    const start = `. ./knobs.env; exec ${fixture.name === 'go-http' ? './server' : 'node server.js'}`;
    conditions.push(
      { fixture: fixture.name, change: 'unchanged', start, baseDir, headDir: same },
      { fixture: fixture.name, change: 'more work', start, baseDir, headDir: more },
    );
  }
  return conditions;
}

async function measure({ fixture, change, start, baseDir, headDir }: Condition): Promise<Run> {
  const began = performance.now();
  const args = ['run', '--base-dir', baseDir, '--head-dir', headDir, '--start', start];
  args.push('--budget', values.budget, '--format', 'json', '--out', path.join(scratch, 'results'));
  const child = spawn(process.execPath, [ownFile('dist/cli.cjs'), ...args], {
    cwd: scratch,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  const seconds = (performance.now() - began) / 1000;
  return { fixture, change, seconds, verdict: JSON.parse(output) as Verdict };
}

function readLog(file: string): Run[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Run);
}

function isOf(run: Run, { fixture, change }: Condition): boolean {
  return run.fixture === fixture && run.change === change;
}

function metricOf({ verdict }: Run, name: MetricVerdict['name']): MetricVerdict {
  return verdict.subjects[0]?.metrics.find((metric) => metric.name === name) as MetricVerdict;
}

function describe(run: Run): string {
  const figures = (['throughput', 'cpu', 'memory'] as const).map((name) => {
    const { change, interval, verdict } = metricOf(run, name);
    return `${name} ${percent(change ?? Number.NaN)} [${(interval ?? []).map(percent).join(', ')}] ${verdict}`;
  });
  const blocks = run.verdict.subjects[0]?.blocks;
  return `${run.fixture} ${run.change}: ${run.verdict.verdict}, ${blocks} blocks, ${run.seconds.toFixed(0)} s; ${figures.join('; ')}`;
}

function table(conditions: readonly Condition[], runs: readonly Run[]): string {
  const rows = conditions.flatMap((condition) => {
    const mine = runs.filter((run) => isOf(run, condition));
    if (mine.length === 0) return [];
    return (['throughput', 'cpu', 'memory'] as const).map((name) => {
      const metrics = mine.map((run) => metricOf(run, name));
      const changes = metrics.map(({ change }) => change ?? Number.NaN);
      const size = mean(changes);
      const inside = metrics.filter(
        ({ interval }) => interval !== null && interval[0] <= size && size <= interval[1],
      );
      return [
        condition.fixture,
        condition.change,
        name,
        counts(metrics.map(({ verdict }) => verdict)),
        percent(size),
        `${percent(Math.min(...changes))} … ${percent(Math.max(...changes))}`,
        `${inside.length}/${mine.length}`,
        percent(median(metrics.map(({ mde }) => mde ?? Number.NaN))),
        percent(median(metrics.map(({ sd }) => sd ?? Number.NaN))),
        mean(mine.map((run) => run.verdict.subjects[0]?.blocks ?? 0)).toFixed(1),
        `${mean(mine.map((run) => run.seconds)).toFixed(0)} s`,
      ];
    });
  });
  const head = [
    'fixture',
    'change',
    'metric',
    'verdicts',
    'mean size',
    'range',
    'mean in interval',
  ];
  return markdownTable([
    [...head, 'median MDE', 'median block sd', 'mean blocks', 'mean time'],
    ...rows,
  ]);
}

function counts(words: readonly string[]): string {
  const unique = [...new Set(words)].sort();
  return unique.map((word) => `${words.filter((w) => w === word).length} ${word}`).join(', ');
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
