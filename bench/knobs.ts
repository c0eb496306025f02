/**
 * For each metric a knob of a fixture that moves it, by an amount that is known: does the gate find it, of the
 * right size, and nothing else? Whole runs, as a user would start them.
 *
 *     node bench/knobs.ts [--budget 120s] [--cases p99,memory] [--log FILE]
 *
 * `--log` appends one line of JSON per run, and leaves out the cases that are already in it. Keep the machine
 * quiet meanwhile.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import type { MetricName } from '../src/config/experiment/metrics.ts';
import type { MetricVerdict, Verdict } from '../src/judge/verdict/verdict.ts';
import { findingText } from '../src/report/findings/finding.ts';
import { armFolder, builtFixture, percent, runGate } from './gate.ts';
import { KNOB_CASES, type KnobCase } from './knob-cases.ts';
import { keepIn, readLog } from './log.ts';

interface Run {
  case: string;
  seconds: number;
  verdict: Verdict;
}

const { values } = parseArgs({
  options: {
    budget: { type: 'string', default: '120s' },
    cases: { type: 'string', default: 'all' },
    log: { type: 'string' },
  },
});

const wanted = values.cases.split(',');
const cases = KNOB_CASES.filter(({ name }) => values.cases === 'all' || wanted.includes(name));
const runs = readLog<Run>(values.log);
const scratch = await mkdtemp(path.join(os.tmpdir(), 'throughput-gate-knobs-'));
try {
  for (const one of cases) {
    if (runs.some((run) => run.case === one.name)) continue;
    const run = await measure(one);
    if (run === null) continue;
    runs.push(run);
    keepIn(values.log, run);
    process.stderr.write(`${describe(one, run)}\n`);
  }
  process.stdout.write(`${table()}\n`);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function measure(one: KnobCase): Promise<Run | null> {
  const built = await builtFixture(one.fixture);
  if (built === null) return null;
  const { scenario, server = {}, gate = {}, env = {} } = one;
  const folder = async (role: string, knobs: Record<string, string>) =>
    await armFolder(path.join(scratch, one.name, role), built, {
      scenario,
      server,
      gate,
      env: { ...env, ...knobs },
    });
  const run = await runGate({
    baseDir: await folder('base', {}),
    headDir: await folder('head', one.knobs),
    budget: one.budget ?? values.budget,
    out: path.join(scratch, 'results'),
    PATH: built.path,
  });
  return { case: one.name, ...run };
}

function metricsOf({ verdict }: Run): readonly MetricVerdict[] {
  return verdict.subjects[0]?.metrics ?? [];
}

function describe({ name }: KnobCase, run: Run): string {
  const [subject] = run.verdict.subjects;
  const told = [...(subject?.reasons ?? []), ...(subject?.warnings ?? [])].map((finding) =>
    findingText(finding),
  );
  const figures = metricsOf(run).map(
    (metric) => `${metric.name}: ${sizeOf(metric)} ${metric.verdict}`,
  );
  const blocks = `${subject?.blocks} blocks, ${run.seconds.toFixed(0)} s`;
  return [`${name}: ${run.verdict.verdict}, ${blocks}`, ...figures, ...told].join('\n  ');
}

function sizeOf({ comparison, unit, base, head, change, interval }: MetricVerdict): string {
  const written = (value: number | null) => (value === null ? '–' : quantity(unit, value));
  if (comparison === 'limit') return `${written(base)} → ${written(head)}`;
  if (change === null) return '–';
  const show = (value: number) => (comparison === 'difference' ? written(value) : percent(value));
  return `${show(change)} [${(interval ?? []).map(show).join(', ')}] (${written(base)} → ${written(head)})`;
}

function quantity(unit: MetricVerdict['unit'], value: number): string {
  if (unit === 's') return `${(1e3 * value).toPrecision(4)} ms`;
  if (unit === 'share') return `${(100 * value).toPrecision(3)} %`;
  if (unit === 'B' || unit === 'B/1k') return `${(value / 1024).toFixed(1)} KiB`;
  return value.toFixed(0);
}

/** What else was called worse or better, of all that was judged. */
function othersMoved(one: KnobCase, run: Run): string {
  const expected: readonly MetricName[] = [...one.moves, ...(one.also ?? [])];
  const moved = metricsOf(run).filter(
    ({ name, verdict }) =>
      !expected.includes(name) && (verdict === 'regression' || verdict === 'improvement'),
  );
  return moved.length === 0 ? 'none' : moved.map((m) => `${m.name} ${sizeOf(m)}`).join('; ');
}

function table(): string {
  const rows = cases.flatMap((one) => {
    const run = runs.find((other) => other.case === one.name);
    if (run === undefined) return [];
    return one.moves.map((name, i) => {
      const metric = metricsOf(run).find((other) => other.name === name);
      const first = i === 0;
      return [
        first ? one.name : '',
        first ? one.injected : '',
        name,
        metric === undefined ? 'not measured' : sizeOf(metric),
        metric?.verdict ?? '–',
        first ? othersMoved(one, run) : '',
        first ? `${run.verdict.subjects[0]?.blocks}, ${run.seconds.toFixed(0)} s` : '',
      ];
    });
  });
  const head = [
    'case',
    'injected',
    'metric',
    'measured [95 %]',
    'verdict',
    'others moved',
    'blocks, time',
  ];
  return markdownTable([head, ...rows]);
}
