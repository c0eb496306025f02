/** Whole answers of small real servers, over HTTP/1.1 and HTTP/2. */
import assert from 'node:assert/strict';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { HttpScenario } from '../../../src/config/experiment/scenario.ts';
import { AnswerBook } from '../../../src/measure/answers/book.ts';
import type { LiveArms } from '../../../src/measure/arms/running-arms.ts';
import {
  askAfter,
  askFresh,
  askLater,
  askUnderLoad,
  saysNothing,
} from '../../../src/measure/rounds/rounds.ts';
import { httpRequest, httpScenario } from '../../support/measurement.ts';
import { it } from '../../support/unless-late.ts';
import { makeContext } from '../run-context.ts';

type Handle = (request: http.IncomingMessage, response: http.ServerResponse) => void;

async function live(
  t: TestContext,
  scenario: HttpScenario,
  servers: Record<'base' | 'head', http.Server | http2.Http2Server>,
) {
  const closed: string[] = [];
  const context = makeContext(t);
  const generator = { ...context.generator, close: async (arm: string) => void closed.push(arm) };
  const targets = new Map();
  for (const [arm, server] of Object.entries(servers)) {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const where = { host: '127.0.0.1', port, socketPath: null, root: context.loadDir };
    targets.set(arm, { ...where, scenario, env: null, processes: null });
  }
  const running = new Map(Object.keys(servers).map((arm) => [arm, { startedAtMs: 1 }]));
  const places = [...targets.values()].map(({ port }) => ({ port, socketPath: null, dir: '/x' }));
  const answers = new AnswerBook(scenario.requests.length, () => false, places);
  const arms = { targets, servers: running } as unknown as LiveArms;
  return { context: { ...context, generator, answers }, arms, answers, closed };
}

const plain = (handle: Handle) => http.createServer(handle);

it('Both arms are asked for every kind of request, ids filled in, and what differs is told', async (t) => {
  const scenario = httpScenario('default', {
    requests: [
      httpRequest({ path: '/items/{id}', ids: { from: 1, to: 9 } }),
      httpRequest({ method: 'POST', path: '/orders', body: '{"n":1}' }),
    ],
  });
  const paths: string[] = [];
  const shop = (price: number) =>
    plain((request, response) => {
      paths.push(`${request.method} ${request.url}`);
      let body = '';
      request.on('data', (part) => (body += part));
      request.on('end', () => {
        response.setHeader('content-type', 'application/json');
        const packed = price === 2 && request.method === 'GET';
        if (packed) response.setHeader('content-encoding', 'gzip');
        const answer = JSON.stringify({ at: Math.random(), got: body, price });
        response.end(packed ? gzipSync(answer) : answer);
      });
    });
  const { context, arms, answers } = await live(t, scenario, { base: shop(1), head: shop(2) });
  await askFresh(context, arms, 'base');
  assert.deepEqual(paths.slice(0, 10), [
    ...['GET /items/1', 'POST /orders'],
    ...[2, 3, 4, 5, 6, 7, 8, 9].map((id) => `GET /items/${id}`),
  ]);
  await askFresh(context, arms, 'head');
  const observed = answers.observed();
  assert.deepEqual(observed?.answers, { base: 30, head: 30 });
  assert.equal(observed?.values, 10);
  assert.deepEqual(
    observed?.differences.map(({ request, at, of }) => `${of} ${request} ${at}`),
    [
      'content GET /items/{id} $.price',
      'content POST /orders $.price',
      'form GET /items/{id} header content-encoding',
    ],
  );
});

it('Equal data are no difference where a number in them is the port of one arm', async (t) => {
  const numbers: number[] = [];
  const shop = () => plain((_, response) => response.end(JSON.stringify(numbers)));
  const { context, arms, answers } = await live(t, httpScenario('default'), {
    base: shop(),
    head: shop(),
  });
  numbers.push(...answers.places.map(({ port }) => port), 1);
  for (const arm of ['base', 'head'] as const) await askFresh(context, arms, arm);
  assert.deepEqual(answers.observed()?.differences, []);
});

it('A head that answers with nothing once it is under load is found', async (t) => {
  let isLoaded = false;
  const base = plain((_, response) => response.end('{"a":1}'));
  const head = plain((_, response) => response.end(isLoaded ? '' : '{"a":1}'));
  const { context, arms, answers, closed } = await live(t, httpScenario('default'), { base, head });
  for (const arm of ['base', 'head'] as const) await askFresh(context, arms, arm);
  assert.equal(answers.observed()?.content, 0);
  isLoaded = true;
  for (const arm of ['base', 'head'] as const) {
    assert.equal(await askUnderLoad(context, arms, arm, async () => 'loaded'), 'loaded');
  }
  assert.deepEqual(
    answers.observed()?.differences.map(({ at, head }) => [at, head]),
    [['body', 'an empty body']],
  );
  await askAfter(context, arms, 'head');
  assert.deepEqual(closed, ['head']);
});

