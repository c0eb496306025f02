/** A head that answers something else, fast and with a good status, is seen over every protocol and by every kind of load. */
import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { WebSocketServer } from 'ws';
import type { Scenario } from '../../../src/config/experiment/scenario.ts';
import { AnswerBook } from '../../../src/measure/answers/book.ts';
import type { LiveArms } from '../../../src/measure/arms/running-arms.ts';
import { askAfter, askFresh, askHeld } from '../../../src/measure/rounds/rounds.ts';
import { holdScenario } from '../../config/claims/known.ts';
import { ANY, noHttp3, serve } from '../../load/http3/servers.ts';
import { httpRequest, httpScenario, webSocketScenario } from '../../support/measurement.ts';
import { it } from '../../support/unless-late.ts';
import { serveWeb } from '../../support/web-server.ts';
import { makeContext } from '../run-context.ts';

/** What differs between these two servers under this load. */
async function differences(
  t: TestContext,
  scenario: Scenario,
  ports: Record<'base' | 'head', number>,
): Promise<unknown[]> {
  const context = makeContext(t);
  const answers = new AnswerBook(1, () => false);
  const generator = { ...context.generator, close: async () => {} };
  const targets = new Map(
    Object.entries(ports).map(([arm, port]) => {
      const where = { host: '127.0.0.1', port, socketPath: null, root: context.loadDir };
      return [arm, { ...where, scenario, env: null, processes: null }] as const;
    }),
  );
  const servers = new Map(Object.keys(ports).map((arm) => [arm, { startedAtMs: 1 }]));
  const arms = { targets, servers } as unknown as LiveArms;
  const own = { ...context, generator, answers };
  for (const arm of ['base', 'head'] as const) {
    await askFresh(own, arms, arm);
    await askAfter(own, arms, arm);
    await askHeld(own, arms, arm);
  }
  return (answers.observed()?.differences ?? []).map((one) => [
    one.request,
    one.at,
    one.base,
    one.head,
  ]);
}

const shop = (t: TestContext, price: number) =>
  serveWeb(t, (_, response) => response.end(JSON.stringify({ at: Math.random(), price })));

async function prices(t: TestContext, price: (id: number) => number): Promise<number> {
  const server = new WebSocketServer({ noServer: true });
  const web = http.createServer();
  web.on('upgrade', (request, socket, head) => {
    server.handleUpgrade(request, socket, head, (client) => {
      client.on('message', (message) => {
        const { id } = JSON.parse(String(message));
        client.send(JSON.stringify({ id, price: price(id) }));
      });
    });
  });
  await new Promise<void>((done) => web.listen(0, '127.0.0.1', done));
  t.after(() => {
    for (const client of server.clients) client.terminate();
    web.close();
  });
  return (web.address() as AddressInfo).port;
}

const WEBSOCKET = webSocketScenario('prices', {
  path: '/prices',
  message: { bytes: 10, binary: false, text: '{"id":{n}}' },
});

it('A head that answers something else over HTTP/3 is told', async (t) => {
  if (noHttp3 !== false) return assert.equal(typeof noHttp3, 'string');
  const started = async (price: number) => {
    const server = await serve((stream, _headers, index) => {
      stream.respond({ ':status': '200', 'content-type': 'application/json', 'x-n': `${index}` });
      stream.end(Buffer.from(JSON.stringify({ index, price })));
    });
    t.after(() => server[Symbol.asyncDispose]());
    return server.port;
  };
  const scenario = httpScenario('default', {
    ...{ protocol: 'http3', tls: ANY },
    requests: [httpRequest({ method: 'POST', path: '/items', body: 'x'.repeat(100_000) })],
  });
  const found = await differences(t, scenario, { base: await started(1), head: await started(2) });
  assert.deepEqual(found, [['POST /items', '$.price', 'a number', 'a number']]);
});

it('A head that answers a message of WebSocket with something else is told, also for one value in twenty', async (t) => {
  const base = await prices(t, (id) => id * 2);
  const head = await prices(t, (id) => (id % 20 === 0 ? -1 : id * 2));
  assert.deepEqual(await differences(t, WEBSOCKET, { base, head: base }), []);
  // A value that is new each time may be any number: what is wrong must be of another kind.
  const text = await prices(t, (id) => (id % 20 === 0 ? ('none' as never) : id * 2));
  assert.deepEqual(await differences(t, WEBSOCKET, { base, head: text }), [
    ['messages on /prices', '$.price', 'a number', 'text of 4 characters'],
  ]);
  assert.deepEqual(await differences(t, WEBSOCKET, { base, head }), []);
});

it('A head that answers something else on held connections is told, of HTTP and of WebSocket', async (t) => {
  const ports = { base: await shop(t, 1), head: await shop(t, 2) };
  const hold = { ...holdScenario('idle'), request: httpRequest({ path: '/items' }) };
  assert.deepEqual(await differences(t, hold, ports), [
    ['GET /items', '$.price', 'a number', 'a number'],
  ]);
  const socket = { ...WEBSOCKET, message: { bytes: 8, binary: false, text: '{"id":7}' } };
  const { path, headers, subprotocol, message } = socket;
  const held: Scenario = {
    ...{ ...hold, protocol: 'websocket', request: null },
    socket: { path, headers, subprotocol, message },
  };
  const base = await prices(t, (id) => id * 2);
  const head = await prices(t, (id) => id * 3);
  assert.deepEqual(await differences(t, held, { base, head }), [
    ['messages on /prices', '$.price', 'a number', 'a number'],
  ]);
});

it('A head that answers something else to a load command is told, by a plain GET of its URL', async (t) => {
  const ports = { base: await shop(t, 1), head: await shop(t, 2) };
  const command: Scenario = {
    ...{ kind: 'command', name: 'wrk', protocol: 'http1', tls: null, path: '/items' },
    ...{ command: 'wrk {url}', output: 'wrk', timeoutMs: 5000, serverCores: null },
  };
  assert.deepEqual(await differences(t, command, ports), [
    ['GET /items', '$.price', 'a number', 'a number'],
  ]);
  const blind = { ...command, command: 'wrk http://{host}:{port}/x' };
  assert.deepEqual(await differences(t, blind, ports), []);
});
