import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverContradictions } from '../../../src/config/check/server-contradictions.ts';
import {
  fill,
  fillScenario,
  fillServer,
  inOtherLetters,
  placeholdersIn,
} from '../../../src/config/fill/placeholders.ts';
import { fc } from '../../support/properties.ts';
import { load } from '../repository.ts';

const VALUES = { port: 8080, socket: '/s/a.sock', arm: 'head', dir: '/tmp/$& tree' } as const;

test('Placeholders are replaced, each time and by the very value', () => {
  assert.equal(
    fill('{port} {arm}{arm} {dir} {socket}', VALUES),
    '8080 headhead /tmp/$& tree /s/a.sock',
  );
});

test('Every other brace stays', () => {
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

test('A text without placeholders is unchanged', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/\{(port|socket|arm|dir)\}/.test(text));
      assert.equal(fill(text, VALUES), text);
    }),
  );
});

test('A whole server and a whole scenario are filled, and nothing is left over', async () => {
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
  assert.ok(load8080.kind === 'http');
  const [request] = load8080.requests;
  assert.deepEqual(
    [request?.path, request?.headers, request?.body, request?.expect.body],
    ['/head', { 'x-port': '8080' }, 'head', '8080'],
  );
  assert.equal(server.start, 'serve {port}', 'the original is not touched');
});

test('The path and headers of a handshake are filled, and a command but for its address', async () => {
  const { scenarios } = await load(`
servers: { api: { start: x } }
scenarios:
  ws: { protocol: websocket, path: "/{arm}", headers: { x-port: "{port}" } }
  tool: { engine: command, command: "wrk -s {dir}/{arm}.lua {url}", output: wrk, path: "/{arm}" }
`);
  const [ws, tool] = scenarios.map((scenario) => fillScenario(scenario, { ...VALUES, dir: '/t' }));
  assert.ok(ws?.kind === 'websocket' && tool?.kind === 'command');
  assert.deepEqual([ws.path, ws.headers], ['/head', { 'x-port': '8080' }]);
  assert.deepEqual([tool.command, tool.path], ['wrk -s /t/head.lua {url}', '/head']);
});

test('What a hold sends is filled', async () => {
  const { scenarios } = await load(`
servers: { api: { start: x } }
scenarios:
  http: { mode: hold, path: "/{arm}", headers: { x-port: "{port}" }, body: "{arm}", expect: { body: "{port}" } }
  ws: { protocol: websocket, mode: hold, path: "/{arm}", headers: { x-port: "{port}" } }
`);
  const [http, ws] = scenarios.map((scenario) => fillScenario(scenario, VALUES));
  assert.ok(http?.kind === 'hold' && ws?.kind === 'hold');
  const { path, headers, body, expect } = http.request ?? {};
  assert.deepEqual(
    [path, headers, body, expect?.body],
    ['/head', { 'x-port': '8080' }, 'head', '8080'],
  );
  assert.deepEqual([ws.socket?.path, ws.socket?.headers], ['/head', { 'x-port': '8080' }]);
  assert.deepEqual([http.socket, ws.request], [null, null]);
});

test('Which placeholders a text holds: those that would be replaced', () => {
  assert.deepEqual(
    placeholdersIn(`{url} {port}{port} \${socket} {other}`, ['url', 'port', 'socket']),
    ['url', 'port'],
  );
});

test('A placeholder in capital letters is a mistake, and a variable of the shell is none', () => {
  assert.deepEqual(inOtherLetters('serve --port {PORT} --dir {Dir} {PORT}'), ['PORT', 'Dir']);
  assert.deepEqual(inOtherLetters(`PORT=\${PORT} serve {port} '{"Port": 1}'`), []);
  const server = { start: 'serve --port {PORT}', env: { SOCK: '{SOCKET}' } };
  const [socket, port] = serverContradictions('api', server)
    .map(({ path, message, hint }) => `${path.join('.')}: ${message}; ${hint}`)
    .sort();
  assert.equal(
    socket,
    'servers.api.env.SOCK: `{SOCKET}` stands for nothing; write `{socket}`, or `$SOCKET`',
  );
  assert.equal(port, 'servers.api.start: `{PORT}` stands for nothing; write `{port}`, or `$PORT`');
});
