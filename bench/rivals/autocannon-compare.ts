/**
 * autocannon-compare's rule, for comparison only. Source: mcollina/autocannon-compare, compare.js: Welch's t test at alpha
 * 0.10, two-sided, of the mean and standard deviation of the requests in each second; as the size of the sample it takes
 * the number of all requests (`requests.total`), not of the seconds; the first wins when the test rejects and its mean is
 * more than 5 % above the second's. With so large a sample the test always rejects, so that the 5 % alone decide.
 *
 * Beside it the test that its name promises: the same with the seconds as the sample, p < 0.05, and no least difference.
 */
import { mean, standardDeviation } from 'simple-statistics';
import { oneAfterTheOther } from './github-action-benchmark.ts';
import { RUN_SECONDS, type Rule } from './rule.ts';
import type { Run } from './runs.ts';
import { type Sample, welchP } from './welch.ts';

const PUBLISHED = { alpha: 0.1, difference: 0.05 };
const TEXTBOOK = { alpha: 0.05 };

export const autocannonCompare: Rule = {
  name: "autocannon-compare as it is: Welch's t with the requests as the sample, and more than 5%",
  source:
    '[autocannon-compare](https://github.com/mcollina/autocannon-compare/blob/master/compare.js)',
  judge: judged(({ base, head }) => wins(base, head)),
  seconds: () => 2 * RUN_SECONDS,
};

export const welchOnSeconds: Rule = {
  name: "Welch's t on per-second samples, p < 0.05",
  source: 'the same, with the seconds as the sample',
  judge: judged(({ base, head }) => {
    const [a, b] = [sampleOf(base), sampleOf(head)];
    return a.mean > b.mean && welchP(a, b) < TEXTBOOK.alpha;
  }),
  seconds: () => 2 * RUN_SECONDS,
};

/** `a` is called faster than `b`. */
export function wins(a: Run, b: Run): boolean {
  const [first, second] = [a, b].map((run) => ({ ...sampleOf(run), size: run.requests })) as [
    Sample,
    Sample,
  ];
  const difference = (first.mean - second.mean) / second.mean;
  return welchP(first, second) < PUBLISHED.alpha && difference > PUBLISHED.difference;
}

function sampleOf({ perSecond }: Run): Sample {
  const size = perSecond.length;
  // autocannon reports the standard deviation of the whole, the test wants that of a sample.
  const variance = (standardDeviation(perSecond) ** 2 * size) / (size - 1);
  return { mean: mean(perSecond), variance, size };
}

function judged(isSlower: (runs: { base: Run; head: Run }) => boolean): Rule['judge'] {
  return (blocks, from) => {
    const runs = oneAfterTheOther(blocks, from);
    return runs && { red: isSlower(runs), blocks: runs.base.blocks + runs.head.blocks };
  };
}
