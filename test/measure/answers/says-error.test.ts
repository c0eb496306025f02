/** Which answers of a good status say that the request failed. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { errorIn } from '../../../src/measure/answers/says-error.ts';

function formOf(value: unknown, status = 200) {
  const body = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return errorIn({ status, body, bytes: body.length });
}

it('An answer with errors and no data, or with an error of JSON-RPC, says that the request failed', () => {
  const errors = [{ message: 'Cannot query field "nam" on type "User".' }];
  assert.equal(formOf({ errors }), 'errors');
  assert.equal(formOf({ errors, data: null }), 'errors');
  assert.equal(formOf({ errors }, 101), 'errors');
  assert.equal(formOf({ jsonrpc: '2.0', id: 1, error: { code: -32601 } }), 'json-rpc');
});

it('An answer of which no field came off, a batch of errors, and an envelope that says no do too', () => {
  const errors = [{ message: 'not authenticated', path: ['viewer'] }];
  assert.equal(formOf({ errors, data: { viewer: null, orders: null } }), 'errors');
  assert.equal(formOf([{ errors }, { errors, data: { viewer: null } }]), 'errors');
  const failed = { jsonrpc: '2.0', id: 1, error: { code: -32601 } };
  assert.equal(formOf([failed, { ...failed, id: 2 }]), 'json-rpc');
  assert.equal(formOf({ ok: false, error: 'not_authed' }), 'envelope');
  assert.equal(formOf({ success: false, message: 'no such shop' }), 'envelope');
  assert.equal(formOf({ status: 'error', message: 'no such shop' }), 'envelope');
});

it('An answer that has data, another status or another form says of no error', () => {
  const errors = [{ message: 'a field could not be resolved' }];
  for (const value of [
    { errors, data: { user: { name: 'a' } } },
    { errors: [] },
    { errors: 0 },
    { errors, data: { user: { name: 'a' }, orders: null } },
    { ok: false },
    { success: true, message: 'done' },
    [
      { jsonrpc: '2.0', id: 1, error: { code: 1 } },
      { jsonrpc: '2.0', id: 2, result: 1 },
    ],
    [],
    { error: 'of another form' },
    { jsonrpc: '2.0', id: 1, result: 1, error: null },
    [errors],
    '{"errors": [',
    'errors',
    '',
  ]) {
    assert.equal(formOf(value), null, JSON.stringify(value));
  }
  // That one is told by its status.
  assert.equal(formOf({ errors }, 400), null);
});
