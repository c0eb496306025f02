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

it('A page of PHP that ends in a fatal error says so, in HTML and in plain text', () => {
  const where =
    'in /srv/index.php:3\nStack trace:\n#0 /srv/index.php(3): PDO-&gt;__construct()\n#1 {main}\n';
  for (const page of [
    `<br />\n<b>Fatal error</b>:  Uncaught PDOException: refused ${where}  thrown in <b>/srv/index.php</b> on line <b>3</b><br />\n`,
    `\nFatal error: Uncaught Error: x ${where}  thrown in /srv/index.php on line 3\n`,
    `<h1>Shop</h1>\n<br />\n<b>Parse error</b>:  syntax error, unexpected "}" in <b>/srv/a.php</b> on line <b>9</b><br />`,
  ]) {
    assert.equal(formOf(page), 'php', page);
    assert.equal(formOf(page, 500), null);
  }
  for (const page of [
    'How to read "Fatal error: Uncaught" in PHP',
    '<b>Warning</b>:  Undefined variable $x in <b>/srv/a.php</b> on line <b>9</b>',
    'Fatal error: a disk is full',
    '<p>How to mend this:</p>\n<pre>\nFatal error: Uncaught Error: x in /srv/a.php on line 3\n</pre>\n<p>Look there.</p>',
  ]) {
    assert.equal(formOf(page), null, page);
  }
});

it('An answer that begins with the trace of code that failed says so, and a text about one does not', () => {
  const traces = [
    'Traceback (most recent call last):\n  File "/srv/app.py", line 3, in get\n    1 / 0\nZeroDivisionError: division by zero\n',
    '<html><body><pre>\nTraceback (most recent call last):\n  File "/srv/app.py", line 3\n',
    'panic: runtime error: index out of range [5]\n\ngoroutine 18 [running]:\nmain.get(0x1)\n',
    'java.lang.NullPointerException: x is null\n\tat shop.Api.get(Api.java:12)\n',
    "TypeError: Cannot read properties of undefined (reading 'id')\n    at get (/srv/app.js:3:9)\n",
    '<!DOCTYPE html>\n<html lang="en"><head></head><body>\n<pre>ReferenceError: a is not defined\n    at /srv/app.js:3:9\n',
  ];
  for (const page of traces) {
    assert.equal(formOf(page), 'trace', page);
    assert.equal(formOf(page, 500), null);
    assert.equal(formOf(`<h1>How to read a trace</h1>\n<pre>${page}`), null, page);
  }
  for (const page of ['Error: none', 'panic: keep calm', 'Traceback (most recent call last):']) {
    assert.equal(formOf(page), null, page);
  }
});

it('An answer that has data, another status or another form says of no error', () => {
  const errors = [{ message: 'a field could not be resolved' }];
  for (const value of [
    { errors, data: { user: { name: 'a' } } },
    { errors: [] },
    { errors: 0 },
    { errors, data: { user: { name: 'a' }, orders: null } },
    { ok: false },
    { ok: false, error: false },
    { success: false, errors: [], message: '' },
    { jsonrpc: '2.0', id: 1, result: 1, error: false },
    { errors: [{ id: 7, message: 'refused' }], total: 1 },
    { errors: ['a'], valid: false },
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
