/** The tables of a self-test, in Markdown. */

import { alignedTable } from '../report/markup/aligned-table.ts';
import { formatNumber, NOTHING, plural } from '../report/wording/format.ts';
import type { Goal, Outcomes, SelfTestResult, Size } from './result.ts';
import {
  changeIntervalText,
  changeText,
  eitherWayText,
  meanText,
  percentText,
  pText,
  rangeText,
  rateText,
  ratioText,
} from './text.ts';

export const METRIC_TEXT = {
  throughput: 'throughput',
  cpu: 'CPU time',
  p99: 'p99 latency',
} as const;

/** How a job was made. */
export const BASIS_TEXT = {
  blocks: 'all blocks',
  resampled: 'resampled',
  disjoint: 'disjoint',
  whole: 'whole',
} as const;

/** `5% slower`, or `stopped 5%`: how much slower that makes a server is not known. */
export function doseText(asked: number, method: SelfTestResult['method']): string {
  if (asked === 0) return 'none';
  return method === 'pauses' ? `stopped ${percentText(asked)}` : `${percentText(asked)} slower`;
}

export function sizeTable({ doses, method }: Pick<SelfTestResult, 'doses' | 'method'>): string {
  const rows = doses.flatMap(({ asked, sizes }) =>
    sizes.map((size) => [
      doseText(asked, method),
      METRIC_TEXT[size.metric],
      String(size.blocks),
      String(size.runs),
      percentText(size.sd),
      changeText(size.injected),
      `${changeText(size.change)} ${changeIntervalText(size.interval)}`,
      ratioCell(size),
    ]),
  );
  const head = ['Injected', 'Metric', 'Blocks', 'Runs', 'Block sd', 'Injected change'];
  return alignedTable(
    [[...head, 'Recovered [95%]', 'Recovered / injected [95%]'], ...rows],
    ['l', 'l', 'r', 'r', 'r', 'r', 'r', 'r'],
  );
}

function ratioCell({ ratio }: Size): string {
  return ratio === null ? NOTHING : ratioText(ratio.value, ratio.interval);
}

/** A row for each kind of job; `strict` has the rows of the smaller tolerance alone. */
export function verdictTable(
  { doses, method }: Pick<SelfTestResult, 'doses' | 'method'>,
  which: 'gate' | 'strict',
): string {
  const jobs = doses.flatMap(({ asked, strict, ...dose }): [number, string, Outcomes][] => {
    if (which === 'strict') {
      return strict === null ? [] : [[asked, BASIS_TEXT.resampled, strict.resampled]];
    }
    return (['resampled', 'disjoint', 'whole'] as const).flatMap((basis): typeof jobs => {
      const outcomes = dose[basis];
      return outcomes === null ? [] : [[asked, BASIS_TEXT[basis], outcomes]];
    });
  });
  const words = WORDS.filter(
    (word) =>
      word !== 'no-baseline' || jobs.some(([, , { verdicts }]) => countOf(verdicts, word) > 0),
  );
  const rows = jobs.map(([asked, basis, { verdicts, blocks, seconds, mde }]) => [
    doseText(asked, method),
    basis,
    ...words.map((word) => {
      const found = verdicts.find((verdict) => verdict.word === word);
      return found === undefined ? NOTHING : rateText(found.rate);
    }),
    meanText(blocks),
    meanText(seconds, 0),
    [mde.throughput, mde.cpu]
      .map((size) => (size === null ? NOTHING : percentText(size)))
      .join(', '),
  ]);
  const head = ['Injected', 'Jobs', ...words.map((word) => `${word} [95%]`)];
  return alignedTable(
    [[...head, 'Mean blocks', 'Mean seconds', 'MDE (throughput, CPU)'], ...rows],
    ['l', 'l', ...words.map(() => 'r' as const), 'r', 'r', 'r'],
  );
}

const WORDS = [
  'regression',
  'unchanged',
  'inconclusive',
  'improvement',
  'invalid',
  'no-baseline',
] as const;

function countOf(verdicts: Outcomes['verdicts'], wanted: (typeof WORDS)[number]): number {
  return verdicts.find(({ word }) => word === wanted)?.rate.count ?? 0;
}

export function goalTable(goals: readonly Goal[]): string {
  const rows = goals.flatMap(({ text, target, reason, answers }) =>
    answers.map((answer, index) => [
      index === 0 ? text : '',
      index === 0 ? target : '',
      BASIS_TEXT[answer.basis],
      figureText(answer.figure),
      answer.state === 'reached' ? 'reached' : `**${answer.state}**`,
      index === 0 ? (reason ?? '') : '',
    ]),
  );
  return alignedTable(
    [['Goal', 'Target', 'Jobs', 'Figure [95%]', 'Result', 'Why'], ...rows],
    ['l', 'l', 'l', 'r', 'l', 'l'],
  );
}

export function figureText(figure: Goal['answers'][number]['figure']): string {
  if ('rate' in figure) return rateText(figure.rate);
  if ('eitherWay' in figure) return eitherWayText(figure.eitherWay);
  if ('seconds' in figure) return `${meanText(figure.seconds, 0)} s`;
  return ratioCell(figure.size);
}

