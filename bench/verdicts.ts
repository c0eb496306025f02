/**
 * Whole runs of the gate on the fixtures, as a user would run them: against a copy of themselves, and
 * against a copy that does about 8 % more work per request or message. Prints how often each verdict
 * came, how long it took, and whether the sizes were right.
 *
 *     node bench/verdicts.ts [--runs 10] [--budget 120s] [--cases http1,http1-node] [--log FILE]
 *
 * `--cases all` tries every protocol, engine and pairing of `cases.ts`. `--log` appends one line of
 * JSON per run, and counts the runs that are already in it, so that an interrupted series goes on
 * where it stopped. Keep the machine quiet meanwhile.
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
import { buildFixtureOnce } from '../test/support/fixture-build.ts';
import { CASES, type Case } from './cases.ts';

interface Condition {
  case: Case;
  change: 'unchanged' | 'more work';
  baseDir: string;
  headDir: string;
  /** On which the fixture's toolchain comes first. */
  path: string;
}

interface Run {
  case: string;
  change: string;
  seconds: number;
  verdict: Verdict;
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    budget: { type: 'string', default: '120s' },
    cases: { type: 'string', default: 'http1,http1-node' },
    log: { type: 'string' },
  },
});

const scratch = await mkdtemp(path.join(os.tmpdir(), 'throughput-gate-bench-'));
try {
  const conditions = await prepare(selected(values.cases));
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

function selected(names: string): Case[] {
  if (names === 'all') return [...CASES];
  return names.split(',').map((name) => {
    const found = CASES.find((one) => one.name === name);
    if (found === undefined)
      throw new Error(`no case ${name}; there are ${CASES.map((one) => one.name).join(', ')}`);
    return found;
  });
}

/** Builds each fixture once, and sets up the folders of every case. */
async function prepare(cases: readonly Case[]): Promise<Condition[]> {
  const fixtures = await findFixtures();
  const conditions: Condition[] = [];
  for (const one of cases) {
    const fixture = fixtures.find(({ name }) => name === one.fixture);
    if (fixture === undefined) throw new Error(`no fixture ${one.fixture}`);
    // The newest of several.
    const toolchain = (await findToolchains(fixture)).sort((x, y) =>
      x.version < y.version ? 1 : -1,
    )[0];
    if (toolchain === undefined) {
      process.stderr.write(
        `${one.name}: left out, ${fixture.toolchain[0]} is not on this machine\n`,
      );
      continue;
    }
    const built = await buildFixtureOnce(fixture, toolchain);
    const dirs = await Promise.all(
      (['base', 'same', 'more'] as const).map(async (role) => {
        const dir = path.join(scratch, one.name, role);
        await cp(built.folder, dir, { recursive: true, verbatimSymlinks: true });
        await writeFile(
          path.join(dir, 'knobs.env'),
          settings(one, (one.work ?? 0) + (role === 'more' ? one.moreWork : 0)),
        );
        await writeFile(path.join(dir, 'gate.json'), JSON.stringify(config(one, built.start)));
        return dir;
      }),
    );
    const [baseDir, same, more] = dirs as [string, string, string];
    const shared = { case: one, baseDir, path: built.path };
    conditions.push(
      { ...shared, change: 'unchanged', headDir: same },
      { ...shared, change: 'more work', headDir: more },
    );
  }
  return conditions;
}

/** Shell lines that the start command reads: the arms differ in a file, as in real life. */
function settings({ env = {} }: Case, iterations: number): string {
  const all = { ...env, KNOB_CPU_ITERATIONS: String(iterations) };
  return Object.entries(all)
    .map(([name, value]) => `export ${name}='${value.replace('{tls}', ownFile('fixtures/tls'))}'\n`)
    .join('');
}

/** A config file as a user writes it; YAML is a superset of JSON. */
function config({ server = {}, scenario }: Case, start: readonly string[]): unknown {
  return {
    servers: {
      api: { start: `. ./knobs.env; exec ${start.join(' ')}`, ready: '/health', ...server },
    },
    scenarios: { load: scenario },
  };
}

async function measure({
  case: one,
  change,
  baseDir,
  headDir,
  path: PATH,
}: Condition): Promise<Run> {
  const began = performance.now();
  const args = ['run', '--config', path.join(headDir, 'gate.json')];
  args.push('--base-dir', baseDir, '--head-dir', headDir);
  args.push('--budget', values.budget, '--format', 'json', '--out', path.join(scratch, 'results'));
  const child = spawn(process.execPath, [ownFile('dist/cli.cjs'), ...args], {
    cwd: scratch,
    env: { ...process.env, PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  child.stderr.on('data', (text) => {
    errors += text;
  });
  for await (const chunk of child.stdout) output += chunk;
  const seconds = (performance.now() - began) / 1000;
  if (output === '') throw new Error(`${one.name}: no verdict\n${errors}`);
  return { case: one.name, change, seconds, verdict: JSON.parse(output) as Verdict };
}

function readLog(file: string): Run[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Run);
}

function isOf(run: Run, condition: Condition): boolean {
  return run.case === condition.case.name && run.change === condition.change;
}

function metricOf({ verdict }: Run, name: MetricVerdict['name']): MetricVerdict {
  return verdict.subjects[0]?.metrics.find((metric) => metric.name === name) as MetricVerdict;
}

function describe(run: Run): string {
  const [subject] = run.verdict.subjects;
  const figures = (subject?.metrics ?? []).map(
    ({ name, change, interval, verdict }) =>
      `${name} ${percent(change ?? Number.NaN)} [${(interval ?? []).map(percent).join(', ')}] ${verdict}`,
  );
  const told = [subject?.reason ?? '', ...(subject?.warnings ?? [])].filter((text) => text !== '');
  const figured = `${subject?.blocks} blocks, ${run.seconds.toFixed(0)} s; ${figures.join('; ')}`;
  return [`${run.case} ${run.change}: ${run.verdict.verdict}, ${figured}`, ...told].join('\n  ');
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
        condition.case.name,
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
  const head = ['case', 'change', 'metric', 'verdicts', 'mean size', 'range', 'mean in interval'];
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
