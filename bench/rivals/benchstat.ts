/**
 * benchstat's rule, for comparison only. Source: golang/perf, cmd/benchstat/main.go (each benchmark "at least 10 times",
 * significant when p < 0.05) and benchmath/anone.go: the Mann-Whitney U test of the runs of the two files, two-sided.
 * Its documentation advises to interleave the runs of old and new; its example runs one after the other. Both are here.
 */
import { median } from 'simple-statistics';
import type { BlockMeasurement } from '../../src/measure/observed/measurement.ts';
import { mannWhitneyP } from './mann-whitney.ts';
import type { Rule } from './rule.ts';
import { around, blockRate } from './runs.ts';

const RUNS = 10;
const ALPHA = 0.05;
const SOURCE = '[benchstat](https://pkg.go.dev/golang.org/x/perf/cmd/benchstat)';

export function isSlower(base: readonly number[], head: readonly number[]): boolean {
  return median([...head]) < median([...base]) && mannWhitneyP(base, head) < ALPHA;
}

export const benchstatInTurn: Rule = {
  name: `Mann-Whitney U on ${RUNS} runs of base, then ${RUNS} of head, p < ${ALPHA}`,
  source: SOURCE,
  judge: (blocks, from) => {
    if (blocks.length < 2 * RUNS) return null;
    const [base, head] = [around(blocks, from, RUNS), around(blocks, from + RUNS, RUNS)];
    return { red: isSlower(rates(base, 'base'), rates(head, 'head')), blocks: 2 * RUNS };
  },
  seconds: secondsOf,
};

export const benchstatInterleaved: Rule = {
  name: `Mann-Whitney U on ${RUNS} runs of each, interleaved, p < ${ALPHA}`,
  source: `${SOURCE}, as its documentation advises`,
  judge: (blocks, from) => {
    if (blocks.length < RUNS) return null;
    const both = around(blocks, from, RUNS);
    return { red: isSlower(rates(both, 'base'), rates(both, 'head')), blocks: RUNS };
  },
  seconds: secondsOf,
};

function rates(blocks: readonly BlockMeasurement[], arm: 'base' | 'head'): number[] {
  return blocks.flatMap((block) => blockRate(block, arm) ?? []);
}

/** A run of each arm is a block's share of both. */
function secondsOf(blockMs: number): number {
  return (RUNS * blockMs) / 1000;
}
