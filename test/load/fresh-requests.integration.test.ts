/** Requests that are new each time, as servers get them. Their numbers are the gate's to give out: `numbers.ts`. */
import assert from 'node:assert/strict';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { it, type TestContext } from 'node:test';
import { WebSocketServer } from 'ws';
import type {
  HoldScenario,
  HttpRequest,
  HttpScenario,
  Scenario,
} from '../../src/config/experiment/scenario.ts';
import { hasBurst } from '../../src/load/capabilities.ts';
import { openHold } from '../../src/load/hold/hold.ts';
import { startGenerator } from '../../src/load/pool.ts';
import type { Draft } from '../support/draft.ts';
import { httpRequest, httpScenario, webSocketScenario } from '../support/measurement.ts';
import { coresFor } from './servers.ts';

const linux = { skip: process.platform !== 'linux' && 'needs /proc and taskset' };

interface Came {
  path: string;
  mail: string;
  body: string;
}

const handle =
  (came: Came[]) =>
  (request: http.IncomingMessage | http2.Http2ServerRequest, response: { end(): unknown }) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      came.push({ path: request.url ?? '', mail: String(request.headers['x-mail']), body });
      response.end();
    });
  };

/** Loaded by pools of this many processes, one after the other. */
async function load<Shape extends Scenario>(
  t: TestContext,
  server: Server,
  openings: { scenario: Shape; processes: number }[],
) {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const where = { host: '127.0.0.1', port, socketPath: null, root: '/', env: null };
  const most = Math.max(...openings.map(({ processes }) => processes));
  await using pool = await startGenerator({ cores: most === 1 ? null : coresFor(most) });
  for (const opening of openings) {
    await pool.open('head', { ...where, ...opening });
    const { slices } = await pool.slices(['head'], 10);
    assert.equal(slices[0]?.good, 10);
    await pool.close('head');
  }
}

const scenarioOf = (more: Partial<Draft<HttpScenario>>): HttpScenario =>
  httpScenario('default', {
    ...more,
    data: { file: 'users.csv', columns: ['email'], rows: [['a@b.c'], ['longer@d.e']] },
    requests: [
      httpRequest({
        ...{ method: 'POST', path: '/users/{uuid}', headers: { 'x-mail': '{email}' } },
        ...{ body: '{"n":{n},"mail":"{email}"}', hasValues: true },
      }),
    ],
  });

function check(came: readonly Came[], times: number): void {
  assert.equal(new Set(came.map(({ path }) => path)).size, came.length);
  const bodies = came.map(({ body }) => JSON.parse(body) as { n: number; mail: string });
  assert.equal(new Set(bodies.map(({ n }) => n)).size, 10 * times);
  assert.deepEqual(new Set(bodies.map(({ mail }) => mail)), new Set(['a@b.c', 'longer@d.e']));
  for (const [i, { mail }] of came.entries()) assert.equal(mail, bodies[i]?.mail);
}

it('Over HTTP/1.1 every request is another one, also when the load is opened again, and its length is right', async (t) => {
  const came: Came[] = [];
  const opening = { scenario: scenarioOf({ connections: 3 }), processes: 1 };
  await load(t, http.createServer(handle(came)), [opening, opening]);
  assert.equal(came.length, 20);
  check(came, 2);
});

it(
  'Every request is another one when a load is opened by one process, by three, and by two, and under another name',
  linux,
  async (t) => {
    const came: Came[] = [];
    const openings = [1, 3, 1, 2, 3].map((processes, i) => {
      const scenario = { ...scenarioOf({ connections: 6 }), name: i % 2 === 0 ? 'one' : 'other' };
      return { scenario, processes };
    });
    await load(t, http.createServer(handle(came)), openings);
    assert.equal(came.length, 50);
    check(came, 5);
  },
);

it(
  'Rows of the data come in turn, also when a load is opened again by fewer processes',
  linux,
  async (t) => {
    const came: Came[] = [];
    const rows = Array.from({ length: 20 }, (_, i) => [`user${i}@b.c`]);
    const data = { file: 'users.csv', columns: ['email'], rows };
    const scenario = { ...scenarioOf({ connections: 2 }), data };
    await load(t, http.createServer(handle(came)), [
      { scenario, processes: 2 },
      { scenario, processes: 1 },
    ]);
    assert.equal(new Set(came.map(({ mail }) => mail)).size, 20);
  },
);

it('Over HTTP/2 every request is another one', async (t) => {
  const came: Came[] = [];
  const scenario = scenarioOf({ protocol: 'http2', connections: 1, streams: 3 });
  await load(t, http2.createServer(handle(came)), [{ scenario, processes: 1 }]);
  check(came, 1);
});

it(
  'Messages of the user’s own are other ones each time, also when a load is opened by more processes',
  linux,
  async (t) => {
    const came: string[] = [];
    const server = http.createServer();
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => {
      socket.on('message', (message) => {
        came.push(String(message));
        socket.send('ok');
      });
    });
    t.after(() => sockets.close());
    const message = { bytes: 10, binary: false, text: '{n} {uuid}' };
    const scenario = webSocketScenario('chat', { message });
    const openings = [1, 2, 1].map((processes) => ({ scenario, processes }));
    await load(t, server, openings);
    assert.equal(came.length, 30);
    assert.equal(new Set(came).size, 30);
  },
);

it('A hold sends what no load before it has sent, and no load after it sends that again', async (t) => {
  const came: Came[] = [];
  const server = http.createServer(handle(came));
  const { data, requests } = scenarioOf({});
  const once = [{ scenario: scenarioOf({}), processes: 1 }];
  await load(t, server, once);
  const { port } = server.address() as AddressInfo;
  const scenario: HoldScenario = {
    ...({ kind: 'hold', name: 'many', protocol: 'http1', tls: null, connections: 5 } as const),
    ...{ openPerSecond: 500, holdMs: 100, perSecond: 200, timeoutMs: 5000, data },
    ...{ request: requests[0] as HttpRequest, socket: null, serverCores: null },
  };
  const where = { host: '127.0.0.1', port, socketPath: null, root: '/', env: null };
  const target = { ...where, scenario, processes: null };
  const { signal } = new AbortController();
  for (let i = 0; i < 2; i++) {
    await using hold = await openHold({ arm: 'head', target, cores: null, signal });
    await hold.open();
    assert.equal((await hold.hold()).good, 20);
  }
  const after: Came[] = [];
  await load(t, http.createServer(handle(after)), once);
  check([...came, ...after], 6);
});

it('autocannon, which repeats its requests, makes no opening burst of them', () => {
  assert.equal(hasBurst(scenarioOf({})), false);
  assert.equal(hasBurst(httpScenario('default')), true);
});
