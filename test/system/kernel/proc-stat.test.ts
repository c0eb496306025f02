import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseStat } from '../../../src/system/kernel/proc-stat.ts';

const REST =
  '1 4711 4712 0 -1 4194560 1000 9 0 0 731 44 25 6 20 0 11 0 98765 1234567 9876 18446744073709551615 0 0';

for (const name of [
  'node',
  'a) b (c',
  ') Z 1 1 1',
  '((((',
  'x) S 99 98 97 (y',
  '',
  'two\nlines',
  '🚀)',
]) {
  it(`The reader of /proc reads /proc/<pid>/stat of a process named ${JSON.stringify(name)}`, () => {
    assert.deepEqual(parseStat(`4713 (${name}) S ${REST}\n`), {
      pid: 4713,
      parent: 1,
      group: 4711,
      session: 4712,
      ticks: 731 + 44 + 25 + 6,
      childTicks: 25 + 6,
      startTicks: 98765,
      zombie: false,
      stopped: false,
      terminal: 0,
    });
  });
}

it('The reader of /proc knows the dead and the stopped', () => {
  for (const state of ['Z', 'X', 'R', 'D', 'T', 't']) {
    const { zombie, stopped } = parseStat(`1 (x) ${state} ${REST}`);
    assert.equal(zombie, state === 'Z' || state === 'X');
    assert.equal(stopped, state.toUpperCase() === 'T');
  }
});
