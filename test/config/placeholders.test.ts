import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fill, fillScenario, fillServer } from '../../src/config/placeholders.ts';
import { load } from './repository.ts';

const VALUES = { port: 8080, arm: 'head', dir: '/tmp/$& tree' } as const;

test('the three placeholders are replaced, each time and by the very value', () => {
  assert.equal(fill('{port} {arm}{arm} {dir}', VALUES), '8080 headhead /tmp/$& tree');
});

test('every other brace stays', () => {
  for (const text of [
    `\${dir}`,
    `\${port:-1}`,
    '{"port":1}',
    '{ port }',
    '{PORT}',
    '{{}}',
    'a{b,c}d',
  ]) {
    assert.equal(fill(text, VALUES), text);
  }
});

test('a text without the three is unchanged', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/\{(port|arm|dir)\}/.test(text));
      assert.equal(fill(text, VALUES), text);
    }),
  );
});

test('a whole server and a whole scenario are filled, and nothing is left over', async () => {
  const { servers, scenarios } = await load(`
servers:
  api:
    build: make {arm} {port}
    start: serve {port}
    ready: /ready-{arm}
    env: { TREE: "{dir}" }
    before: up {arm}
    after: down {arm}
scenarios:
  s: { method: POST, path: "/{arm}", headers: { x-port: "{port}" }, body: "{arm}", expect: { body: "{port}" } }
`);
  const [server, scenario] = [servers[0], scenarios[0]];
  assert.ok(server && scenario);
  const filled = fillServer(server, { ...VALUES, dir: '/t' });
  assert.deepEqual(
    [filled.build, filled.start, filled.ready.path, filled.env, filled.before, filled.after],
    ['make head 8080', 'serve 8080', '/ready-head', { TREE: '/t' }, 'up head', 'down head'],
  );
  const load8080 = fillScenario(scenario, VALUES);
  assert.deepEqual(
    [load8080.path, load8080.headers, load8080.body, load8080.expect.body],
    ['/head', { 'x-port': '8080' }, 'head', '8080'],
  );
  assert.equal(server.start, 'serve {port}', 'the original is not touched');
});
