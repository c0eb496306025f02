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

it('An answer that has data, another status or another form says of no error', () => {
  const errors = [{ message: 'a field could not be resolved' }];
  for (const value of [
    { errors, data: { user: { name: 'a' } } },
    { errors: [] },
    { errors: 0 },
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
