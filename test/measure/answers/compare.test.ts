import assert from 'node:assert/strict';
import { it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Answer } from '../../../src/measure/answers/answer.ts';
import { comparedWith } from '../../../src/measure/answers/compare.ts';
import { answerOf } from '../../../src/measure/asking/asker.ts';
import { fc } from '../../support/properties.ts';

const BASE = { port: 40_001, socketPath: null, dir: '/tmp/run/base' };
const HEAD = { port: 40_002, socketPath: null, dir: '/tmp/run/head' };
const PLACES = [BASE, HEAD];

function answer(
  body: string | Buffer,
  { status = 200, fields = {} as Record<string, string> } = {},
): Answer {
  const all = new Map(Object.entries({ 'content-type': 'application/json', ...fields }));
  const asked = answerOf(status, all, Buffer.from(body), PLACES);
  assert.ok(typeof asked !== 'string', String(asked));
  return asked;
}

const json = (value: unknown) => answer(JSON.stringify(value));

function told(base: Answer[], head: Answer[]): string[] {
  return comparedWith(base)(head).map(
    ({ of, at, base, head }) => `${of} ${at}: ${base.kind} -> ${head.kind}`,
  );
}

it('Equal answers have no difference, in whatever order their keys come and however they are spaced', () => {
  const base = answer('{"a": 1, "b": [1, 2.0]}');
  assert.deepEqual(told([base], [answer('{"b":[1.0,2],"a":1}')]), []);
});

it('Every place of a JSON body that differs is told by its path, with the kinds of both values', () => {
  const base = json({ a: 1, b: 'one', c: [1, 2], d: { e: true }, f: null });
  const head = json({ a: 2, b: '', c: [], d: { e: false }, g: 1 });
  assert.deepEqual(told([base], [head]).sort(), [
    'content $.a: a number -> a number',
    'content $.b: text of 3 characters -> an empty text',
    'content $.c: a list of 2 -> an empty list',
    'content $.d.e: true -> false',
    'content $.f: null -> nothing',
    'content $.g: nothing -> a number',
  ]);
});

it('Under keys that are data it is told what is of no kind that base has under any of them, and what lacks what all of these have', () => {
  const users = (from: number, count: number, one: (id: number) => unknown) =>
    json({
      users: Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`u${from + i}`, one(from + i)]),
      ),
    });
  const user = (id: number) => ({ id, name: `name ${id}` });
  const base = [0, 100, 200, 300].map((from) => users(from, 4, user));
  assert.deepEqual(told(base, [users(400, 5, user)]), []);
  assert.deepEqual(told(base, [json({ users: {} })]), [
    'content $.users: an object -> an empty object',
  ]);
  assert.deepEqual(told(base, [users(400, 3, () => ({}))]), [
    'content $.users.*: an object -> an empty object',
  ]);
  assert.deepEqual(told(base, [users(400, 3, () => null)]), [
    'content $.users.*: an object -> null',
  ]);
  assert.deepEqual(told(base, [users(400, 3, (id) => ({ id }))]), [
    'content $.users.*.name: text of 6 characters -> nothing',
  ]);
  // Of few of them nothing can be said, and what base has so and so is no difference.
  assert.deepEqual(told(base.slice(0, 2), [users(400, 3, () => null)]), []);
  const some = [0, 100, 200].map((from) => users(from, 4, (id) => (id % 2 === 0 ? user(id) : {})));
  assert.deepEqual(told(some, [users(400, 3, () => ({}))]), []);
});

it('What stands behind the end of the lists that base has answered is compared with what stands in them', () => {
  const list = (length: number, one: unknown) => json({ items: Array.from({ length }, () => one) });
  const base = [3, 4, 5].map((length) => list(length, { id: 1, tags: ['a'] }));
  assert.deepEqual(told(base, [list(9, { id: 1, tags: ['a'] })]), []);
  assert.deepEqual(
    told(base, [list(9, { id: 1, tags: [] })]).at(-1),
    'content $.items[*].tags: a list of 1 -> an empty list',
  );
});

it('JSON that is nested deeper than anybody means it is compared as text', () => {
  const nested = (depth: number, inside: string) =>
    answer(`${'['.repeat(depth)}${inside}${']'.repeat(depth)}`);
  assert.deepEqual(told([nested(150, '1')], [nested(150, '2')]), [
    `content $${'[0]'.repeat(150)}: a number -> a number`,
  ]);
  for (const depth of [300, 120_000]) {
    const [difference, ...more] = told([nested(depth, '1')], [nested(depth, '2')]);
    assert.match(difference ?? '', /^content body, /);
    assert.deepEqual(more, []);
    assert.deepEqual(told([nested(depth, '1')], [nested(depth, '1')]), []);
  }
});

it('A key that is gone, and one that is new, are told where base always has the same keys', () => {
  const base = json({ a: { b: 1, c: 2 } });
  assert.deepEqual(told([base, base], [json({ a: { b: 1, d: 3 } })]), [
    'content $.a.d: nothing -> a number',
    'content $.a.c: a number -> nothing',
  ]);
});

