/** How a server becomes ready and ends, as it may be written; and how its settings are spelt in messages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadExperiment } from '../../../src/config/load.ts';
import type { Settings } from '../../../src/config/settings/settings.ts';
import { named, written } from '../../../src/config/settings/spelling.ts';
import { isAmong, linesTest } from '../../../src/config/values/readiness.ts';
import { CONFIG, complaint, flags, repository } from '../repository.ts';

/** Of a repository with this config file; null: with none. */
async function load(yaml: string | null, settings: Settings = {}) {
  await using folder = await repository(yaml === null ? {} : { [CONFIG]: yaml });
  return await loadExperiment({ root: folder.root, settings });
}

/** The server of a file with these keys. */
async function serverWith(keys: string) {
  const { experiment } = await load(`servers: { a: { start: x, ${keys} } }`);
  const [server] = experiment.servers;
  assert.ok(server !== undefined);
  return server;
}

test('A status that means ready is one, a class, or a list of both', async () => {
  const cases: [string, number | string][] = [
    ['200', 200],
    ['"200"', 200],
    ['2xx', '2xx'],
    ['2XX', '2xx'],
    ['[200, 404]', '200, 404'],
    ['"200, 3xx"', '200, 3xx'],
    ['[204]', 204],
  ];
  for (const [written, kept] of cases) {
    assert.equal((await serverWith(`ready: { status: ${written} }`)).ready.status, kept, written);
  }
  for (const wrong of ['20', '600', '1xx', '[]', '[200, ok]', '{}', 'true']) {
    const told = await complaint(serverWith(`ready: { status: ${wrong} }`));
    assert.match(told, /ready\.status: found .*; allowed: an HTTP status from 200 to 599/, wrong);
    assert.doesNotMatch(told, /did you mean/, wrong);
  }
});

test('A status is among those that are meant by number or class, and without any below 500', () => {
  assert.deepEqual(
    [200, 204, 301, 404, 500].map((status) => isAmong(status, null)),
    [true, true, true, true, false],
  );
  assert.deepEqual(
    [200, 204, 301, 404, 503].map((status) => isAmong(status, '2xx, 404')),
    [true, true, false, true, false],
  );
  assert.equal(isAmong(201, 200), false);
  assert.equal(isAmong(200, 200), true);
});

test('A question is a path or a whole URL, and nothing is asked where something else tells', async () => {
  assert.equal((await serverWith('ready: {}')).ready.path, '/');
  const url = 'http://localhost:{port}/up?x=1';
  assert.equal((await serverWith(`ready: "${url}"`)).ready.path, url);
  assert.equal((await serverWith('ready: { path: "https://[::1]:8443" }')).ready.path?.length, 18);
  assert.equal((await serverWith('ready: { log: up }')).ready.path, null);
  assert.equal((await serverWith('ready: { command: "true" }')).ready.path, null);
  assert.equal((await serverWith('ready: { log: up, path: /x }')).ready.path, '/x');
  for (const wrong of [
    'ftp://x/',
    'http://me@x/',
    'http://x/a b',
    'localhost:80/',
    'http://x/#a',
    // What no URL can be would be told as "Invalid URL" after the build.
    'http://localhost:99999/',
    'http://[:::]:{port}/',
    'http://999.999.1.1/',
  ]) {
    const told = await complaint(serverWith(`ready: { path: "${wrong}" }`));
    assert.equal(told.match(/ready\.path: found/g)?.length, 1, told);
    assert.match(
      told,
      /ready\.path: found .*; allowed: a path that starts with `\/`, or a whole URL/,
    );
  }
});

test('A line is found by a text or by a regular expression, and a broken one is told with its reason', async () => {
  assert.equal(linesTest('on port')(['up', 'listening on port 80']), true);
  assert.equal(linesTest('/^LISTENING on \\d+/i')(['up', 'listening on 80']), true);
  assert.equal(linesTest('/^\\d+$/')(['a1']), false);
  // A path is a text.
  assert.equal(linesTest('/run/app.sock')(['bound /run/app.sock']), true);
  // `g` would remember where it was.
  const twice = linesTest('/up/g');
  assert.deepEqual([twice(['up']), twice(['up'])], [true, true]);
  const told = await complaint(serverWith('ready: { log: "/(/" }'));
  assert.match(
    told,
    /1:\d+: servers\.a\.ready\.log: found .*regular expression.*\n.*Invalid regular/,
  );
  const empty = await complaint(serverWith('ready: { log: "" }'));
  assert.match(empty, /ready\.log: found/);
});

