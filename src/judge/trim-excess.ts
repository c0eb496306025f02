/**
 * What trimming cuts away. Throughput and CPU are judged from the middle of a block's slices; what
 * hits few of them (a stall, a periodic job) is compared here with the totals, block by block.
 */

import { mean } from 'simple-statistics';
import type { MetricName } from '../config/metrics.ts';
import type { BlockMeasurement } from '../measure/measurement.ts';
import type { Arm } from '../terms/arm.ts';
import { untrimmedExcess } from './cpu.ts';
import { changeOf, logCost } from './decide.ts';
import { armCost, type Estimate, estimatePaired, pairValue } from './estimate.ts';
import { percent } from './percent.ts';
import { RARE } from './thresholds.ts';

/** One arm does more than the other in few slices, and that is shown. */
export interface RareFinding {
  metric: TrimmedMetric;
  /** ln(cost ratio), head over base, by which the totals exceed the trimmed value. Above 0: head does more. */
  excess: number;
  /** For the reader. */
  warning: string;
}

type TrimmedMetric = Extract<MetricName, 'throughput' | 'cpu'>;

/** At most one finding per trimmed metric. `tolerance`: fractions, as in the gate. */
export function rareFindings(
  blocks: readonly BlockMeasurement[],
  tolerance: Readonly<Record<TrimmedMetric, number>>,
): RareFinding[] {
  return (['throughput', 'cpu'] as const).flatMap((metric) => {
    const values = blocks.flatMap((block) => EXCESS[metric](block) ?? []);
    const excess = estimatePaired(values.filter(Number.isFinite));
    if (excess === null || !isShown(excess, logCost(metric, tolerance[metric]))) return [];
    const warning = SENTENCES[metric](blocks, excess.d);
    return [{ metric, excess: excess.d, warning }];
  });
}

/**
 * Why "not worse" may not be said of a metric: with what trimming left out, head is worse by the
 * tolerance or more. Null when it may be said.
 */
export function hiddenWorsening(
  findings: readonly RareFinding[],
  { metric, estimate }: { metric: MetricName; estimate: Estimate | null },
  tolerance: number,
): string | null {
  const excess = findings.find((finding) => finding.metric === metric)?.excess ?? 0;
  if (estimate === null || excess <= 0) return null;
  const total = estimate.d + excess;
  if (total < logCost(metric, tolerance)) return null;
  const size = percent(changeOf(metric, total));
  return metric === 'throughput'
    ? `head stalls in few slices: over all of them it serves ${size} fewer requests per second`
    : `head does rare work in few slices: over all of them it uses ${size} more CPU per request`;
}

/** An estimate of everything, nothing trimmed, is worse by the tolerance or more, beyond doubt. */
export function isPlainlyWorse({ d, se, blocks }: Estimate, delta: number): boolean {
  return blocks >= RARE.blocks && d >= delta && d > RARE.t * se;
}

const EXCESS: Record<TrimmedMetric, (block: BlockMeasurement) => number | null> = {
  throughput: untrimmedSlowness,
  cpu: untrimmedExcess,
};

/** ln(head / base) of all slices' time per expected answer, less the trimmed value of the block. */
function untrimmedSlowness(block: BlockMeasurement): number | null {
  const judged = pairValue('throughput', block);
  return judged === null ? null : Math.log(totalCost(block, 'h') / totalCost(block, 'b')) - judged;
}

/** Microseconds per expected answer over all slices of one arm. */
function totalCost({ sliceOrder, sliceUs, sliceGood }: BlockMeasurement, letter: string): number {
  let [us, good] = [0, 0];
  for (let i = 0; i < sliceUs.length; i++) {
    if (sliceOrder[i] !== letter) continue;
    us += sliceUs[i] as number;
    good += sliceGood[i] as number;
  }
  return us / good;
}

function isShown({ d, se, blocks }: Estimate, delta: number): boolean {
  const size = Math.abs(d);
  return blocks >= RARE.blocks && size > RARE.share * delta && size > RARE.t * se;
}

const SENTENCES: Record<
  TrimmedMetric,
  (blocks: readonly BlockMeasurement[], excess: number) => string
> = {
  throughput: (_blocks, excess) => {
    const [more, less] = moreFirst(excess);
    const lost = percent(Math.expm1(-Math.abs(excess)));
    return `${more} stalls more than ${less} does (pauses or periodic jobs, in few of the slices): it costs about ${lost} of throughput, which the judged figure leaves out.`;
  },
  cpu: (blocks, excess) => {
    const [more, less] = moreFirst(excess);
    const share = Math.expm1(Math.abs(excess));
    const judged = mean(blocks.flatMap((block) => armCost('cpu', block, more) ?? []));
    const added = `${percent(share)} (${micros(judged * share)})`;
    return `${more} does more rare work than ${less} (long collector pauses or periodic jobs, in few of the quads): it adds about ${added} of CPU per request, which the judged figure leaves out.`;
  },
};

function moreFirst(excess: number): [Arm, Arm] {
  return excess > 0 ? ['head', 'base'] : ['base', 'head'];
}

function micros(seconds: number): string {
  return `${Number((1e6 * seconds).toPrecision(2))} µs`;
}
