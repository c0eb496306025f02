import assert from 'node:assert/strict';
import { it } from 'node:test';
import { LogRate } from '../../../src/measure/context/log-rate.ts';

/** What is told of a log that has so many bytes at each look, five looks a second. */
function told(bytesAt: (ms: number) => number): number[] {
  const rate = new LogRate();
  return Array.from({ length: 60 }, (_, look) => look * 200).flatMap(
    (ms) => rate.look(bytesAt(ms), ms) ?? [],
  );
}

it('A log with a line for each request is told once, with how fast it grows', () => {
  assert.deepEqual(
    told((ms) => 10_000 * ms),
    [10_000_000],
  );
  // It rests until it is loaded.
  assert.deepEqual(
    told((ms) => 1000 * Math.max(0, ms - 4000)),
    [1_000_000],
  );
});

it('A log that grows slowly, or fast for a moment alone, is no such one', () => {
  assert.deepEqual(
    told((ms) => 100 * ms),
    [],
  );
  assert.deepEqual(
    told((ms) => 400 * Math.min(ms, 1000)),
    [],
  );
});

it('A log that was cut begins anew', () => {
  assert.deepEqual(
    told((ms) => (100 * ms) % 90_000),
    [],
  );
  assert.deepEqual(
    told((ms) => 1000 * (ms % 6000)),
    [1_000_000],
  );
});
