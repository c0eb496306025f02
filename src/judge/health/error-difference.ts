/** Failures that are few enough for the limit, and yet more of them in one arm than chance explains. */
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import { type Arm, otherArm } from '../../terms/arm.ts';
import type { Finding } from '../findings/finding.ts';
import { armWithMore, countsOf, limitValue } from '../rule/limits.ts';

/** `limit`: share of the requests that may fail. At most one warning; none above the limit, which breaks the measurement. */
export function errorDifference(blocks: readonly BlockMeasurement[], limit: number): Finding[] {
  const share = (arm: Arm) => limitValue('errors', blocks, arm) ?? 0;
  if (share('base') > limit || share('head') > limit) return [];
  if (share('base') === share('head')) return [];
  const more = armWithMore(blocks, (some, arm) => countsOf('errors', some, arm));
  if (more === null) return [];
  const data = { more: share(more), less: share(otherArm(more)), limit };
  return [{ code: 'errors-differ', severity: 'warning', subject: more, data }];
}
