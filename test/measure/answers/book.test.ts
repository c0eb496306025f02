import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isExcepted } from '../../../src/config/answer-places.ts';
import type { Answer } from '../../../src/measure/answers/answer.ts';
import { answerOf } from '../../../src/measure/answers/ask.ts';
import { AnswerBook } from '../../../src/measure/answers/book.ts';
import type { Arm } from '../../../src/terms/arm.ts';

const PLACE = { port: 1, socketPath: null, dir: '/x' };
const json = (value: unknown) =>
  answerOf(200, new Map(), Buffer.from(JSON.stringify(value)), PLACE) as Answer;

function bookOf(values: [Arm, number, unknown][], except: string[] = []): AnswerBook {
  const book = new AnswerBook(2, isExcepted(except));
  const question = { key: '0/null', kind: 0, request: 'GET /' };
  for (const [arm, start, value] of values) book.note(arm, { ...question, start }, json(value));
  return book;
}

it('A value that is one start’s own is noise as soon as base was started twice', () => {
  const first: [Arm, number, unknown][] = [
    ['base', 1, { pid: 10 }],
    ['head', 1, { pid: 11 }],
  ];
  assert.equal(bookOf(first).observed()?.content, 1);
  assert.equal(bookOf([...first, ['base', 2, { pid: 12 }]]).observed()?.content, 0);
});

it('What is observed names kinds of values and no value', () => {
  const book = bookOf([
    ['base', 1, { token: 'CANARY-base', user12345: 1 }],
    ['head', 1, { token: 'CANARY-head-long', user12345: 2 }],
  ]);
  const observed = book.observed();
  assert.deepEqual(
    observed?.differences.map(({ at, base, head }) => [at, base, head]),
    [
      ['$.token', 'text of 11 characters', 'text of 16 characters'],
      ['$.…', 'a number', 'a number'],
    ],
  );
  assert.doesNotMatch(JSON.stringify(observed), /CANARY|12345/);
});

it('Without an answer of each arm nothing is compared', () => {
  assert.equal(bookOf([['base', 1, {}]]).observed(), null);
});

it('Places that may differ are left out, with all that is inside of them', () => {
  const values: [Arm, number, unknown][] = [
    ['base', 1, { version: '1', items: [{ id: 1, price: { net: 1 } }] }],
    ['head', 1, { version: '2', items: [{ id: 2, price: { net: 2 } }] }],
  ];
  const left = (...except: string[]) =>
    bookOf(values, except)
      .differences()
      .map(({ at }) => at);
  assert.deepEqual(left(), ['$.items[0].id', '$.items[0].price.net', '$.version']);
  assert.deepEqual(left('$.version', '$.items[*].price'), ['$.items[0].id']);
  assert.deepEqual(left('$.*'), []);
  assert.deepEqual(left('$.ver'), ['$.items[0].id', '$.items[0].price.net', '$.version']);
  assert.deepEqual(left('body'), []);
});

it('However many answers an arm gives, a bounded number of them is kept, and noise stays known', () => {
  const many = Array.from({ length: 500 }, (_, i): [Arm, number, unknown] => ['base', i, { n: i }]);
  const observed = bookOf([...many, ['head', 1, { n: -1 }]]).observed();
  assert.deepEqual([observed?.content, observed?.answers.base, observed?.starts], [0, 500, 500]);
});
