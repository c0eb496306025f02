/** A failure beside which a program has ended that the servers need. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { withGone } from '../../../src/measure/beside/troubles.ts';
import type { Cure } from '../../../src/measure/observed/cure.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';

const failure = { arm: 'both', stage: 'block', message: 'no answer', cure: null } as const;

it('A failure beside which a database has ended names it, and where to look', () => {
  const told = withGone(failure, { gone: () => ['postgres (port 5432)'] });
  assert.match(told.message, /^no answer\. Meanwhile .* postgres \(port 5432\) has ended$/);
  // It may have ended because the server did.
  assert.equal(told.cure, null);
});

it('A failure beside which nothing has ended stays as it is, and a cure that is known stays too', () => {
  assert.equal(withGone(failure, { gone: () => [] }), failure);
  const known = { ...failure, cure: { code: 'stranger' } } as const;
  assert.equal(withGone(known, { gone: () => ['redis-server'] }).cure?.code, 'stranger');
});

it('A server whose connections are refused failed for want of what has ended', () => {
  const refused = { ...failure, cure: { code: 'friend-missing', form: 'flags' } } as const;
  const { cure } = withGone(refused, { gone: () => ['redis-server'] });
  assert.deepEqual(cure, { code: 'friend-gone', form: 'flags' });
  assert.match(cureText(cure as Cure), /its own log/);
});
