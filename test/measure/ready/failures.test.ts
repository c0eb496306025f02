import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Failures } from '../../../src/measure/ready/failures.ts';

/** What is found after so long, of answers ten times a second. */
function foundAfter(
  seconds: number,
  statusOf: (second: number) => number | null,
  errorsOf: (answers: number) => number,
): number {
  const failures = new Failures();
  const answers = seconds * 10;
  for (let i = 0; i < answers; i++) failures.answered(statusOf(i / 10), errorsOf(i), i * 100);
  return failures.times(errorsOf(answers), answers * 100);
}

it('A server that answers by a failure each time, and prints such an error each time, is known after ten seconds', () => {
  const each = (answers: number) => answers;
  for (const status of [500, 502]) {
    assert.equal(
      foundAfter(9, () => status, each),
      0,
    );
    assert.equal(
      foundAfter(11, () => status, each),
      110,
    );
  }
  // What it printed before it was asked is none of it.
  assert.equal(
    foundAfter(
      11,
      () => 500,
      (answers) => answers + 7,
    ),
    110,
  );
});

it('A server that says that it is not available, or answers otherwise in between, is waited for', () => {
  const each = (answers: number) => answers;
  assert.equal(
    foundAfter(60, () => 503, each),
    0,
  );
  assert.equal(
    foundAfter(60, () => null, each),
    0,
  );
  assert.equal(
    foundAfter(15, (second) => (second === 8 ? 503 : 500), each),
    0,
  );
});

it('A server whose failures come without such an error is waited for', () => {
  assert.equal(
    foundAfter(
      60,
      () => 500,
      () => 0,
    ),
    0,
  );
  // A job in the background prints one each second.
  assert.equal(
    foundAfter(
      60,
      () => 500,
      (answers) => Math.floor(answers / 10),
    ),
    0,
  );
  assert.equal(
    foundAfter(
      60,
      () => 500,
      () => 900,
    ),
    0,
  );
});
