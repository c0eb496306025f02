import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadText } from '../../../src/config/experiment/describe-load.ts';
import { Experiment as Schema } from '../../../src/config/experiment/experiment.ts';
import {
  saltIn,
  shownPath,
  withhold,
  withholdFlags,
} from '../../../src/config/experiment/withhold.ts';
import { contender, versus } from '../../support/contenders.ts';
import type { Experiment } from '../../support/draft.ts';
import { READY } from '../../support/manners.ts';
import { buildMeasurement, httpRequest, httpScenario } from '../../support/measurement.ts';

const SALT = '0123456789abcdef0123456789abcdef';
const OTHER = 'f'.repeat(32);
const PLAIN = buildMeasurement({ subjects: [{ blocks: [] }] }).experiment;
const [SERVER] = PLAIN.servers as [Experiment['servers'][number]];

/** A secret in every place that has a value; `ending` makes them others. */
function secretive(ending = ''): Experiment {
  const secret = (where: string) => `hunter2-${where}${ending}`;
  const headers = { Authorization: secret('header'), 'x-key': secret('key') };
  const handshake = {
    path: `/ws?ticket=${secret('ticket')}`,
    headers,
    subprotocol: secret('protocol'),
  };
  const tls = { acceptSelfSigned: false, ca: secret('ca'), serverName: 'localhost' };
  const request = httpRequest({
    method: 'POST',
    path: `/login;session=${secret('session')}/now?token=${secret('query')}#${secret('hash')}`,
    headers,
    body: secret('body'),
    expect: { status: 201, body: secret('answer') },
  });
  const file = {
    ...request,
    body: null,
    bodyFile: { path: 'body.json', bytes: 12, sha256: secret('sha') },
  };
  const common = { protocol: 'websocket', tls, timeoutMs: 1000, serverCores: null } as const;
  const message = { bytes: 10, binary: false };
  return {
    ...PLAIN,
    servers: [
      {
        ...SERVER,
        env: { DATABASE_URL: secret('env') },
        ready: {
          ...READY,
          path: `http://localhost:{port}/up?as=${secret('ready')}`,
          headers: { authorization: secret('ready-header') },
        },
      },
    ],
    scenarios: [
      httpScenario('login', { tls, requests: [request, file] }),
      {
        ...{ kind: 'websocket', name: 'echo', mode: 'echo', ...common, ...handshake, message },
        ...{ connections: 3, latency: null, steadyMs: null },
      },
      {
        ...{ kind: 'hold', name: 'kept', ...common, openPerSecond: 1, holdMs: 1, perSecond: 1 },
        ...{ connections: 3, request: null, socket: { ...handshake, message } },
      },
      {
        ...{ kind: 'command', name: 'tool', ...common, protocol: 'http1', command: 'wrk {url}' },
        ...{ output: 'wrk', path: `/?q=${secret('command')}` },
      },
    ],
  };
}

