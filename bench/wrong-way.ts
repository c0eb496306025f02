/**
 * Is anything judged the wrong way round? Whole runs of the gate in which one arm does 5, 10 and 20 % more work per
 * request: as head, which must not be better, and as base, when head must not be worse. Each fixture as it is, so that
 * the light ones have time left. Prints the word of each metric, and what is wrong.
 *
 *     node bench/wrong-way.ts [--cases http1,http3] [--more 5,10,20] [--budget 30s] [--beside SHARE] [--log FILE] [--for SECONDS]
 *
 * `--beside`: other programs that want this share of each core, such as 0.35 (Linux). A dose of 0 is made once.
 * `--log` appends one line of JSON per run, and leaves out the runs that are already in it, so that the table can be made in
 * pieces; `--for` begins no run after so many seconds. It runs the sources. Keep the machine quiet meanwhile.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { mean, sum } from 'simple-statistics';
import type { MetricVerdict, Verdict } from '../src/judge/verdict/verdict.ts';
import type { Measurement } from '../src/measure/observed/measurement.ts';
import { CASES, type Case } from './cases.ts';
import { armFolder, builtFixture, percent, runGate } from './gate.ts';
import { keepIn, readLog } from './log.ts';
import { Neighbours } from './neighbours.ts';

/** Percent for which `moreWork` of a case is made. */
const MORE_WORK_PERCENT = 8;
/** The HTTP/3 case is made heavy, to be decidable; here it is as light as the others. */
const LIGHT_HTTP3 = { work: 0, moreWork: 2200 };
const METRICS = ['throughput', 'cpu'] as const;

interface Run {
  case: string;
  /** More work of one arm, in percent. */
  more: number;
  heavier: 'base' | 'head';
  /** Absent in logs of before: none. */
  beside?: number;
  seconds: number;
  verdict: Verdict;
  /** Of the time of an arm's slices, over all blocks. */
  shares?: Record<Run['heavier'], Shares> | null;
}

interface Shares {
  server: number;
  generator: number;
  /** Of the generator: ready, and without a core. */
  queued: number;
  /** Of all cores, in the whole block. */
  others: number;
}

const { values } = parseArgs({
  options: {
    cases: {
      type: 'string',
      default:
        'http1,http2-cleartext,http3,websocket,http1-node,http2-node,http3-node,websocket-node,http1-python,http1-rust',
    },
    more: { type: 'string', default: '5,10,20' },
    budget: { type: 'string', default: '30s' },
    beside: { type: 'string', default: '0' },
    log: { type: 'string' },
    for: { type: 'string', default: 'Infinity' },
  },
});

