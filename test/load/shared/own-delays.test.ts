/** Time that the load's own process lost, for which no server is blamed: src/load/shared/own-delays.ts. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { OwnDelays } from '../../../src/load/shared/own-delays.ts';

it('A process that looks in time, or a little late, has lost nothing', () => {
  const delays = new OwnDelays(100, 0);
  let nowMs = 0;
  for (const gapMs of [10, 12, 19, 8, 20, 10]) {
    nowMs += gapMs;
    assert.equal(delays.look(nowMs, 10), 0, `after ${gapMs} ms`);
  }
});

it('A process that stood still has lost that time, until it has run for long enough since', () => {
  const delays = new OwnDelays(100, 0);
  assert.equal(delays.look(1010, 10), 1000);
  assert.equal(delays.look(1020, 10), 1000);
  assert.equal(delays.look(1080, 10), 1050, 'a second stop adds to the first');
  for (let nowMs = 1090; nowMs <= 1120; nowMs += 10) delays.look(nowMs, 10);
  // The time in which it stood still is none in which it ran.
  for (let nowMs = 1130; nowMs <= 1160; nowMs += 10) assert.equal(delays.look(nowMs, 10), 1050);
  assert.equal(delays.look(1170, 10), 50);
  assert.equal(delays.look(1180, 10), 50);
  assert.equal(delays.look(1190, 10), 0);
});

it('A process that is late again and again still comes to the end of its patience', () => {
  const delays = new OwnDelays(100, 0);
  let lostMs = 0;
  for (let nowMs = 50; nowMs <= 5000; nowMs += 50) {
    lostMs = delays.look(nowMs, 10);
    assert.ok(lostMs <= 11 * 40, `${lostMs}`);
  }
  assert.ok(lostMs >= 10 * 40, `${lostMs}`);
});