it('What differs between answers of base is noise: times, ids, counters, keys, lengths', () => {
  const base = [
    json({ at: 1, id: 'x1', list: [7, 2], by: { u1: 1 } }),
    json({ at: 2, id: 'x2', list: [1], by: { u2: 1 } }),
  ];
  assert.deepEqual(told(base, [json({ at: 3, id: 'x3', list: [4, 5, 6], by: { u7: 1 } })]), []);
});

it('A value that always varies must still be of a kind that base has', () => {
  const base = [json({ at: '10:01', list: [1] }), json({ at: '10:02', list: [1, 2] })];
  assert.deepEqual(told(base, [json({ at: '', list: [] })]), [
    'content $.at: text of 5 characters -> an empty text',
    'content $.list: a list of 1 -> an empty list',
  ]);
});

it('Numbers too long for JavaScript are compared as they are written', () => {
  assert.deepEqual(told([answer('[9007199254740993]')], [answer('[9007199254740992]')]), [
    'content $[0]: a number -> a number',
  ]);
});

it('Another status is told, and bodies are compared with those of the same status only', () => {
  const base = [json({ a: 1 }), answer('{"b":2}', { status: 409 })];
  assert.deepEqual(told(base, [answer('{"b":2}', { status: 409 })]), []);
  assert.deepEqual(told(base, [answer('{}', { status: 503 })]), [
    'content status: 200 or 409 -> 503',
  ]);
});

it('An empty body in place of JSON, and text in place of it, are told', () => {
  const base = json({ a: 1 });
  assert.deepEqual(told([base], [answer('')]), ['content body: JSON -> an empty body']);
  assert.deepEqual(told([base], [answer('oops')]), ['content body: JSON -> 4 bytes']);
});

it('Text is compared word by word: one that varies in base is noise, and the place of another is told', () => {
  const page = (nonce: string, title: string) => answer(`<p nonce="${nonce}">\n<b>${title}</b>`);
  const base = [page('aa1', 'Shop'), page('bb2', 'Shop')];
  assert.deepEqual(told(base, [page('cc3', 'Shop')]), []);
  assert.deepEqual(told(base, [page('cc3', 'Oops')]), [
    'content body, byte 19 (line 2): 27 bytes -> 27 bytes',
  ]);
});

it('Text whose length varies in base must begin and end as base does, and be about as long', () => {
  const base = [answer('<ul>1 2</ul>'), answer('<ul>1 2 3</ul>')];
  assert.deepEqual(told(base, [answer('<ul>1 2 7 6</ul>')]), []);
  assert.deepEqual(told(base, [answer('<b>error</b>')]), [
    'content body, byte 1 (line 1): 12 bytes -> 12 bytes',
  ]);
  assert.deepEqual(told(base, [answer('')]).length, 1);
});

it('A type, a redirect and a gRPC status are content; other fields are form, and those of the moment nothing', () => {
  const base = answer('x', { fields: { date: 'a', etag: '1', server: 'old', location: '/a' } });
  const head = answer('x', {
    fields: {
      ...{ 'content-type': 'text/html', date: 'b', etag: '2', server: 'new', location: '/b' },
      'trailer grpc-status': '13',
    },
  });
  assert.deepEqual(told([base], [head]).sort(), [
    'content header content-type: application/json -> text/html',
    'content header location: a value -> a value',
    'content trailer grpc-status: nothing -> 13',
    'form header server: a value -> a value',
  ]);
});

it('A charset that is added to the same type is form', () => {
  const head = answer('[]', { fields: { 'content-type': 'application/json; charset=utf-8' } });
  assert.deepEqual(told([answer('[]')], [head]), [
    'form header content-type: application/json -> application/json',
  ]);
});

it('Compressed answers are compared by what is in them, and another coding is form', () => {
  const packed = answer(gzipSync('{"a":1}'), { fields: { 'content-encoding': 'gzip' } });
  assert.deepEqual(told([json({ a: 1 })], [packed]), [
    'form header content-encoding: nothing -> another coding',
  ]);
  assert.deepEqual(
    told([json({ a: 2 })], [packed]).filter((one) => one.startsWith('content')),
    ['content $.a: a number -> a number'],
  );
});

it('What the gate chose for an arm is no difference: its port and its folder', () => {
  const own = ({ port, dir }: typeof BASE) =>
    answer(`{"next":"http://127.0.0.1:${port}/2","in":"${dir}/data"}`);
  assert.deepEqual(told([own(BASE)], [own(HEAD)]), []);
});

it('Whatever base answers, an answer that base gave is no difference', () => {
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(fc.array(body, { minLength: 1, maxLength: 5 }), fc.nat(), (bodies, pick) => {
      const base = bodies.map((one) => answer(one));
      assert.deepEqual(comparedWith(base)([base[pick % base.length] as Answer]), []);
    }),
    { numRuns: 300 },
  );
});
