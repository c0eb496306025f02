import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { TimeLimit } from '../../../src/history/stores/time-limit.ts';

/** A clock of the test's own, by which the limit's timer goes too. */
function clockOf(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let nowMs = 1000;
  return {
    now: () => nowMs,
    pass: (ms: number) => {
      nowMs += ms;
      t.mock.timers.tick(ms);
    },
  };
}

test('A limit ends when its time is over, without that of what does not count', async (t) => {
  const clock = clockOf(t);
  using limit = new TimeLimit(100, clock.now);
  clock.pass(60);
  const done = await limit.without(() => {
    clock.pass(500);
    return 'done';
  });
  assert.equal(done, 'done');
  await assert.rejects(
    limit.without(async () => {
      clock.pass(500);
      throw new Error('broken');
    }),
    /^Error: broken$/,
  );
  clock.pass(39);
  assert.ok(!limit.signal.aborted);
  clock.pass(1);
  assert.ok(limit.signal.aborted);
});

test('A limit that nobody needs any more ends nothing', (t) => {
  const clock = clockOf(t);
  const limit = new TimeLimit(100, clock.now);
  limit[Symbol.dispose]();
  clock.pass(200);
  assert.ok(!limit.signal.aborted);
});
