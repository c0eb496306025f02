/** HTTP/1.1 sessions with several requests: src/load/http1/. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { HttpRequest } from '../../../src/config/experiment/scenario.ts';
import { Http1Session } from '../../../src/load/http1/session.ts';
import { RequestSequence } from '../../../src/load/sequence.ts';
import { noErrors } from '../../../src/load/session.ts';
import { ALONE, assertComplete, HELLO, request, serve, target } from '../servers.ts';

interface Server extends AsyncDisposable {
  port: number;
  /** `METHOD /path length-of-body` of each request. */
  seen: string[];
}

/** Answers `METHOD /path body`, so that every request has an answer of its own. */
async function echo(): Promise<Server> {
  const seen: string[] = [];
  const server = http.createServer(async (asked, answer) => {
    const body = Buffer.concat(await asked.toArray());
    seen.push(`${asked.method} ${asked.url} ${body.length}`);
    answer.statusCode = asked.method === 'POST' ? 201 : 200;
    answer.end(`${asked.method} ${asked.url} ${body.length < 100 ? body : body.length}`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const GET = request({
  path: '/get/{id}',
  weight: 3,
  ids: { from: 1, to: 30 },
  expect: { status: 200, body: 'GET /get/{id} ' },
});
const POST = request({
  method: 'POST',
  path: '/post',
  body: 'id {id}',
  weight: 2,
  ids: { from: 1, to: 30 },
  expect: { status: 201, body: 'POST /post id {id}' },
});
const HEAD = request({ method: 'HEAD', path: '/head', expect: { status: 200, body: '' } });
const MIXED = [GET, POST, HEAD];

function open(port: number, requests: HttpRequest[], share = ALONE, connections = 4) {
  return new Http1Session(target(port, { requests, connections }), share, (kind, message) =>
    assert.fail(`${kind}: ${message}`),
  );
}

/** What the sequence says that these requests are. */
function planned(requests: HttpRequest[], from: number, count: number, share = ALONE): string[] {
  const sequence = new RequestSequence(requests, '/', share);
  return Array.from({ length: count }, (_, i) => {
    const variant = sequence.variants[sequence.at(from + i)] ?? assert.fail();
    return `${variant.method} ${variant.path} ${variant.body?.length ?? 0}`;
  });
}

describe('an HTTP/1.1 session with several requests', () => {
  it('An HTTP/1.1 session with several requests sends them in the order of the sequence, each judged by its own expectation', async () => {
    await using server = await echo();
    using session = open(server.port, MIXED, ALONE, 1);
    await session.open();
    for (const count of [1, 200, 300]) assert.equal((await session.slice(count)).good, count);
    assert.deepEqual(server.seen, planned(MIXED, 0, 501));
  });

  it('An HTTP/1.1 session with several requests sends each slice what its numbers say, whichever connection is free', async () => {
    const share = { index: 1, of: 2 };
    await using server = await echo();
    using session = open(server.port, MIXED, share, 7);
    await session.open();
    for (let k = 0; k < 3; k++) {
      server.seen.length = 0;
      assert.equal((await session.slice(250)).good, 250);
      assert.deepEqual(server.seen.sort(), planned(MIXED, k * 250, 250, share).sort());
    }
  });

  it('An HTTP/1.1 session with several requests goes on with the next slice where the last was asked to end, also when it failed', async () => {
    const paths: string[] = [];
    const requests = ['/a', '/b', '/c', '/d'].map((path) => request({ path }));
    const server = await serve((socket) => socket.write(HELLO));
    const wanted = target(server.port, { requests, connections: 2 });
    using session = new Http1Session(wanted, ALONE, () => {});
    await session.open();
    await session.slice(10);
    await server[Symbol.asyncDispose]();
    const lost = await session.slice(30);
    const { closed, connect } = lost.errors;
    assert.deepEqual(lost.errors, { ...noErrors(), closed, connect });
    assert.equal(closed + connect, 30);
    const back = http.createServer((asked, answer) => {
      paths.push(`GET ${asked.url} 0`);
      answer.end();
    });
    await once(back.listen(server.port, '127.0.0.1'), 'listening');
    try {
      assert.equal((await session.slice(100)).good, 100);
    } finally {
      back.close();
      back.closeAllConnections();
    }
    assert.deepEqual(paths.sort(), planned(requests, 40, 100).sort());
  });

  it('An HTTP/1.1 session with several requests takes the right answer to another request for a wrong one', async () => {
    const answer = (body: string) => `HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n${body}`;
    // Every answer is known to be good for one of the two, and comes to both in turn.
    await using server = await serve((socket, index) =>
      socket.write(answer(index % 2 ? 'a' : 'b')),
    );
    const requests = ['a', 'b'].map((body) =>
      request({ path: `/${body}`, expect: { status: 200, body } }),
    );
    const sequence = new RequestSequence(requests, '/');
    const expected = (i: number) => sequence.variants[sequence.at(i)]?.path.slice(1);
    const right = Array.from({ length: 400 }, (_, i) => expected(i) === (i % 2 ? 'a' : 'b'));
    const wanted = target(server.port, { requests, connections: 1 });
    using session = new Http1Session(wanted, ALONE, () => {});
    await session.open();
    const slice = await session.slice(400);
    assertComplete(slice, 400);
    assert.equal(slice.good, right.filter(Boolean).length);
    assert.ok(slice.errors.body > 0);
  });

  it('An HTTP/1.1 session with several requests repeats only what may be sent twice', async () => {
    let closing = 0;
    await using server = await serve((socket) =>
      closing-- > 0 ? socket.end() : socket.write(HELLO),
    );
    const requests = [request({ path: '/' }), request({ method: 'POST', path: '/' })];
    const sequence = new RequestSequence(requests, '/');
    const isPost = (number: number) => sequence.variants[sequence.at(number)]?.method === 'POST';
    const wanted = target(server.port, { requests, connections: 1 });
    using session = new Http1Session(wanted, ALONE, () => {});
    await session.open();
    await session.slice(1);
    for (let number = 1; number < 9; number++) {
      closing = 1;
      const { errors, resent } = await session.slice(1);
      assert.equal(errors.closed, isPost(number) ? 1 : 0, `request ${number}`);
      assert.equal(resent, isPost(number) ? 0 : 1);
      assert.equal(closing, isPost(number) ? 0 : -1);
    }
  });

  it('An HTTP/1.1 session with several requests sends large bodies that many requests share', async () => {
    const root = mkdtempSync(join(tmpdir(), 'variety-'));
    const bytes = 300_000;
    writeFileSync(join(root, 'body.bin'), Buffer.alloc(bytes, 7));
    const upload = request({
      method: 'PUT',
      path: '/{id}',
      ids: { from: 1, to: 1000 },
      bodyFile: { path: 'body.bin', bytes, sha256: '' },
      expect: { status: 200, body: `PUT /{id} ${bytes}` },
    });
    try {
      await using server = await echo();
      const before = process.memoryUsage().arrayBuffers;
      const wanted = { ...target(server.port, { requests: [upload] }), root };
      using session = new Http1Session(wanted, ALONE, (_, message) => assert.fail(String(message)));
      const grown = process.memoryUsage().arrayBuffers - before;
      assert.ok(grown < 50e6, `${grown} bytes for copies of one body`);
      await session.open();
      assert.equal((await session.slice(60)).good, 60);
      assert.ok(server.seen.every((line) => line.endsWith(` ${bytes}`)));
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('An HTTP/1.1 session with several requests refuses a scenario of which one request cannot be sent', () => {
    const requests = [request({ path: '/fine' }), request({ path: '/not fine' })];
    assert.throws(() => open(1, requests), /scenario test: path .* cannot be sent/);
    const missing = request({ bodyFile: { path: 'nowhere.bin', bytes: 1, sha256: '' } });
    assert.throws(() => open(1, [missing]), /nowhere\.bin/);
  });
});
