import { percent } from '../percent.ts';
import { NOISE } from '../thresholds.ts';
import type { Noise } from '../verdict.ts';

/** Whether the blocks differed far more than the rehearsal led to expect, in at most one sentence. */
export function noiseWarnings({ expectedSd, sd }: Pick<Noise, 'expectedSd' | 'sd'>): string[] {
  if (expectedSd === null || sd === null || expectedSd === 0) return [];
  const times = sd / expectedSd;
  if (times <= NOISE) return [];
  return [
    `throughput was ${Number(times.toPrecision(2))} times as noisy as the rehearsal led to expect (${percent(sd)} a block, not ${percent(expectedSd)}): the machine got busier, or one start of the server is not like another. A quieter machine or a larger budget helps.`,
  ];
}
