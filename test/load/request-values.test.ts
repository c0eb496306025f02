import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hasValues, partsOf, valueMistakes } from '../../src/config/fill/request-values.ts';
import type { FreshRequest } from '../../src/load/request-values.ts';
import { RequestSequence } from '../../src/load/sequence.ts';
import { httpRequest } from '../support/measurement.ts';
import { fc } from '../support/properties.ts';

const DATA = {
  columns: ['email', 'name'],
  rows: [
    ['a@b.c', 'Ann "A"'],
    ['d@e.f', 'Bö'],
  ],
};

function fresh(request: Parameters<typeof httpRequest>[0]): FreshRequest {
  const whole = httpRequest({ ...request, hasValues: true });
  const found = new RequestSequence([whole], '/', undefined, DATA).fresh(0);
  assert.ok(found !== null);
  return found;
}

it('Each request has values of its own: a number that counts up, an id, a number of a range, a row of the data', () => {
  const request = fresh({
    path: '/users/{n}?id={uuid}&of={random:5-7}&mail={email}',
    headers: { 'x-name': '{name}', 'x-time': '{timestamp}' },
    body: '{"name":"{name}","n":{n}}',
  });
  const first = request.fill(0);
  assert.match(
    first.path,
    /^\/users\/1\?id=[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}&of=[567]&mail=a%40b\.c$/,
  );
  assert.equal(first.headers[0]?.[1], 'Ann "A"');
  assert.match(first.headers[1]?.[1] ?? '', /^\d{13}$/);
  assert.deepEqual(JSON.parse(String(first.body)), { name: 'Ann "A"', n: 1 });
  assert.deepEqual(JSON.parse(String(request.fill(1).body)), { name: 'Bö', n: 2 });
  assert.deepEqual(JSON.parse(String(request.fill(2).body)), { name: 'Ann "A"', n: 3 });
});

it('A value is written as the place needs it: percent-encoded in a form, as it is in plain text', () => {
  const typed = (type: string) =>
    String(fresh({ body: 'name={name}', headers: { 'Content-Type': type } }).fill(0).body);
  assert.equal(typed('application/x-www-form-urlencoded'), 'name=Ann%20%22A%22');
  assert.equal(typed('text/plain'), 'name=Ann "A"');
});

it('Both arms, and every run, get the same series', () => {
  const series = () => {
    const request = fresh({ path: '/{uuid}/{random:1-1000000}' });
    return [0, 1, 2, 99].map((number) => request.fill(number).path);
  };
  assert.deepEqual(series(), series());
});

it('No two numbers have the same id, and a random number stays in its range', () => {
  const request = fresh({ path: '/{uuid}/{random:10-13}' });
  const paths = Array.from({ length: 20_000 }, (_, number) => request.fill(number).path.split('/'));
  assert.equal(new Set(paths.map(([, id]) => id)).size, paths.length);
  const counts = new Map<string, number>();
  for (const [, , drawn = ''] of paths) counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
  assert.deepEqual([...counts.keys()].sort(), ['10', '11', '12', '13']);
  for (const count of counts.values()) assert.ok(count > 4500 && count < 5500, String(count));
});

it('Braces that are none of ours stay, and so do ours behind a backslash', () => {
  for (const text of ['{"a":{"b":1}}', '{ n }', '${n', '{n', '{random:9-1}', '{uuid:1-2}', '{}']) {
    assert.deepEqual(partsOf(text, ['b']), [{ text }], text);
  }
  assert.deepEqual(partsOf('\\{n}/{n}', []), [{ text: '{n}/' }, { value: 'n' }]);
  assert.ok(hasValues('\\{n}', []));
});

it('Whatever a text is, without values it is put together again as it was', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!hasValues(text, ['col']));
      assert.deepEqual(partsOf(text, ['col']), text === '' ? [] : [{ text }]);
    }),
  );
});

it('A name that is none is a mistake with the nearest one; in a body only where one is near', () => {
  const said = (text: string, isBody: boolean) =>
    valueMistakes(text, ['email'], isBody).map(({ message, hint }) => `${message}: ${hint}`);
  assert.deepEqual(said('/{uid}', false), [
    '`{uid}` stands for nothing here: did you mean `uuid`?; for braces, %7B and %7D',
  ]);
  assert.match(said('/{what}', false)[0] ?? '', /known here: `\{uuid\}`, `\{n\}`, .*`\{email\}`/);
  assert.match(
    said('{"m":"{emial}"}', true)[0] ?? '',
    /did you mean `email`\?; for these very characters, `\\\{emial\}`/,
  );
  assert.deepEqual(said('{"q":"{user{x}}"}', true), []);
  assert.match(said('{random:5-1}', true)[0] ?? '', /is no range/);
  assert.deepEqual(said('/{id}/{port}/{arm}/$' + '{X}', false), []);
});
