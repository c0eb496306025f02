import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inFlightIn } from '../../../src/measure/pilot/in-flight.ts';
import { httpRequest, httpScenario } from '../../support/measurement.ts';

const scenario = httpScenario('default', { connections: 8, requests: [httpRequest()] });

/** Eight connections that were all busy: so many answers, each of so many milliseconds. */
const busy = (good: number, meanMs: number) => ({
  good,
  durationUs: (1000 * good * meanMs) / 8,
  meanLatencyUs: 1000 * meanMs,
});

/** How much was in flight on average. */
function inFlight(windows: Parameters<typeof inFlightIn>[0]): number {
  const seen = inFlightIn(windows, scenario);
  assert.ok(seen !== null);
  return (seen.perSecond * seen.meanLatencyUs) / 1e6;
}

describe('what was in flight', () => {
  it('Eight busy connections have eight requests in flight, however unequal the windows are', () => {
    const fast = busy(800, 1);
    const slow = busy(800, 4);
    assert.ok(Math.abs(inFlight([fast, fast, slow, slow]) - 8) < 1e-9);
    assert.ok(Math.abs(inFlight([fast, busy(400, 1), slow]) - 8) < 1e-9);
  });

  it('What was in flight says how many answers a window had on average', () => {
    assert.equal(inFlightIn([busy(800, 1), busy(400, 1)], scenario)?.perWindow, 600);
  });

  it('More in flight than there are connections is still seen', () => {
    const wrong = { ...busy(800, 1), durationUs: 50_000 };
    assert.ok(Math.abs(inFlight([wrong, wrong]) - 16) < 1e-9);
  });

  it('Nothing is said of what was in flight where not each answer is timed, or none came', () => {
    assert.equal(
      inFlightIn([busy(800, 1), { ...busy(800, 1), meanLatencyUs: null }], scenario),
      null,
    );
    assert.equal(inFlightIn([{ good: 0, durationUs: 1000, meanLatencyUs: 0 }], scenario), null);
    assert.equal(inFlightIn([], scenario), null);
  });
});
