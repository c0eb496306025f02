/** Jobs → how often each verdict came, and when. */

import { mean, median } from 'simple-statistics';
import { mirrored } from '../judge/mirror.ts';
import type { MetricVerdict, Verdict } from '../judge/verdict/verdict.ts';
import { VerdictWord } from '../terms/verdict-word.ts';
import { decidedAt, withFigures } from './decided.ts';
import { exactEnds, meanOf, meanWithError, rateOf, wilsonInterval } from './rates.ts';
import type { SelfTestJob } from './record.ts';
import { type JobOutcome, type Resampled, varianceOfMean } from './resample.ts';
import type { EitherWay, Mean, Outcomes, Rate } from './result.ts';

/** How long a job of so many blocks takes. */
export interface Clock {
  blockMs: number;
  /** Before the first block; null when it is not known, and then not counted. */
  leadMs: number | null;
}

/** Blocks are drawn by twos. */
const BLOCKS_DRAWN = 2;

/** Of none of `trials`. */
type Trials = number;

/** Null without jobs. */
export function outcomesOf(jobs: readonly JobOutcome[], clock: Clock): Outcomes | null {
  return summary(jobs.map(timed(clock)), COUNTED);
}

const COUNTED: Counting = {
  rate: (hits) => rateOf(hits.filter(Boolean).length, hits.length),
  average: meanOf,
  eitherWay: (hits) => eitherWay(hits, (count, of, tail) => exactEnds(count, of, tail)),
};

/** The intervals hold what other runs might have given, besides the luck of the draws. */
export function outcomesOfResampled(
  { outcomes, drawn, runs }: Resampled,
  clock: Clock,
): Outcomes | null {
  // No block in two of them, and of independent runs no more than there are.
  const trials =
    runs ?? (BLOCKS_DRAWN * (drawn[0]?.length ?? 0)) / mean(outcomes.map((o) => o.blocks));
  return summary(outcomes.map(timed(clock)), {
    rate: (hits) => resampledRate(hits, drawn, trials),
    average: (values) => meanWithError(mean([...values]), Math.sqrt(varianceOfMean(values, drawn))),
    eitherWay: (hits) =>
      eitherWay(hits, (_c, _of, tail) => resampledEnds(hits, drawn, trials, tail)),
  });
}

/**
 * Of two copies of one build neither is head: the rule is asked with either in that place, it cannot be red both ways, and it
 * is as likely to be red one way as the other. So half of what is counted over both is the probability of a false alarm.
 */
function eitherWay(
  hits: readonly boolean[],
  ends: (count: number, of: number, tail: number) => [number, number],
): EitherWay {
  const [count, of] = [hits.filter(Boolean).length, hits.length];
  const [low, high] = ends(count, of, 0.025);
  const [least, most] = ends(count, of, 0.05);
  return {
    count,
    of,
    share: count / of / 2,
    interval: [low / 2, high / 2],
    atLeast: least / 2,
    atMost: most / 2,
  };
}

export function outcomesOfWhole(
  jobs: readonly SelfTestJob[],
  isUnchanged: boolean,
): Outcomes | null {
  const finished = jobs.map(({ seconds, measurement }) => ({
    ...decidedAt(withFigures(measurement)),
    // Only unchanged code has no true direction.
    mirrored: isUnchanged ? decidedAt(withFigures(mirrored(measurement))).verdict : null,
    seconds,
  }));
  return summary(finished, COUNTED);
}

/** What whole jobs took beside their blocks, in the middle; null without any. */
export function leadOf(jobs: readonly SelfTestJob[]): number | null {
  const leads = jobs.flatMap(({ seconds, measurement }) => {
    const [plan, subject] = [measurement.plan.subjects[0], measurement.subjects[0]];
    if (plan === undefined || subject === undefined) return [];
    const blocks = subject.blocks.length + subject.replaced.length;
    return [Math.max(0, 1000 * seconds - blocks * plan.blockMs)];
  });
  return leads.length === 0 ? null : median(leads);
}

interface Finished extends JobOutcome {
  seconds: number;
}

/** How what is counted becomes a figure. */
interface Counting {
  rate: (hits: boolean[]) => Rate;
  average: (values: number[]) => Mean;
  eitherWay: (hits: boolean[]) => EitherWay;
}

function timed({ blockMs, leadMs }: Clock): (job: JobOutcome) => Finished {
  return (job) => ({ ...job, seconds: ((leadMs ?? 0) + job.blocks * blockMs) / 1000 });
}

function resampledRate(
  hits: readonly boolean[],
  drawn: readonly Uint8Array[],
  least: Trials,
): Rate {
  const counted = rateOf(hits.filter(Boolean).length, hits.length);
  return { ...counted, interval: resampledEnds(hits, drawn, least) };
}

/**
 * When none or all of the draws did, their spread says nothing of what other blocks would have done. Then they are worth as
 * many independent jobs as could have been made of the pool with no block in two of them, however many were drawn. And who had a few false
 * alarms has not shown that there are fewer than who had none: neither end lies nearer than it does there.
 */
function resampledEnds(
  hits: readonly boolean[],
  drawn: readonly Uint8Array[],
  ofNone: Trials,
  tail?: number,
): [number, number] {
  const share = hits.filter(Boolean).length / hits.length;
  const least = Math.min(hits.length, ofNone);
  const [all] = wilsonInterval(1, least, tail);
  const [, none] = wilsonInterval(0, least, tail);
  if (share === 0) return [0, none];
  if (share === 1) return [all, 1];
  const worth = (share * (1 - share)) / varianceOfMean(hits.map(Number), drawn);
  const [low, high] = wilsonInterval(share, Math.min(hits.length, worth), tail);
  return [Math.min(low, all), Math.max(high, none)];
}

function summary(jobs: readonly Finished[], of: Counting): Outcomes | null {
  if (jobs.length === 0) return null;
  const rate = (word: VerdictWord) => of.rate(jobs.map(({ verdict }) => verdict.verdict === word));
  return {
    jobs: jobs.length,
    verdicts: VerdictWord.options
      .map((word) => ({ word, rate: rate(word) }))
      .filter(({ word, rate }) => word !== 'no-baseline' || rate.count > 0),
    blocks: notBelow0(of.average(jobs.map(({ blocks }) => blocks))),
    seconds: notBelow0(of.average(jobs.map(({ seconds }) => seconds))),
    eitherWay: jobs.some((job) => job.mirrored === null)
      ? null
      : of.eitherWay(jobs.map((job) => isRed(job.verdict) || isRed(job.mirrored))),
    mde: { throughput: middleMde(jobs, 'throughput'), cpu: middleMde(jobs, 'cpu') },
  };
}

/** Of two jobs Student's interval is so wide that it would reach below what is possible. */
function notBelow0({ mean: middle, interval }: Mean): Mean {
  return { mean: middle, interval: interval && [Math.max(0, interval[0]), interval[1]] };
}

function isRed(verdict: Verdict | null): boolean {
  return verdict?.verdict === 'regression';
}

function middleMde(jobs: readonly Finished[], metric: MetricVerdict['name']): number | null {
  const sizes = jobs.flatMap(
    ({ verdict }) => verdict.subjects[0]?.metrics.find(({ name }) => name === metric)?.mde ?? [],
  );
  return sizes.length === 0 ? null : median(sizes);
}
