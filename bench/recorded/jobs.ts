/** Whole jobs by the rule as it was and as it is, on block values that are drawn from recorded runs. Pure. */
import { decide, logCost, worsePAt } from '../../src/judge/rule/decide.ts';
import { type Estimate, estimatePaired } from '../../src/judge/rule/estimate.ts';
import type { BlockValue } from './quads.ts';

/** When it looks, at which one-sided levels, how long its blocks are, and whether red is the end. */
export interface Procedure {
  looks: readonly number[];
  fail: readonly number[];
  pass: readonly number[];
  /** Seconds of the block with this index. */
  blockS: (index: number) => number;
  stopsWhenRed: boolean;
}

export type Word = 'regression' | 'improvement' | 'unchanged' | 'inconclusive';

export interface Outcome {
  throughput: Word;
  cpu: Word;
  blocks: number;
  seconds: number;
}

const METRICS = ['throughput', 'cpu'] as const;

/** Until both metrics are decided, or one is red where that is the end. `values`: as many as the last look has blocks. */
export function runJob(
  values: readonly BlockValue[],
  tolerance: number,
  procedure: Procedure,
): Outcome {
  const { looks, fail, pass, blockS, stopsWhenRed } = procedure;
  const words: { -readonly [K in (typeof METRICS)[number]]: Word | null } = {
    throughput: null,
    cpu: null,
  };
  let blocks = 0;
  for (const [k, look] of looks.entries()) {
    blocks = look;
    // The rule before looked seldom, and believed blocks that agree.
    const isPlain = !stopsWhenRed || k === looks.length - 1;
    for (const metric of METRICS) {
      if (words[metric] !== null) continue;
      const own = values.slice(0, look).map((value) => value[metric]);
      const estimate = estimatePaired(own) as Estimate;
      const shown = {
        worse: worsePAt(estimate, isPlain) <= (fail[k] as number),
        better: worsePAt({ ...estimate, d: -estimate.d }, isPlain) <= (fail[k] as number),
      };
      const { word } = decide(metric, estimate, tolerance, shown, pass[k] as number);
      if (word !== 'continue') words[metric] = word;
    }
    const isRed = METRICS.some((metric) => words[metric] === 'regression');
    if ((stopsWhenRed && isRed) || METRICS.every((metric) => words[metric] !== null)) break;
  }
  let seconds = 0;
  for (let i = 0; i < blocks; i++) seconds += blockS(i);
  return {
    throughput: words.throughput ?? 'inconclusive',
    cpu: words.cpu ?? 'inconclusive',
    blocks,
    seconds,
  };
}

/**
 * Values without what their run has in common, with the change that is wanted in its place, and spread by as much as drawing from so few
 * takes from their standard deviation: by the root of n ÷ (n − 1). `drop`: of throughput, as a fraction; CPU time grows as much.
 */
export function recentre(
  value: BlockValue,
  { mean, count }: { mean: BlockValue; count: number },
  drop: number,
): BlockValue {
  const spread = Math.sqrt(count / (count - 1));
  const effect = logCost('throughput', drop);
  return {
    throughput: effect + spread * (value.throughput - mean.throughput),
    cpu: effect + spread * (value.cpu - mean.cpu),
  };
}