test('A signal has its name with or without SIG, and a misspelt one a hint', async () => {
  for (const written of ['SIGINT', 'INT', 'int', 'sigint']) {
    assert.equal((await serverWith(`stop: { signal: ${written} }`)).stop.signal, 'SIGINT');
  }
  const told = await complaint(serverWith('stop: { signal: SIGTREM }'));
  assert.match(told, /stop\.signal: found "SIGTREM".*\n\s+did you mean `SIGTERM`\?/);
  assert.match(await complaint(serverWith('stop: { timeout: 5 }')), /stop\.timeout: .*\n.*5s/);
  assert.match(await complaint(serverWith('stop: { timout: 5s }')), /did you mean `timeout`/);
});

test('Settings have all of it, too, and their mistakes are told by their names', async () => {
  const { experiment } = await load(
    null,
    flags({
      start: 'x',
      port: '8080',
      pairs: 'exclusive',
      readyPath: 'http://localhost:{port}/up',
      readyMethod: 'HEAD',
      readyHeaders: 'host: example.test\nx-key: 1',
      readyStatus: '200, 3xx',
      readyTimes: '2',
      readyLog: 'listening',
      readyCommand: 'true',
      readyTimeout: '2m',
      stopSignal: 'QUIT',
      stopTimeout: '1m',
      stopCommand: 'kill 1',
    }),
  );
  const [server] = experiment.servers;
  assert.deepEqual(server?.listen, { kind: 'fixed', port: 8080 });
  assert.deepEqual(server?.ready, {
    path: 'http://localhost:{port}/up',
    method: 'HEAD',
    headers: { host: 'example.test', 'x-key': '1' },
    status: '200, 3xx',
    times: 2,
    log: 'listening',
    command: 'true',
    timeoutMs: 120_000,
  });
  assert.deepEqual(server?.stop, { signal: 'SIGQUIT', timeoutMs: 60_000, command: 'kill 1' });
  const wrong = flags({ start: 'x', readyStatus: 'ok', readyHeaders: 'nonsense', stopSignal: 'X' });
  const told = await complaint(load(null, wrong));
  assert.match(told, /^--readyHeaders: .*one `name: value` per line/m);
  assert.match(told, /^--readyStatus: /m);
  assert.match(told, /^--stopSignal: /m);
});

test('A setting is named as the user writes it, with its value ready to be copied', () => {
  assert.equal(named('readyTimeout', 'file'), '`ready.timeout`');
  assert.equal(named('readyTimeout', 'flags'), '`--ready-timeout`');
  assert.equal(named('readyTimeout', 'inputs'), 'input `ready-timeout`');
  assert.equal(written('readyTimeout', '60s', 'file'), '`ready: { timeout: 60s }`');
  assert.equal(written('expectStatus', 204, 'file'), '`expect: { status: 204 }`');
  assert.equal(written('path', '/a/', 'file'), '`path: /a/`');
  assert.equal(written('path', '/a/', 'flags'), '`--path /a/`');
  assert.equal(
    written('readyHeaders', "host: it's", 'flags'),
    "`--ready-headers 'host: it'\\''s'`",
  );
  assert.equal(written('pairs', 'exclusive', 'inputs'), 'input `pairs: exclusive`');
});

test('It is known in which form a server was described', async () => {
  assert.equal((await load('servers: { a: { start: x } }')).form, 'file');
  assert.equal((await load(null, flags({ start: 'x' }))).form, 'flags');
  const start = { value: 'x', origin: 'input `start`' };
  assert.equal((await load(null, { start })).form, 'inputs');
  // The server that the demo and the self-test bring: they are commands, too.
  const own = { value: 'x', origin: 'demo' };
  assert.equal((await load(null, { start: own })).form, 'flags');
});
