import assert from 'node:assert/strict';
import { it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { isExcepted } from '../../../src/config/values/answer-places.ts';
import { type Answer, NO_ANSWER } from '../../../src/measure/answers/answer.ts';
import { AnswerBook } from '../../../src/measure/answers/book.ts';
import { answerOf } from '../../../src/measure/asking/asker.ts';
import type { Arm } from '../../../src/terms/arm.ts';

const PLACES = [{ port: 1, socketPath: null, dir: '/x' }];
const json = (value: unknown) =>
  answerOf(200, new Map(), Buffer.from(JSON.stringify(value)), PLACES) as Answer;

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

it('What servers answer once in a while is hardly ever told of unchanged code', () => {
  let state = 1;
  const chance = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const kinds: Record<string, () => unknown> = {
    'a value that is sometimes null': () => ({ id: chance(), next: chance() < 0.1 ? null : 'x' }),
    'a list that is sometimes empty': () => ({ id: chance(), hits: chance() < 0.05 ? [] : [1] }),
    'a key that is there sometimes': () => ({ id: chance(), ...(chance() < 0.1 ? { n: 1 } : {}) }),
    'two values, one of them rare': () => ({ hit: chance() < 0.05 }),
    'an order that is drawn': () => [1, 2, 3, 4, 5].sort(() => chance() - 0.5),
    'a text of two': () => `<p>${chance() < 0.1 ? 'one' : 'two'}</p>`,
  };
  const JOBS = 200;
  for (const [kind, answer] of Object.entries(kinds)) {
    let told = 0;
    for (let job = 0; job < JOBS; job++) {
      const values: [Arm, number, unknown][] = [];
      for (let start = 1; start <= 6; start++) {
        for (let i = 0; i < (start === 1 ? 5 : 2); i++) {
          values.push(['base', start, answer()], ['head', start, answer()]);
        }
      }
      if ((bookOf(values).observed()?.content ?? 0) > 0) told += 1;
    }
    assert(told <= JOBS * 0.03, `${kind}: told in ${told} of ${JOBS} jobs`);
  }
});

it('A head that is wrong in a part of its answers, in every start, is told', () => {
  const values = [1, 2, 3, 4, 5, 6].flatMap((start): [Arm, number, unknown][] => [
    ['base', start, { id: start, ok: true }],
    ['base', start, { id: -start, ok: true }],
    ['head', start, { id: start, ok: true }],
    ['head', start, { id: -start, ok: false }],
  ]);
  const [one] = bookOf(values).differences();
  assert.deepEqual([one?.at, one?.base, one?.head], ['$.ok', 'true', 'false']);
});

it('A body that cannot be unpacked, and no answer at all, are other answers than base’s', () => {
  const packed = new Map([['content-encoding', 'gzip']]);
  const sound = answerOf(200, packed, gzipSync('{"a":1}'), PLACES) as Answer;
  const broken = answerOf(200, packed, Buffer.from('{"a":1}'), PLACES) as Answer;
  const told = (base: Answer, head: Answer) => {
    const book = new AnswerBook(1, () => false);
    const question = { key: '0/null', kind: 0, request: 'GET /', start: 1 };
    book.note('base', question, base);
    book.note('head', question, head);
    return book.differences().map((one) => [one.at, one.base, one.head]);
  };
  assert.deepEqual(told(sound, broken), [['body', 'JSON', 'a body that cannot be unpacked']]);
  assert.deepEqual(told(broken, broken), []);
  assert.deepEqual(told(sound, NO_ANSWER), [['status', '200', 'no answer']]);
  assert.deepEqual(told(NO_ANSWER, NO_ANSWER), []);
});

it('A kind of request that both arms always answer by an error is named, and one that is answered well once is not', () => {
  const errors = [{ message: 'no such field' }];
  const always: [Arm, number, unknown][] = [
    ['base', 1, { errors }],
    ['head', 1, { errors, data: null }],
  ];
  assert.deepEqual(bookOf(always).observed()?.byError, [{ request: 'GET /', form: 'errors' }]);
  const once = bookOf([...always, ['base', 2, { errors, data: { a: 1 } }]]);
  assert.equal(once.observed()?.byError, undefined);
  // That one is told as a difference.
  const ofHead = bookOf([
    ['base', 1, { data: { a: 1 } }],
    ['head', 1, { errors }],
  ]);
  assert.equal(ofHead.observed()?.byError, undefined);
});

const QUESTION = { key: '0/null', kind: 0, request: 'GET /' };
const THREE_STARTS = [1, 2, 3].flatMap((start): [Arm, number, unknown][] => [
  ['base', start, { next: 20_001, price: 1 }],
  ['head', start, { next: 30_001, price: 2 }],
]);

it('What base answers in the place of head is no difference', () => {
  const book = bookOf(THREE_STARTS);
  assert.equal(book.wantsElsewhere(), true);
  assert.equal(book.wantsElsewhere(), false, 'it is asked once');
  assert.equal(book.observed()?.content, 2);
  book.noteElsewhere({ ...QUESTION, start: 4 }, json({ next: 30_001, price: 1 }));
  assert.deepEqual(
    book.differences().map(({ at }) => at),
    ['$.price'],
  );
  assert.equal(book.startsOf('base'), 3, 'the questions of the blocks go on as they were');
});

it('Base is asked in the place of head only where head differs, after three starts', () => {
  assert.equal(bookOf(THREE_STARTS.slice(0, 4)).wantsElsewhere(), false);
  const alike = THREE_STARTS.map(([arm, start]): [Arm, number, unknown] => [arm, start, {}]);
  assert.equal(bookOf(alike).wantsElsewhere(), false);
});

it('A status that base has in the place of head alone excuses none of head', () => {
  const book = bookOf(THREE_STARTS.filter(([arm]) => arm === 'base'));
  const refused = { ...json({ next: 30_001 }), status: 421 };
  for (const start of [1, 2, 3]) book.note('head', { ...QUESTION, start }, refused);
  book.noteElsewhere({ ...QUESTION, start: 4 }, refused);
  assert.deepEqual(
    book.differences().map(({ at }) => at),
    ['status'],
  );
});

it('What base answered in the place of head stays known, however much base answers', () => {
  const book = bookOf([['base', 0, { n: 0 }]]);
  book.noteElsewhere({ ...QUESTION, start: -1 }, json({ n: 0, next: 30_001 }));
  for (let n = 1; n < 500; n++) book.note('base', { ...QUESTION, start: n }, json({ n }));
  for (let n = 0; n < 9; n++)
    book.note('head', { ...QUESTION, start: n }, json({ n, next: 30_001 }));
  assert.equal(book.observed()?.content, 0);
});