/** What the kinds of jobs are, as far as there are any. */
export function notesOf(result: SelfTestResult): string[] {
  const { resampling, doses, method, calibration, baseBusy, otherMachines, runEffects } = result;
  const has = (basis: 'resampled' | 'disjoint' | 'whole' | 'strict') =>
    doses.some((dose) => dose[basis] !== null);
  const notes: string[] = [];
  if (resampling !== null && has('resampled')) {
    notes.push(
      `Resampled: ${formatNumber(resampling.jobs, 0)} jobs for each dose. Each has up to ${resampling.blocksPerJob} blocks, drawn in two stages, with replacement: a run, whose part all blocks of the job have, and then the blocks, two at a time. The gate judged each job as any other, at ${resampling.looks.join(', ')} blocks. All jobs are made of the same runs: if these show too much or too little by chance, so do all jobs. The intervals allow for that, by the infinitesimal jackknife over runs; where none or all of the jobs did something, they count no more jobs than there were runs, and no interval ends nearer than it would there. A block that is drawn several times can look like a server with two states, or like an effect of the order. So the health checks doubt these jobs a little more often than whole ones.`,
    );
  }
  if (has('disjoint')) {
    notes.push(
      'Disjoint: jobs made of the blocks of one run, in the order in which they were measured; no block is used twice. They are few, but independent of each other.',
    );
  }
  if (has('whole')) {
    notes.push(
      'Whole: real runs of the gate, from start to verdict. Nothing in them is computed. If a machine changes over hours, only these show what that does to one job.',
    );
  }
  if (resampling !== null && (has('resampled') || has('disjoint'))) {
    const lead =
      resampling.leadMs === null
        ? 'The time before the first block is not included, because only whole jobs tell it.'
        : `The time before the first block is added: ${formatNumber(resampling.leadMs / 1000, 1)} s, the median of the whole jobs.`;
    notes.push(
      `Seconds of resampled and disjoint jobs are computed: ${formatNumber(resampling.blockMs / 1000, 1)} s for each block, as planned. ${lead}`,
    );
  }
  if (method === 'pauses') {
    const left = baseBusy === null ? '' : ` (base used ${percentText(baseBusy)} of a core)`;
    notes.push(
      `Head's processes were stopped for a share of the time. A server that is busy all the time loses that share of its throughput. One that has time left loses less, because it can do the work later${left}. CPU time per request stays about the same: stopping and waking cost a little.`,
    );
  } else if (doses.some(({ sizes }) => sizes.some(({ by }) => by === 'ruler'))) {
    notes.push(
      'Injected sizes were measured inside the runs: each run also had a large dose, what that cost there was scaled down by the units of the knob, and the interval of the ratio is over the differences of the same run.',
    );
  } else if (calibration !== null) {
    notes.push(
      `Injected sizes come from a calibration: ${formatNumber(calibration.units, 0)} units of the knob cost ${changeText(Math.expm1(calibration.throughput))} time per request${calibration.cpu === null ? '' : ` and ${changeText(Math.expm1(calibration.cpu))} CPU time`} over ${calibration.blocks} blocks, and the doses were scaled down from that. What a unit costs depends on the machine and on how much there is to do. It can differ by a tenth and more, and no interval here includes that (docs/adr/0020-self-test.md).`,
    );
  }
  if (otherMachines.length > 0) {
    notes.push(
      `Later parts were measured elsewhere: ${otherMachines.join('; ')}. The doses come from the first machine.`,
    );
  }
  for (const { metric, runs, sdWithin, sdBetween, sdBetweenInterval, p } of runEffects) {
    const found = `${METRIC_TEXT[metric]} of unchanged code differs by ${percentText(sdWithin)} (standard deviation) between blocks of one run, and by ${percentText(sdBetween)} ${rangeText(sdBetweenInterval, percentText)} between runs`;
    notes.push(
      `Runs: ${found}, by one-way analysis of variance over ${plural(runs, 'run')} (F test: p = ${pText(p)}).`,
    );
  }
  return notes;
}

/** How far blocks of one run are from being independent. */
export function runEffectTable(runEffects: SelfTestResult['runEffects']): string {
  const rows = runEffects.map((effect) => [
    METRIC_TEXT[effect.metric],
    `${effect.runs} (${plural(effect.blocks, 'block')})`,
    percentText(effect.sdWithin),
    `${percentText(effect.sdBetween)} ${rangeText(effect.sdBetweenInterval, percentText)}`,
    `${formatNumber(effect.f, 2)}, p = ${pText(effect.p)}`,
    ratioText(effect.inflation, effect.inflationInterval),
  ]);
  const head = ['Metric', 'Runs', 'Block sd within a run', 'sd between runs [95%]', 'F'];
  return alignedTable(
    [[...head, 'Variance of a job’s mean over what independent blocks give [95%]'], ...rows],
    ['l', 'l', 'r', 'r', 'r', 'r'],
  );
}
