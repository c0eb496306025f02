/** Jobs → how often each verdict came, and when. */

import { mean, median } from 'simple-statistics';
import { judge } from '../judge/judge.ts';
import type { MetricVerdict, Verdict } from '../judge/verdict.ts';
import { VerdictWord } from '../terms/verdict-word.ts';
import { meanOf, meanWithError, rateOf, wilsonInterval } from './rates.ts';
import type { SelfTestJob } from './record.ts';
import { type JobOutcome, type Resampled, varianceOfMean } from './resample.ts';
import type { Mean, Outcomes, Rate } from './result.ts';

/** How long a job of so many blocks takes. */
export interface Clock {
  blockMs: number;
  /** Before the first block; null when it is not known, and then not counted. */
  leadMs: number | null;
}

/** Blocks are drawn by twos. */
const BLOCKS_DRAWN = 2;

/** Null without jobs. */
export function outcomesOf(jobs: readonly JobOutcome[], clock: Clock): Outcomes | null {
  return summary(jobs.map(timed(clock)), {
    rate: (hits) => rateOf(hits.filter(Boolean).length, hits.length),
    average: meanOf,
  });
}

/** The intervals hold what another pool of as many blocks might have given, besides the luck of the draws. */
export function outcomesOfResampled({ outcomes, drawn }: Resampled, clock: Clock): Outcomes | null {
  const jobsInPool = (BLOCKS_DRAWN * (drawn[0]?.length ?? 0)) / mean(outcomes.map((o) => o.blocks));
  return summary(outcomes.map(timed(clock)), {
    rate: (hits) => resampledRate(hits, drawn, jobsInPool),
    average: (values) => meanWithError(mean([...values]), Math.sqrt(varianceOfMean(values, drawn))),
  });
}

export function outcomesOfWhole(jobs: readonly SelfTestJob[]): Outcomes | null {
  const finished = jobs.map(({ seconds, measurement }) => ({
    verdict: judge(measurement),
    blocks: measurement.subjects[0]?.blocks.length ?? 0,
    seconds,
  }));
  return summary(finished, {
    rate: (hits) => rateOf(hits.filter(Boolean).length, hits.length),
    average: meanOf,
  });
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

interface Finished {
  verdict: Verdict;
  blocks: number;
  seconds: number;
}

function timed({ blockMs, leadMs }: Clock): (job: JobOutcome) => Finished {
  return (job) => ({ ...job, seconds: ((leadMs ?? 0) + job.blocks * blockMs) / 1000 });
}

/**
 * When none or all of the draws did, their spread says nothing of what other blocks would have done. Then they are worth as
 * many independent jobs as could have been made of the pool with no block in two of them, however many were drawn.
 */
function resampledRate(
  hits: readonly boolean[],
  drawn: readonly Uint8Array[],
  jobsInPool: number,
): Rate {
  const values = hits.map(Number);
  const counted = rateOf(hits.filter(Boolean).length, hits.length);
  const share = counted.share ?? 0;
  const trials =
    share === 0 || share === 1 ? jobsInPool : (share * (1 - share)) / varianceOfMean(values, drawn);
  return { ...counted, interval: wilsonInterval(share, Math.min(hits.length, trials)) };
}

function summary(
  jobs: readonly Finished[],
  of: { rate: (hits: boolean[]) => Rate; average: (values: number[]) => Mean },
): Outcomes | null {
  if (jobs.length === 0) return null;
  const rate = (word: VerdictWord) => of.rate(jobs.map(({ verdict }) => verdict.verdict === word));
  return {
    jobs: jobs.length,
    verdicts: VerdictWord.options
      .map((word) => ({ word, rate: rate(word) }))
      .filter(({ word, rate }) => word !== 'no-baseline' || rate.count > 0),
    blocks: of.average(jobs.map(({ blocks }) => blocks)),
    seconds: of.average(jobs.map(({ seconds }) => seconds)),
    mde: { throughput: middleMde(jobs, 'throughput'), cpu: middleMde(jobs, 'cpu') },
  };
}

function middleMde(jobs: readonly Finished[], metric: MetricVerdict['name']): number | null {
  const sizes = jobs.flatMap(
    ({ verdict }) => verdict.subjects[0]?.metrics.find(({ name }) => name === metric)?.mde ?? [],
  );
  return sizes.length === 0 ? null : median(sizes);
}
