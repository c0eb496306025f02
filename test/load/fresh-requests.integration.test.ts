/** Requests that are new each time, as servers get them. */
import assert from 'node:assert/strict';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { it, type TestContext } from 'node:test';
import type { HttpScenario } from '../../src/config/scenario.ts';
import { hasBurst } from '../../src/load/capabilities.ts';
import { createSession } from '../../src/load/engines.ts';
import type { Draft } from '../support/draft.ts';
import { httpRequest, httpScenario } from '../support/measurement.ts';

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

async function load(t: TestContext, server: Server, scenario: HttpScenario, times = 1) {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const where = { host: '127.0.0.1', port, socketPath: null, root: '/', env: null };
  const target = { ...where, scenario, processes: null };
  for (let i = 0; i < times; i++) {
    const means = { share: { index: 0, of: 1 }, cores: null };
    using session = await createSession(target, means, () => {});
    await session.open();
    assert.equal((await session.slice(10)).good, 10);
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
  await load(t, http.createServer(handle(came)), scenarioOf({ connections: 3 }), 2);
  assert.equal(came.length, 20);
  check(came, 2);
});

it('Over HTTP/2 every request is another one', async (t) => {
  const came: Came[] = [];
  const scenario = scenarioOf({ protocol: 'http2', connections: 1, streams: 3 });
  await load(t, http2.createServer(handle(came)), scenario);
  check(came, 1);
});

it('autocannon, which repeats its requests, makes no opening burst of them', () => {
  assert.equal(hasBurst(scenarioOf({})), false);
  assert.equal(hasBurst(httpScenario('default')), true);
});