it('A load that fails fails as it would have without questions beside it', async (t) => {
  const base = plain((_, response) => response.end());
  const { context, arms } = await live(t, httpScenario('default'), { base, head: plain(() => {}) });
  const load = () => Promise.reject(new Error('the load failed'));
  await assert.rejects(askUnderLoad(context, arms, 'base', load), /^Error: the load failed$/);
});

it('A question has the same fields as a request of the load', async (t) => {
  const heard: string[][] = [];
  const server = () =>
    plain((request, response) => {
      heard.push(request.rawHeaders.filter((_, i) => i % 2 === 0));
      response.end();
    });
  const scenario = httpScenario('default', {
    requests: [httpRequest({ headers: { 'X-One': '1' } })],
  });
  const { context, arms } = await live(t, scenario, { base: server(), head: server() });
  await askFresh(context, arms, 'base');
  assert.deepEqual(heard, Array(3).fill(['host', 'X-One']));
});

it('A head that ends its connections in place of an answer is told, and a silent one is not', async (t) => {
  const base = plain((_, response) => response.end('ok'));
  const head = plain((request) => request.socket.destroy());
  const { context, arms, answers } = await live(t, httpScenario('default'), { base, head });
  for (const arm of ['base', 'head'] as const) await askFresh(context, arms, arm);
  assert.deepEqual(
    answers.observed()?.differences.map((one) => [one.at, one.base, one.head]),
    [['status', '200', 'no answer']],
  );
});

it('What keeps this machine from asking is no answer of the server', () => {
  for (const why of ['connect EADDRNOTAVAIL 127.0.0.1:20123', 'connect EMFILE 127.0.0.1:20123']) {
    assert.equal(saysNothing(why), true, why);
  }
  assert.equal(saysNothing('connect ECONNREFUSED 127.0.0.1:20123'), false);
});

it('A server that does not answer is left alone', async (t) => {
  const silent = () => plain(() => {});
  const servers = { base: silent(), head: silent() };
  const { context, arms, answers } = await live(t, httpScenario('default'), servers);
  const begun = performance.now();
  await askUnderLoad(context, arms, 'base', async () => 'loaded');
  assert.ok(performance.now() - begun < 5000);
  assert.equal(answers.observed(), null);
});

it('HTTP/2 is asked as HTTP/1.1 is, and a gRPC status behind the answer is compared', async (t) => {
  const calls = (status: string) => {
    const server = http2.createServer();
    server.on('stream', (stream) => {
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc' },
        { waitForTrailers: true },
      );
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
      stream.end(Buffer.from([0, 0, 0, 0, 0]));
    });
    return server;
  };
  const scenario = httpScenario('default', {
    protocol: 'http2',
    requests: [httpRequest({ method: 'POST', path: '/a.B/C', body: 'x' })],
  });
  const { context, arms, answers } = await live(t, scenario, {
    base: calls('0'),
    head: calls('5'),
  });
  for (const arm of ['base', 'head'] as const) await askFresh(context, arms, arm);
  assert.deepEqual(
    answers.observed()?.differences.map(({ at, base, head }) => [at, base, head]),
    [['trailer grpc-status', '0', '5']],
  );
});

it('Over HTTP/2 all questions go over one connection, one after the other', async (t) => {
  let sessions = 0;
  const counting = () => {
    const server = http2.createServer((_, response) => response.end('{}'));
    server.on('session', () => (sessions += 1));
    return server;
  };
  const paths = ['/a', '/b', '/c', '/d'];
  const scenario = httpScenario('default', {
    protocol: 'http2',
    requests: paths.map((path) => httpRequest({ path })),
  });
  const servers = { base: counting(), head: counting() };
  const { context, arms, answers } = await live(t, scenario, servers);
  for (const arm of ['base', 'head'] as const) await askFresh(context, arms, arm);
  assert.deepEqual(answers.observed()?.answers, { base: 12, head: 12 });
  // One for each of the three rounds.
  assert.equal(sessions, 6);
});

it('How long answers are is kept of fresh servers and of the same at the end of the pilot run, and the load is closed for it', async (t) => {
  let body = 'starting';
  const shop = () => plain((_, response) => response.end(body));
  const { context, arms, answers, closed } = await live(t, httpScenario('default'), {
    base: shop(),
    head: shop(),
  });
  for (const arm of ['base', 'head'] as const) await askFresh(context, arms, arm);
  body = 'x'.repeat(1500);
  for (const arm of ['base', 'head'] as const) await askLater(context, arms, arm);
  const observed = answers.observed();
  assert.deepEqual(observed?.unloadedSizes, { base: [4], head: [4] });
  assert.deepEqual(observed?.laterSizes, { base: [11], head: [11] });
  assert.deepEqual(observed?.answers, { base: 6, head: 6 });
  assert.deepEqual(observed?.differences, []);
  assert.deepEqual(closed, ['base', 'head']);
});
