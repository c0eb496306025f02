/** What is learnt of requests that fail among good ones. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ErrorSample } from '../../../src/load/results.ts';
import { withServerOutput } from '../../../src/measure/loading/failed-requests.ts';
import type { Arm } from '../../../src/terms/arm.ts';

const failed = (arm: Arm, status: number): ErrorSample => ({
  arm,
  kind: 'status',
  message: `expected status 200, got ${status}`,
  answer: { status, contentType: null, location: null },
  excerpt: '"oops"',
});
const printing = (output: string) =>
  new Map(
    (['base', 'head'] as const).map((arm) => [
      arm,
      { output: () => output, form: 'file' as const },
    ]),
  );

it('The first request of each arm that fails by the fault of the server gets what that server printed', () => {
  const samples = [
    failed('head', 404),
    failed('head', 500),
    failed('head', 500),
    failed('base', 503),
  ];
  const told = withServerOutput(samples, printing('one\nTypeError: x\n'));
  assert.deepEqual(
    told.map(({ lines }) => lines),
    [undefined, ['one', 'TypeError: x'], undefined, ['one', 'TypeError: x']],
  );
  assert.deepEqual(
    told.map(({ lines: _, ...rest }) => rest),
    samples,
  );
});

it('A cure is kept with it only where what was printed says more than the status', () => {
  const [locked] = withServerOutput(
    [failed('head', 500)],
    printing('Error: SQLITE_BUSY: database is locked'),
  );
  assert.equal(locked?.cure?.code, 'database-locked');
  const [full] = withServerOutput(
    [failed('head', 500)],
    printing('FATAL: sorry, too many clients already'),
  );
  assert.equal(full?.cure?.code, 'friend-full');
  const [plain] = withServerOutput([failed('head', 500)], printing('TypeError: x'));
  assert.equal(plain?.cure, undefined);
  const [silent] = withServerOutput([failed('head', 500)], printing(' \n'));
  assert.deepEqual(silent, failed('head', 500));
});

it('A connection that is closed in place of an answer is the fault of the server too', () => {
  const closed: ErrorSample = {
    ...failed('head', 500),
    ...{ kind: 'closed', message: 'read ECONNRESET; no byte of an answer came', answer: null },
  };
  const [panicking] = withServerOutput([closed], printing('http: panic serving 127.0.0.1:5: x'));
  assert.deepEqual(panicking?.lines, ['http: panic serving 127.0.0.1:5: x']);
  assert.equal(panicking?.cure?.code, 'see-output');
  const [full] = withServerOutput([closed], printing('16 worker_connections are not enough'));
  assert.equal(full?.cure?.code, 'connections-used-up');
  const late = { ...closed, kind: 'timeout' as const, message: 'no complete answer after 5000 ms' };
  assert.deepEqual(withServerOutput([late], printing('panic: x')), [late]);
});
