import type { Finding } from '../findings/finding.ts';
import { NOISE } from '../findings/thresholds.ts';
import type { Noise } from '../verdict/verdict.ts';

/** Whether the blocks differed far more than the pilot run led to expect, in at most one finding. */
export function noiseWarnings({ expectedSd, sd }: Pick<Noise, 'expectedSd' | 'sd'>): Finding[] {
  if (expectedSd === null || sd === null || expectedSd === 0) return [];
  if (sd / expectedSd <= NOISE) return [];
  const data = { sd, expectedSd };
  return [{ code: 'noisier-than-expected', severity: 'warning', subject: null, data }];
}
