/** Failures that are few enough for the limit, and yet more of them in one arm than chance explains. */
import type { BlockMeasurement } from '../../measure/measurement.ts';
import type { Finding } from '../findings/finding.ts';
import { countsP, limitValue } from '../limits.ts';
import { ERRORS_DIFFER } from '../thresholds.ts';

/** `limit`: share of the requests that may fail. At most one warning; none above the limit, which breaks the measurement. */
export function errorDifference(blocks: readonly BlockMeasurement[], limit: number): Finding[] {
  const share = (arm: 'base' | 'head') => limitValue('errors', blocks, arm) ?? 0;
  if (share('base') > limit || share('head') > limit) return [];
  if (share('base') === share('head')) return [];
  const ofHead = countsP('errors', blocks) ?? 1;
  const ofBase = countsP('errors', blocks.map(swapped)) ?? 1;
  if (Math.min(ofHead, ofBase) >= ERRORS_DIFFER) return [];
  const [more, less] = ofHead < ofBase ? (['head', 'base'] as const) : (['base', 'head'] as const);
  const data = { more: share(more), less: share(less), limit };
  return [{ code: 'errors-differ', severity: 'warning', subject: more, data }];
}

function swapped(block: BlockMeasurement): BlockMeasurement {
  const { base, head } = block.arms;
  return {
    ...block,
    arms: { ...(head && { base: head }), ...(base && { head: base }) },
  };
}
