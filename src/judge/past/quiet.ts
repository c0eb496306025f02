/**
 * Whether the machine was quiet enough for a run to be compared with others. In a live pair what other processes take meets both arms
 * alike. The calibrator is another program than head: in our series a Go server that answers 100,000 requests a second lost a quarter of its rate
 * to processes beside it, and the calibrator, which computes for longer at a time, nothing.
 *
 * What others do can so make head look slower. What head's own work may bring about excuses no slowdown, though it lets nothing pass
 * (docs/adr/0089-held-back.md).
 */
import type { Disturbance } from '../../measure/observed/disturbance.ts';
import type { BlockMeasurement, RunnerObservation } from '../../measure/observed/measurement.ts';
import type { Cores } from '../../terms/core-sets.ts';
import type { Finding } from '../findings/finding.ts';
import { DISTURBED, UNUSABLE_AT_MOST } from '../findings/thresholds.ts';
import { type DisturbanceLimits, disturbance, isApart } from '../machine/disturbed.ts';

type Seen = readonly Pick<BlockMeasurement, 'runner'>[];

/** A run with so many disturbed blocks passes as nothing, and no later one is compared with it. */
export function isTooBusy(blocks: Seen): boolean {
  return tooMany(blocks, () => DISTURBED) !== null;
}

export interface Busy {
  readonly finding: Finding;
  /** It may be why head looks slower. */
  readonly isOthers: boolean;
}

/** Null where the machine was quiet enough. `cores`: those of the servers and of the load generator. */
export function busyMachine(blocks: Seen, cores: Cores): Busy | null {
  const seen = tooMany(blocks, () => DISTURBED);
  if (seen === null) return null;
  const others = tooMany(blocks, (runner) => ({
    ...DISTURBED,
    ...OWN,
    spin: isApart(cores, runner) ? DISTURBED.spin : Infinity,
  }));
  const isOthers = others !== null;
  const code = isOthers ? 'machine-too-disturbed' : 'held-back';
  const data = { ...(others ?? seen), blocks: blocks.length };
  return { finding: { code, severity: 'doubt', subject: null, data }, isOthers };
}

/** Of the control group of the servers: they bring these about themselves. */
const OWN = { throttled: Infinity, pressure: Infinity };

interface TooMany {
  disturbed: number;
  example: Disturbance;
}

function tooMany(
  blocks: Seen,
  limits: (runner: RunnerObservation) => DisturbanceLimits,
): TooMany | null {
  const seen = blocks.flatMap(({ runner }) => disturbance(runner, limits(runner)) ?? []);
  const [example] = seen;
  if (example === undefined || seen.length <= UNUSABLE_AT_MOST * blocks.length) return null;
  return { disturbed: seen.length, example };
}
