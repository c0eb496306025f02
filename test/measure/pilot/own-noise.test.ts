import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Generator } from '../../../src/load/handle.ts';
import type { LiveArms } from '../../../src/measure/arms/running-arms.ts';
import { measureSliceSd } from '../../../src/measure/pilot/own-noise.ts';
import type { Arm } from '../../../src/terms/arm.ts';

/** Slices that take 10 ms each, and for which somebody waits so long before. */
function noiseAfter(waitMs: number, givenUpAfterMs: number) {
  let asked = 0;
  const slices = async (order: Arm[], work: number) => {
    asked += 1;
    await sleep(waitMs);
    const one = (arm: Arm) => ({ arm, good: work, durationUs: 10_000, errors: { timeout: 0 } });
    return { slices: order.map(one), samples: [] };
  };
  const generator = { slices } as unknown as Generator;
  const context = { generator, signal: new AbortController().signal };
  const live = { asked: new Map(), targets: new Map() } as unknown as LiveArms;
  const estimate = {
    ...{ rate: 1000, medianLatencyUs: 1000 },
    ...{ inFlight: 1, unit: 1, leastSliceMs: 0 },
  };
  const measured = measureSliceSd(context, live, { arm: 'base', estimate }, givenUpAfterMs);
  return measured.then((sd) => ({ sd, asked }));
}

it('The noise of slices is not waited for where something keeps them waiting', async () => {
  assert.deepEqual(await noiseAfter(20, 10), { sd: null, asked: 1 });
  assert.equal((await noiseAfter(0, 10_000)).sd, 0);
});