const names = values.cases.split(',');
const cases = CASES.filter(({ name }) => names.includes(name)).map((one) =>
  one.name === 'http3' ? { ...one, ...LIGHT_HTTP3 } : one,
);
const doses = values.more.split(',').map(Number);
const beside = Number(values.beside);
const runs = readLog<Run>(values.log);
const scratch = await mkdtemp(path.join(os.tmpdir(), 'throughput-gate-wrong-way-'));
try {
  for (const one of cases) {
    for (const more of doses) {
      for (const heavier of more === 0 ? (['head'] as const) : (['head', 'base'] as const)) {
        await measure(one, more, heavier);
      }
    }
  }
  process.stdout.write(`${table()}\n`);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function measure(one: Case, more: number, heavier: Run['heavier']): Promise<void> {
  const isSame = (run: Run) =>
    run.case === one.name &&
    run.more === more &&
    run.heavier === heavier &&
    (run.beside ?? 0) === beside;
  if (runs.some(isSame) || performance.now() / 1000 > Number(values.for)) return;
  const built = await builtFixture(one.fixture);
  if (built === null) return;
  const { scenario, server = {}, env = {}, work = 0, moreWork } = one;
  const folder = async (arm: Run['heavier']) => {
    const added = arm === heavier ? Math.round((moreWork * more) / MORE_WORK_PERCENT) : 0;
    const iterations = work + added;
    const knob = iterations === 0 ? {} : { KNOB_CPU_ITERATIONS: String(iterations) };
    const dir = path.join(scratch, `${one.name}-${more}-${heavier}`, arm);
    return await armFolder(dir, built, { scenario, server, env: { ...env, ...knob } });
  };
  using _ = new Neighbours(beside);
  const out = path.join(scratch, 'results');
  const run = await runGate({
    baseDir: await folder('base'),
    headDir: await folder('head'),
    budget: values.budget,
    out,
    PATH: built.path,
    program: 'src/cli.ts',
  });
  const shares = await sharesIn(path.join(out, 'measurement.json'));
  const done = { case: one.name, more, heavier, beside, ...run, shares };
  runs.push(done);
  keepIn(values.log, done);
  process.stderr.write(`${rowOf(done).join(' | ')}\n`);
}

function rowOf(run: Run): string[] {
  const [subject] = run.verdict.subjects;
  const told = METRICS.map((name) => {
    const metric = subject?.metrics.find((other) => other.name === name);
    return metric === undefined ? '–' : wordOf(metric);
  });
  const wrong = METRICS.filter((name) => {
    const metric = subject?.metrics.find((other) => other.name === name);
    return metric !== undefined && isWrong(run, metric);
  });
  const work = `${run.more} % more in ${run.heavier}`;
  const time = `${subject?.blocks} blocks, ${run.seconds.toFixed(0)} s`;
  return [
    run.case,
    work,
    run.verdict.verdict,
    ...told,
    wrong.join(', ') || 'nothing',
    toldShares(run),
    time,
  ];
}

function toldShares({ shares }: Run): string {
  if (!shares) return '–';
  return (['base', 'head'] as const)
    .map((arm) => {
      const { server, generator, queued, others } = shares[arm];
      return [server, generator, queued, others].map((share) => Math.round(100 * share)).join('/');
    })
    .join(', ');
}

/** Null where nothing was measured. */
async function sharesIn(file: string): Promise<NonNullable<Run['shares']> | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const { subjects } = JSON.parse(text) as Measurement;
  const blocks = subjects[0]?.blocks.filter(({ sliceOrder }) => sliceOrder !== '') ?? [];
  if (blocks.length === 0) return null;
  const sharesOf = (arm: Run['heavier']): Shares => {
    const mine = blocks.flatMap(({ arms, runner, sliceUs, sliceOrder }) => {
      const seen = arms[arm];
      if (seen === undefined) return [];
      const us = sum(sliceUs.filter((_, i) => sliceOrder[i] === arm[0]));
      return { seen, wallMs: us / 1000, others: (runner.foreign ?? 0) + (runner.steal ?? 0) };
    });
    const over = (share: (one: (typeof mine)[number]) => number) =>
      mine.length === 0 ? 0 : mean(mine.map(share));
    return {
      server: over(({ seen, wallMs }) => (seen.cpuTicksMs ?? 0) / wallMs),
      generator: over(({ seen }) => seen.generatorBusy),
      queued: over(({ seen }) => seen.generatorQueued ?? 0),
      others: over(({ others }) => others),
    };
  };
  return { base: sharesOf('base'), head: sharesOf('head') };
}

function wordOf({ verdict, gating, change, interval }: MetricVerdict): string {
  const size =
    change === null ? '' : ` ${percent(change)} [${(interval ?? []).map(percent).join(', ')}]`;
  return `${verdict === 'inconclusive' && !gating ? 'not judged' : verdict}${size}`;
}

/** A dose of 5 % may be within the tolerance of 5 %; twice as much is not unchanged. */
function isWrong({ heavier, more }: Run, { verdict }: MetricVerdict): boolean {
  if (more === 0) return verdict === 'regression' || verdict === 'improvement';
  if (heavier === 'base') return verdict === 'regression';
  return verdict === 'improvement' || (verdict === 'unchanged' && more >= 10);
}

function table(): string {
  const made = runs.filter((run) => names.includes(run.case) && (run.beside ?? 0) === beside);
  const rows = made.map(rowOf);
  const head = [
    'case',
    'work',
    'verdict',
    'throughput [95 %]',
    'CPU per request [95 %]',
    'wrong way',
    'server/generator/generator waited/others, %: base, head',
    'measured',
  ];
  return markdownTable([head, ...rows]);
}
