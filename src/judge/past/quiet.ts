/**
 * Whether the machine was quiet enough for a run to be compared with others. In a live pair what other processes take meets both arms
 * alike. The calibrator is another program than head: in our series a Go server that answers 100,000 requests a second lost a quarter of its rate
 * to processes beside it, and the calibrator, which computes for longer at a time, nothing.
 */
import type { BlockMeasurement } from '../../measure/measurement.ts';
import { disturbance } from '../disturbed.ts';
import type { Finding } from '../findings/finding.ts';
import { DISTURBED, UNUSABLE_AT_MOST } from '../thresholds.ts';

/** Null where it was. Such a run is compared with none, and none is compared with it. */
export function tooBusy(blocks: readonly Pick<BlockMeasurement, 'runner'>[]): Finding | null {
  const seen = blocks.flatMap(({ runner }) => disturbance(runner, DISTURBED) ?? []);
  const [example] = seen;
  if (example === undefined || seen.length <= UNUSABLE_AT_MOST * blocks.length) return null;
  const data = { disturbed: seen.length, blocks: blocks.length, example };
  return { code: 'machine-too-disturbed', severity: 'doubt', subject: null, data };
}
