import assert from 'node:assert/strict';
import { it } from 'node:test';
import { doseOf, injectionOf } from '../../../src/measure/block/injection.ts';

const of = (units: string) => ({ env: { base: { KNOB: '00' }, head: { KNOB: units } }, pauses: 0 });

it('Each two blocks have the next slowdown, and the first again after the last', () => {
  const injection = {
    ...of('00'),
    turns: [
      { dose: 'none', ...of('00') },
      { dose: '5pc', ...of('05') },
      { dose: 'ruler', ...of('30') },
    ],
  };
  const indices = [0, 1, 2, 3, 4, 5, 6, 7];
  assert.deepEqual(
    indices.map((index) => doseOf(injection, index)),
    ['none', 'none', '5pc', '5pc', 'ruler', 'ruler', 'none', 'none'],
  );
  assert.deepEqual(injectionOf(injection, 3), of('05'));
});

it('Where there are no turns, all blocks have the same', () => {
  assert.deepEqual(injectionOf(of('05'), 7), of('05'));
  assert.equal(doseOf(of('05'), 7), null);
  assert.equal(injectionOf(null, 7), null);
});
