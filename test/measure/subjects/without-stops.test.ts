/** Whoever stops the gate or its generator must not choose what counts, in a block or in the first contact. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { GeneratorStopped } from '../../../src/load/worker/process.ts';
import { withoutStops } from '../../../src/measure/subjects/without-stops.ts';

/** As the kernel tells it: a process that was stopped hears that it goes on. */
const goOn = () => process.emit('SIGCONT');

it('The guard against stops gives what was measured at the first try when nobody stood still', async () => {
  assert.equal(await withoutStops(async () => 7, assert.fail), 7);
});

it('The guard against stops throws away what was measured while the gate or the generator stood still, and measures again', async () => {
  const tries = [
    async () => {
      goOn();
      return 'too good to be true';
    },
    async () => {
      throw new GeneratorStopped('The load generator');
    },
    async () => 'measured',
  ];
  const told: string[] = [];
  const again = (why: string) => told.push(why) > 0;
  const measure = () => (tries.shift() as () => Promise<string>)();
  assert.equal(await withoutStops(measure, again), 'measured');
  assert.match(told.join('; '), /^the gate was stopped .*; The load generator was stopped /);
});

it('The guard against stops ends with the stop, and not with what it led to, when it is not to be tried again', async () => {
  const measure = async () => {
    goOn();
    throw new Error('a server did not answer in time');
  };
  await assert.rejects(
    withoutStops(measure, () => false),
    GeneratorStopped,
  );
});

it('The guard against stops passes every other failure on at once', async () => {
  const measure = async () => {
    throw new Error('the server ended');
  };
  await assert.rejects(withoutStops(measure, assert.fail), /the server ended/);
});
