/** Who is watched a second time, and what is kept of it: real servers, whose speed is made up for each slice. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { runPilot } from '../../../src/measure/pilot/pilot.ts';
import { oddOneOut } from '../../../src/measure/pilot/second-look.ts';
import type { CountedEstimate } from '../../../src/plan/pilot-estimate.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import { httpRequest, httpScenario } from '../../support/measurement.ts';
import { makeLoadedContext } from '../run-context.ts';
import { node, OK, serverFor } from '../servers/sandbox.ts';

const STEADY = 2000;
/** Requests per second after so many, of a start that gets four times as fast within six seconds. */
const rising = (requests: number) => Math.min(STEADY, 500 + requests / 5);
const steady = () => STEADY;

/** Of each arm one curve for each time that it is connected to its load for good. */
async function pilotOf(t: TestContext, curves: Record<Arm, ((requests: number) => number)[]>) {
  const context = await makeLoadedContext(t);
  const { generator } = context;
  const starts = { base: 0, head: 0 };
  const sent = { base: 0, head: 0 };
  const madeUp: typeof generator = {
    ...generator,
    probe: (target, question, timeoutMs) => generator.probe(target, question, timeoutMs),
    open: (arm, target) => generator.open(arm, target),
    steady: (arm, durationMs) => generator.steady(arm, durationMs),
    openLoop: (arm, requests, perSecond) => generator.openLoop(arm, requests, perSecond),
    burst: (arm, seconds) => generator.burst(arm, seconds),
    close: (arm) => generator.close(arm),
    slices: async (order, requests) => {
      // What is asked for does not matter here, only how long it seems to take.
      const done = await generator.slices(order, Math.min(requests, 4));
      const slices = done.slices.map((slice) => {
        const { arm } = slice;
        const curve = curves[arm][Math.max(0, starts[arm] - 1)] as (requests: number) => number;
        const durationUs = Math.round((1e6 * requests) / curve(sent[arm]));
        sent[arm] += requests;
        return { ...slice, good: requests, durationUs };
      });
      return { ...done, slices };
    },
  };
  const server = serverFor({ start: node(OK) });
  const scenario = httpScenario('default', { connections: 4, requests: [httpRequest()] });
  const env = {
    ...context.env,
    of: (arm: Arm) => {
      starts[arm]++;
      sent[arm] = 0;
      return context.env.of(arm);
    },
  };
  const { pilot, estimate } = await runPilot(
    { ...context, env, generator: madeUp },
    server,
    scenario,
    ['base', 'head'],
  );
  return { starts, pilot, warmUpWork: (estimate as CountedEstimate).warmUpWork };
}

describe('the second look at an arm that did not get steady', () => {
  it('An arm that alone did not get steady is started and watched once more, and what was steady counts', async (t) => {
    const { starts, pilot, warmUpWork } = await pilotOf(t, {
      base: [rising, steady],
      head: [steady, steady],
    });
    assert.deepEqual(starts, { base: 2, head: 2 });
    assert.equal(pilot.arms.base?.warmUp?.steadyFrom, 0);
    assert.ok(warmUpWork < STEADY, `${warmUpWork}`);
  });

  it('An arm that does not get steady the second time either keeps what was seen first', async (t) => {
    const { starts, pilot, warmUpWork } = await pilotOf(t, {
      base: [steady, steady],
      head: [rising, rising],
    });
    assert.deepEqual(starts, { base: 2, head: 2 });
    assert.equal(pilot.arms.head?.warmUp?.steadyFrom, null);
    assert.ok(warmUpWork > STEADY, `${warmUpWork}`);
  });

  it('Two arms that both get faster are not watched again', async (t) => {
    const { starts, pilot } = await pilotOf(t, { base: [rising], head: [rising] });
    assert.deepEqual(starts, { base: 1, head: 1 });
    assert.equal(pilot.arms.head?.warmUp?.steadyFrom, null);
  });

  it('A server whose start takes long is not started again to be watched', () => {
    const seen = (steadyFrom: number | null) => ({
      speed: {
        kind: 'counted' as const,
        ...{ rate: 1, medianLatencyUs: 1, inFlight: null, warmUpWork: 1 },
        warmUp: { windowWork: 1, perSecond: Array<number>(12).fill(1), steadyFrom },
      },
    });
    const [warm, cold] = [seen(0), seen(null)];
    assert.equal(oddOneOut([warm, cold], 9000), cold);
    assert.equal(oddOneOut([warm, cold], 11_000), null);
    assert.equal(oddOneOut([cold], 100), null);
    assert.equal(oddOneOut([warm, warm], 100), null);
  });
});