describe('what is written of an experiment', () => {
  const written = withhold(secretive(), SALT);

  it('What is written of an experiment has no value of a contender’s environment or ready path either', () => {
    const secret = (name: string) =>
      contender(name, {
        env: { TOKEN: `hunter2-${name}` },
        ready: { ...READY, path: `/up?as=hunter2-${name}` },
      });
    const whole = { ...PLAIN, servers: [versus(secret('gleam'), secret('go'))] };
    const [pair] = withhold(whole, SALT).servers;
    assert.doesNotMatch(JSON.stringify(pair), /hunter2/);
    assert.deepEqual(Object.keys(pair?.contenders?.head.env ?? {}), ['TOKEN']);
    const other = { ...PLAIN, servers: [versus(secret('gleam'), secret('rust'))] };
    assert.notEqual(pair?.withheld, withhold(other, SALT).servers[0]?.withheld);
  });

  it('What is written of an experiment has no value of a header, body, query, variable, answer, certificate or subprotocol', () => {
    assert.doesNotMatch(JSON.stringify(written), /hunter2/);
    assert.deepEqual(Schema.parse(written), written);
  });

  it('What is written of an experiment has every name', () => {
    const [server] = written.servers;
    assert.deepEqual(server?.env, { DATABASE_URL: '…' });
    assert.equal(server?.ready.path, 'http://localhost:{port}/up?…');
    assert.deepEqual(server?.ready.headers, { authorization: '…' });
    const [login] = written.scenarios;
    assert.ok(login?.kind === 'http');
    const [request, file] = login.requests;
    assert.deepEqual(request?.headers, { Authorization: '…', 'x-key': '…' });
    assert.equal(request?.path, '/login;…/now?…');
    assert.equal(request?.body, '…');
    assert.deepEqual(request?.expect, { status: 201, body: '…' });
    assert.deepEqual(file?.bodyFile, { path: 'body.json', bytes: 12, sha256: '…' });
    assert.equal(file?.body, null);
  });

  it('What is written of an experiment is the same again for the same values and salt, in whatever order they are given', () => {
    const again = secretive();
    const { env } = again.servers[0] ?? {};
    Object.assign(env ?? {}, { A: 'a', B: 'b' });
    const reversed = secretive();
    reversed.servers[0] = {
      ...(reversed.servers[0] as Experiment['servers'][number]),
      env: { B: 'b', A: 'a', ...reversed.servers[0]?.env },
    };
    assert.deepEqual(withhold(again, SALT), withhold(reversed, SALT));
  });

  it('What is written of an experiment is another one when a value is, part by part', () => {
    const changed = withhold(secretive('!'), SALT);
    for (const part of ['servers', 'scenarios'] as const) {
      for (const [index, one] of written[part].entries()) {
        const other = changed[part][index];
        assert.notEqual(other?.withheld, one.withheld);
        assert.deepEqual({ ...other, withheld: '' }, { ...one, withheld: '' });
      }
    }
  });

  it('What is written of an experiment tells nothing to a table of hashes that was made before', () => {
    const salted = withhold(secretive(), OTHER);
    for (const [index, { withheld }] of written.scenarios.entries()) {
      assert.notEqual(withheld?.split(':')[1], salted.scenarios[index]?.withheld?.split(':')[1]);
    }
    assert.equal(saltIn(salted.scenarios), OTHER);
  });

  it('What is written of an experiment stays as it is when it is written again, with whatever salt', () => {
    assert.deepEqual(withhold(written, OTHER), written);
  });

  it('What is written of an experiment needs no digest where nothing is withheld', () => {
    assert.deepEqual(withhold(PLAIN, SALT), PLAIN);
    assert.equal(saltIn([...PLAIN.servers, ...PLAIN.scenarios]), null);
  });
});

it('A load in words has no value of its path', () => {
  for (const scenario of secretive().scenarios) assert.doesNotMatch(loadText(scenario), /hunter2/);
});

it('A path is shown without what it carries', () => {
  for (const [path, shown] of [
    ['/', '/'],
    ['/items/17', '/items/17'],
    ['/items?id=17&q=a/b', '/items?…'],
    ['/a;s=1;t=2/b;u/c', '/a;…/b;…/c'],
    ['/a#token', '/a?…'],
    ['/a?x=\n1', '/a?…'],
    ['/a?…', '/a?…'],
    ['/a;…/b', '/a;…/b'],
  ] as const) {
    assert.equal(shownPath(path), shown);
  }
});

it('Flags keep the names of headers, and no value', () => {
  const flags = [
    ...['--start', 'node a.js --token {port}', '--path', '/x?key=1', '--ready-path', '/up?a=b'],
    ...['--headers', 'Authorization: Bearer s3cr3t: yes\n\nno colon\nx-a:1', '--body', '{"a":1}'],
    ...['--tolerance', '5%', '--fail-on-inconclusive'],
  ];
  const shown = [
    ...['--start', 'node a.js --token {port}', '--path', '/x?…', '--ready-path', '/up?…'],
    ...['--headers', 'Authorization: …\n\n…\nx-a: …', '--body', '…'],
    ...['--tolerance', '5%', '--fail-on-inconclusive'],
  ];
  assert.deepEqual(withholdFlags(flags), shown);
  assert.deepEqual(withholdFlags(shown), shown);
});
