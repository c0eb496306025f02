/** Claims of which no measurement can keep both, so that a job with both of them could never be green. Pure. */

import { type Claim, isAtLeast, isStrict } from '../experiment/claim.ts';
import { isLossMetric } from '../experiment/metrics.ts';
import { kindOfMetric } from './units.ts';

/** That a figure, or the ratio of two, is on one side of a number. */
interface Bound {
  /** What is bounded: the same for `a over b` and `b over a`. */
  of: string;
  isLower: boolean;
  isStrict: boolean;
  /** It holds where both figures are 0, whatever their ratio is to be. */
  isKeptByNothing: boolean;
  at: number;
}

/** The first of the earlier claims that contradicts this one; null where none does. */
export function contradicted(claim: Claim, earlier: readonly Claim[]): Claim | null {
  const bound = boundOf(claim);
  if (bound === null) return null;
  return (
    earlier.find((one) => {
      const other = boundOf(one);
      return other !== null && excludes(bound, other);
    }) ?? null
  );
}

/** Null where it is neither a bound of one figure nor of a ratio. */
function boundOf({ metric, left, right, op, factor, offset }: Claim): Bound | null {
  const isRatio = right !== null;
  const isKeptByNothing = isRatio && isLossMetric(metric) && !isStrict(op);
  const side = { isLower: isAtLeast(op), isStrict: isStrict(op), isKeptByNothing };
  const [here, there] = [JSON.stringify(left), JSON.stringify(right)];
  if (!isRatio) return { of: `${metric} ${here}`, ...side, at: offset };
  // What may be below zero has no order by ratios.
  if (offset !== 0 || kindOfMetric(metric) === 'growth') return null;
  if (here < there) return { of: `${metric} ${here} ${there}`, ...side, at: factor };
  return { of: `${metric} ${there} ${here}`, ...side, isLower: !side.isLower, at: 1 / factor };
}

/** Two ways to write one number differ in its last digits. */
const ROUNDING = 1e-12;

function excludes(a: Bound, b: Bound): boolean {
  if (a.of !== b.of || a.isLower === b.isLower) return false;
  if (a.isKeptByNothing && b.isKeptByNothing) return false;
  const [lower, upper] = a.isLower ? [a, b] : [b, a];
  const gap = lower.at - upper.at;
  const isEqual = Math.abs(gap) <= ROUNDING * Math.max(Math.abs(lower.at), Math.abs(upper.at));
  if (!isEqual) return gap > 0;
  return lower.isStrict || upper.isStrict;
}
