/** Which ids, rows and new values are asked, and what comes of a head that is wrong for a few of them. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { HttpScenario } from '../../../src/config/experiment/scenario.ts';
import type { Target } from '../../../src/load/target.ts';
import type { Answer } from '../../../src/measure/answers/answer.ts';
import { AnswerBook } from '../../../src/measure/answers/book.ts';
import { answerOf } from '../../../src/measure/asking/asker.ts';
import { questionsFor, spread, valuesOfEach } from '../../../src/measure/rounds/questions.ts';
import { httpRequest, httpScenario } from '../../support/measurement.ts';

const PLACES = [{ port: 1, socketPath: null, dir: '/x' }];
const json = (value: unknown) =>
  answerOf(200, new Map(), Buffer.from(JSON.stringify(value)), PLACES) as Answer;

function targetOf(scenario: HttpScenario): Target {
  const where = { host: '127.0.0.1', port: 1, socketPath: null, root: '/' };
  return { ...where, scenario, env: null, processes: null };
}

let state = 1;
function chance(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

/** So many starts of both arms, each asked for all of 60 ids: three times in the first, then once. */
function bookOf(starts: number, answer: (arm: 'base' | 'head', id: number) => unknown): AnswerBook {
  const book = new AnswerBook(1, () => false);
  const ids = spread(1, 100_000, 60);
  for (let start = 1; start <= starts; start++) {
    for (let round = 0; round < (start === 1 ? 3 : 1); round++) {
      for (const arm of ['base', 'head'] as const) {
        for (const id of ids) {
          const question = { key: `0/${id}`, kind: 0, request: 'GET /items/{id}', start };
          book.note(arm, question, json(answer(arm, id)));
        }
      }
    }
  }
  return book;
}

it('Sixty ids are asked, both ends among them, and all of them where there are fewer', () => {
  const ids = spread(1, 1_000_000, 60);
  assert.equal(new Set(ids).size, 60);
  assert.deepEqual(ids.slice(0, 2), [1, 1_000_000]);
  assert.deepEqual(spread(5, 8, 60), [5, 6, 7, 8]);
  assert.deepEqual(spread(1, 1_000_000, 60), ids);
  assert.deepEqual([1, 4, 5, 64].map(valuesOfEach), [60, 60, 48, 3]);
});

it('Sixty rows of a file and sixty new values are asked, and a request without values once', () => {
  const data = {
    file: 'users.csv',
    columns: ['name'],
    rows: Array.from({ length: 500 }, (_, i) => [`user-${i}`]),
  };
  const requests = [
    httpRequest({ path: '/users/{name}', hasValues: true }),
    httpRequest({ path: '/new/{n}', hasValues: true }),
    httpRequest({ path: '/' }),
  ];
  const questions = questionsFor(targetOf(httpScenario('default', { requests, data })));
  const paths = questions.map(({ prepared }, asked) => prepared(asked).path);
  assert.deepEqual(paths.slice(0, 3), ['/users/user-0', '/new/1000000002', '/']);
  assert.equal(new Set(paths.filter((path) => path.startsWith('/users'))).size, 60);
  assert.equal(new Set(paths.filter((path) => path.startsWith('/new'))).size, 60);
  assert.equal(paths.filter((path) => path === '/').length, 1);
  // One page for all new values, as no two answers are to the same question.
  assert.equal(new Set(questions.map(({ key }) => key)).size, 62);
});

it('A head that is wrong for one of sixty ids is told, as soon as five starts have shown it', () => {
  const [, , wrong] = spread(1, 100_000, 60);
  const told = (starts: number) =>
    bookOf(starts, (arm, id) => ({ id, price: arm === 'head' && id === wrong ? 0 : id * 2 }))
      .differences()
      .map(({ at, request }) => `${request} ${at}`);
  assert.deepEqual(told(5), ['GET /items/{id} $.price']);
  assert.deepEqual(told(20), ['GET /items/{id} $.price']);
  assert.deepEqual(told(1), []);
});

it('A head that is wrong in one of twenty answers, to whatever id, is told', () => {
  const book = bookOf(5, (arm, id) => ({ id, ok: !(arm === 'head' && chance() < 0.05) }));
  assert.deepEqual(
    book.differences().map(({ at }) => at),
    ['$.ok'],
  );
});

it('A head that is wrong for every twentieth new value is told', () => {
  const book = new AnswerBook(1, () => false);
  let number = 0;
  for (let start = 1; start <= 6; start++) {
    for (let i = 0; i < 60; i++) {
      number += 1;
      for (const arm of ['base', 'head'] as const) {
        const isWrong = arm === 'head' && number % 20 === 7;
        const what = { key: '0/null/0', kind: 0, request: 'POST /users', isFresh: true, start };
        book.note(arm, what, json(isWrong ? { error: 'no' } : { id: number }));
      }
    }
  }
  assert.deepEqual(
    book.differences().map(({ at }) => at),
    ['$.error', '$.id'],
  );
  assert.equal(book.observed()?.values, 360);
});

it('A head that is wrong for all new values is told, also where more of them were asked than are kept', () => {
  const book = new AnswerBook(1, () => false);
  let number = 0;
  for (let start = 1; start <= 5; start++) {
    for (let i = 0; i < (start === 1 ? 180 : 64); i++) {
      number += 1;
      for (const arm of ['base', 'head'] as const) {
        const what = { key: '0/null/0', kind: 0, request: 'messages on /', isFresh: true, start };
        book.note(arm, what, json({ id: number, price: arm === 'base' ? 1 : 2 }));
      }
    }
  }
  assert.deepEqual(
    book.differences().map(({ at }) => at),
    ['$.price'],
  );
});

it('What servers of the same code answer once in a while, to any of sixty ids, is hardly ever told', () => {
  const kinds: Record<string, (id: number) => unknown> = {
    'a list that is sometimes empty': (id) => ({ id, hits: chance() < 0.003 ? [] : [1] }),
    'a value that is sometimes null': (id) => ({ id, next: chance() < 0.05 ? null : 'x' }),
    'a status of its own': (id) => ({ id, hit: chance() < 0.001 }),
    'times and counters': (id) => ({ id, at: chance(), hits: Math.floor(chance() * 3) }),
  };
  const JOBS = 12;
  for (const [kind, answer] of Object.entries(kinds)) {
    let told = 0;
    for (let job = 0; job < JOBS; job++) {
      const book = bookOf(5, (_, id) => answer(id));
      if ((book.observed()?.content ?? 0) > 0) told += 1;
    }
    assert.ok(told <= 1, `${kind}: told in ${told} of ${JOBS} jobs`);
  }
});
