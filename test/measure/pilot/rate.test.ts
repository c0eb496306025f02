import assert from 'node:assert/strict';
import { it } from 'node:test';
import { rateIn } from '../../../src/measure/pilot/rate.ts';
import { httpRequest, httpScenario } from '../../support/measurement.ts';

const window = (good: number, ms: number) => ({
  ...{ good, durationUs: 1000 * ms, medianLatencyUs: 1000, meanLatencyUs: 1000 },
});

it('The rate of a mix counts the time of its slow kind, which is in fewer than half of the windows', () => {
  const windows = [5, 5, 1005, 5, 5, 1005, 5, 5, 1005].map((ms) => window(5, ms));
  const mix = httpScenario('mix', { requests: [httpRequest(), httpRequest({ path: '/slow' })] });
  assert.ok(Math.abs(rateIn(windows, mix) - 30 / 2.03) < 1, String(rateIn(windows, mix)));
  // Of one kind a window that was disturbed says nothing.
  const one = httpScenario('one', { requests: [httpRequest()] });
  assert.equal(rateIn(windows, one), 1000);
});
