/**
 * Short blocks and a look after each of them against long blocks and four looks, on the same recorded slices: seconds until throughput and CPU
 * time are decided, standard deviation of a block, false alarms, and slowdowns that are found. Nothing is measured; fixed seed.
 *
 *     node bench/recorded-table.ts [--jobs 2000]
 *
 * A job draws a run, and its blocks from that run, with replacement: the long ones as they were recorded, the short ones with as many groups of
 * slices as the plan gives them now. Each value is taken relative to its run's mean, so that the true change is exactly what was asked for.
 * What all blocks of a run have in common is thereby left out (docs/adr/0042-run-effect.md is about that).
 */
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { mean, sampleVariance } from 'simple-statistics';
import type { Measurement } from '../src/measure/observed/measurement.ts';
import {
  type Draw,
  longBlocks,
  plannedNow,
  runsOf,
  SPEED_FIRST,
  shortBlocks,
} from './recorded/draws.ts';
import { type Outcome, type Procedure, runJob } from './recorded/jobs.ts';
import { keptNames, readMeasurements } from './records.ts';

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '2000' } } });
const JOBS = Number(values.jobs);
const TOLERANCES = [0.05, 0.02, 0.01];
const DROPS = [0.02, 0.03, 0.05];

/** As it was: α · t² of the budget at four looks. Levels from the bounds of the version before the change. */
const BEFORE: Procedure = {
  looks: [6, 10, 14, 20],
  fail: [0.000225, 0.00046064, 0.00079707, 0.00167723],
  pass: [0.0045, 0.01007832, 0.0185007, 0.0395414],
  blockS: () => 6.1,
  stopsWhenRed: false,
};

const random = xoroshiro128plus(20261129);
const below = (n: number) => uniformInt(random, 0, n - 1);

for (const name of keptNames()) {
  const measurements = readMeasurements(name).map(({ measurement }) => measurement);
  const runs = runsOf(measurements);
  const { procedure, groups } = plannedNow(measurements[0] as Measurement);
  const rules = [
    { name: 'before', procedure: BEFORE, draw: longBlocks(runs, below) },
    { name: 'now', procedure, draw: shortBlocks(runs, groups, below) },
  ];
  const head = ['tolerance', 'rule', 'seconds, unchanged', 'called unchanged', 'false alarms'];
  const rows = TOLERANCES.flatMap((tolerance) =>
    rules.map((rule) => {
      const same = jobsOf(rule, tolerance, 0);
      const found = DROPS.map((drop) => jobsOf(rule, tolerance, drop));
      return [
        percent(tolerance, 0),
        rule.name,
        mean(same.map(({ seconds }) => seconds)).toFixed(1),
        shareOf(same, (one) => one.throughput === 'unchanged' && one.cpu === 'unchanged'),
        shareOf(same, isRed, 2),
        ...found.map(
          (jobs) => `${shareOf(jobs, isRed)}, ${mean(jobs.map((j) => j.seconds)).toFixed(1)} s`,
        ),
      ];
    }),
  );
  const sds = rules.map(({ name: rule, draw }) => `${rule} ${sdOf(draw)}`).join('; ');
  process.stdout.write(
    [
      `## ${name}: ${runs.length} runs, ${JOBS.toLocaleString('en')} jobs each`,
      `A block: before 6.1 s; now ${procedure.blockS(0).toFixed(1)} s with ${groups} groups of slices, from the ${SPEED_FIRST + 1}th on ${procedure.blockS(SPEED_FIRST).toFixed(1)} s, at most ${procedure.looks.at(-1)}. Block sd, throughput and CPU: ${sds}.`,
      markdownTable([[...head, ...DROPS.map((drop) => `red at ${percent(drop, 0)}`)], ...rows]),
      '',
    ].join('\n\n'),
  );
}

interface Rule {
  procedure: Procedure;
  draw: Draw;
}
function jobsOf({ procedure, draw }: Rule, tolerance: number, drop: number): Outcome[] {
  const most = procedure.looks.at(-1) as number;
  return Array.from({ length: JOBS }, () => runJob(draw(most, drop), tolerance, procedure));
}

function isRed({ throughput, cpu }: Outcome): boolean {
  return throughput === 'regression' || cpu === 'regression';
}

/** Within runs. */
function sdOf(draw: Draw): string {
  const jobs = Array.from({ length: 500 }, () => draw(20, 0));
  return (['throughput', 'cpu'] as const)
    .map((metric) => {
      const variances = jobs.map((job) => sampleVariance(job.map((value) => value[metric])));
      return percent(Math.sqrt(mean(variances)), 2);
    })
    .join(' and ');
}

function shareOf(jobs: readonly Outcome[], is: (one: Outcome) => boolean, digits = 1): string {
  return percent(jobs.filter(is).length / jobs.length, digits);
}

function percent(value: number, digits: number): string {
  return `${(100 * value).toFixed(digits)} %`;
}
