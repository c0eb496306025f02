/** Tests what src/measure/failures/cure-for.ts advises of a server that something starts again. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cureFor } from '../../../src/measure/failures/cure-for.ts';

it('Of a server that a supervisor starts again, it is said where its own words are, unless they are there', () => {
  const supervised = { hasEnded: true, isRestarted: true, output: 'exited: app' };
  assert.equal(cureFor(supervised)?.code, 'kept-by-supervisor');
  // As of pm2, whose start command ends when its daemon has the program.
  assert.equal(cureFor({ ...supervised, hasEndedWell: true })?.code, 'kept-by-supervisor');
  const told = cureFor({ ...supervised, output: 'Traceback (most recent call last):\n x' });
  assert.equal(told?.code, 'see-output');
});
