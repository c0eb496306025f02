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
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { mean, median } from 'simple-statistics';
import type { MetricVerdict, Verdict } from '../src/judge/verdict/verdict.ts';
import { findingText } from '../src/report/findings/finding.ts';
import { CASES, type Case } from './cases.ts';
import type { Decided } from './decided.ts';
import { armFolder, builtFixture, percent, runGate } from './gate.ts';
import { keepIn, readLog } from './log.ts';

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
  /** Of the whole run, with the start of the program and all reports. */
  seconds: number;
  decided: Decided;
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
  const runs = readLog<Run>(values.log);
  for (let round = 0; round < Number(values.runs); round++) {
    // A new order each round, so that no condition always follows the same one.
    for (const condition of conditions.toSorted(() => Math.random() - 0.5)) {
      const have = runs.filter((run) => isOf(run, condition)).length;
      if (have > round) continue;
      const run = await measure(condition);
      runs.push(run);
      keepIn(values.log, run);
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
  const conditions: Condition[] = [];
  for (const one of cases) {
    const built = await builtFixture(one.fixture);
    if (built === null) continue;
    const { server = {}, scenario, env = {} } = one;
    const folder = async (role: string, moreWork: number) =>
      await armFolder(path.join(scratch, one.name, role), built, {
        server,
        scenario,
        env: { ...env, KNOB_CPU_ITERATIONS: String((one.work ?? 0) + moreWork) },
      });
    const shared = { case: one, baseDir: await folder('base', 0), path: built.path };
    conditions.push(
      { ...shared, change: 'unchanged', headDir: await folder('same', 0) },
      { ...shared, change: 'more work', headDir: await folder('more', one.moreWork) },
    );
  }
  return conditions;
}

async function measure({
  case: one,
  change,
  baseDir,
  headDir,
  path: PATH,
}: Condition): Promise<Run> {
  const out = path.join(scratch, 'results');
  const run = await runGate({ baseDir, headDir, budget: values.budget, out, PATH });
  return { case: one.name, change, ...run };
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
  const told = [...(subject?.reasons ?? []), ...(subject?.warnings ?? [])].map((finding) =>
    findingText(finding),
  );
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
        ...timesOf(mine),
      ];
    });
  });
  const head = ['case', 'change', 'metric', 'verdicts', 'mean size', 'range', 'mean in interval'];
  return markdownTable([
    [
      ...head,
      'median MDE',
      'median block sd',
      'mean blocks',
      'mean time to speed',
      'to all',
      'whole run',
    ],
    ...rows,
  ]);
}

/** Mean times; a run whose speed was never decided counts with its end. */
function timesOf(runs: readonly Run[]): string[] {
  const seconds = [
    runs.map(({ decided: { speed, all } }) => speed ?? all),
    runs.map(({ decided }) => decided.all),
    runs.map((run) => run.seconds),
  ];
  return seconds.map((all) => `${mean(all).toFixed(1)} s`);
}

function counts(words: readonly string[]): string {
  const unique = [...new Set(words)].sort();
  return unique.map((word) => `${words.filter((w) => w === word).length} ${word}`).join(', ');
}
