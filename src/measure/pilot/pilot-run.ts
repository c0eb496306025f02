/** What the pilot runs of all kinds of load have in common: arms are started, met and stopped; that sizes the blocks. */

import type { PilotEstimate } from '../../plan/pilot-estimate.ts';
import type { Arm } from '../../terms/arm.ts';
import type { Pilot } from '../observed/measurement.ts';

export interface PilotRun {
  pilot: Pilot;
  estimate: PilotEstimate;
}

/** What is seen of one arm. */
export type ArmPilot = NonNullable<Pilot['arms'][Arm]>;

/**
 * Starts one group of arms after the other, as they will be in the blocks, and stops each when it was met. The result: start to ready to
 * stopped, of the slowest.
 */
export async function meetGroups<Live extends AsyncDisposable>(
  groups: readonly (readonly Arm[])[],
  {
    start,
    startMs,
    meet,
  }: {
    start: (group: readonly Arm[]) => Promise<Live>;
    startMs: (live: Live) => number;
    meet: (live: Live, group: readonly Arm[]) => Promise<void>;
  },
): Promise<number> {
  let slowestMs = 0;
  for (const group of groups) {
    const live = await start(group);
    let stopping = 0;
    try {
      await meet(live, group);
    } finally {
      stopping = performance.now();
      await live[Symbol.asyncDispose]();
    }
    slowestMs = Math.max(slowestMs, startMs(live) + performance.now() - stopping);
  }
  return slowestMs;
}
