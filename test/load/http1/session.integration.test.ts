import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Http1Session } from '../../../src/load/http1/session.ts';
import type { ErrorCounts } from '../../../src/load/results.ts';
import { noErrors, type SessionSlice } from '../../../src/load/session.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { allClosed } from '../../support/all-closed.ts';
import { it } from '../../support/unless-late.ts';
import {
  ALONE,
  assertComplete,
  HELLO,
  type OnRequest,
  request,
  serve,
  type TestServer,
  target,
  type Wanted,
} from '../servers.ts';

interface Harness extends AsyncDisposable {
  session: Http1Session;
  server: TestServer;
  /** What the session said about its failures. */
  heard: string[];
  /** And of which kinds of requests. */
  labels: (string | undefined)[];
  slice(requests: number): Promise<SessionSlice>;
}

/** An opened session against a server that answers like this. */
async function harness(onRequest: OnRequest, scenario: Wanted = {}): Promise<Harness> {
  const server = await serve(onRequest);
  const heard: string[] = [];
  const labels: (string | undefined)[] = [];
  const session = new Http1Session(target(server.port, scenario), ALONE, (kind, message, label) => {
    heard.push(unmarked(`${kind}: ${message}`));
    labels.push(label);
  });
  const close = async () => {
    session[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  };
  try {
    await session.open();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    session,
    server,
    heard,
    labels,
    async slice(requests) {
      const result = await session.slice(requests);
      assertComplete(result, requests);
      return result;
    },
    [Symbol.asyncDispose]: close,
  };
}

const errors = (some: Partial<ErrorCounts>): ErrorCounts => ({ ...noErrors(), ...some });

describe('an HTTP/1.1 session', () => {
  it('An HTTP/1.1 session opens every connection, then sends exactly the requests it is asked for', async () => {
    await using load = await harness((socket) => socket.write(HELLO), {
      expect: { status: 200, body: 'hello' },
    });
    assert.equal(load.server.requests, 0);
    for (const requests of [1, 3, 4, 5, 1000]) {
      const before: number = load.server.requests;
      const slice = await load.slice(requests);
      assert.equal(slice.good, requests);
      assert.equal(load.server.requests - before, requests);
      assert.deepEqual(slice.bodySizes, [0, 0, 0, requests], 'hello has 4 to 7 bytes');
      assert.ok(slice.durationUs > 0 && slice.medianLatencyUs > 0 && slice.generatorCpuUs >= 0);
      assert.ok(slice.medianLatencyUs <= slice.durationUs);
      assert.equal(slice.gaveUp, null);
    }
    assert.equal(load.server.accepted, 4, 'the connections stay open');
  });

  it('An HTTP/1.1 session rests without connections, and opens them again for the next slice', async () => {
    await using load = await harness((socket) => socket.write(HELLO));
    assert.equal((await load.slice(8)).good, 8);
    load.session.rest();
    await allClosed(load.server.sockets);
    assert.equal((await load.slice(8)).good, 8);
    assert.equal(load.server.accepted, 8);
  });

  it('An HTTP/1.1 session keeps one request in flight on each connection', async () => {
    let inFlight = 0;
    let most = 0;
    await using load = await harness((socket) => {
      most = Math.max(most, ++inFlight);
      setTimeout(() => {
        inFlight--;
        socket.write(HELLO);
      }, 1);
    });
    await load.slice(40);
    assert.equal(most, 4);
  });

  it('An HTTP/1.1 session works with a server of Node, with bodies in every framing and method', async () => {
    const server = http.createServer(async (request, response) => {
      const body = (await request.toArray()).join('');
      if (request.url === '/chunked') response.write('he');
      else response.setHeader('content-length', 5 + body.length);
      if (request.url === '/empty') response.writeHead(204).end();
      else response.end(request.url === '/chunked' ? 'llo' : `hello${body}`);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      for (const [scenario, status, body] of [
        [{ path: '/' }, 200, 'hello'],
        [{ path: '/chunked' }, 200, 'hello'],
        [{ path: '/', method: 'HEAD' }, 200, ''],
        [{ path: '/empty' }, 204, ''],
        [{ path: '/', method: 'POST', body: ' you' }, 200, 'hello you'],
        [{ path: '/', method: 'PUT' }, 200, 'hello'],
        [{ path: '/', headers: { connection: 'close' } }, 200, 'hello'],
      ] as const) {
        using session = new Http1Session(
          target((server.address() as AddressInfo).port, { ...scenario, expect: { status, body } }),
          ALONE,
          (kind, message) => assert.fail(`${JSON.stringify(scenario)}: ${kind}: ${message}`),
        );
        await session.open();
        assert.equal((await session.slice(50)).good, 50);
      }
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('An HTTP/1.1 session reads answers that drip in pieces', async () => {
    const answer =
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\na: b\r\n\r\n';
    await using load = await harness(
      async (socket) => {
        for (let at = 0; at < answer.length; at += 7) {
          socket.write(answer.slice(at, at + 7));
          await sleep(1);
        }
      },
      { expect: { status: 200, body: 'hello' } },
    );
    assert.equal((await load.slice(12)).good, 12);
  });

  it('An HTTP/1.1 session tells answers apart although the last good one is remembered', async () => {
    const bodies = ['hello', 'hallo', 'hello', 'hellooo'];
    await using load = await harness(
      (socket, index) => {
        const body = bodies[index % 4] as string;
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      },
      { expect: { status: 200, body: 'hello' } },
    );
    const slice = await load.slice(100);
    assert.deepEqual(slice.errors, errors({ body: 50 }));
    assert.ok(load.heard.includes('body: expected body "hello", got "hallo"'));
    assert.ok(load.heard.includes('body: expected body "hello", got "hellooo"'));
  });

  it('An HTTP/1.1 session goes on with a new date header', async () => {
    await using load = await harness((socket, index) =>
      socket.write(`HTTP/1.1 200 OK\r\ndate: ${index >> 3}\r\ncontent-length: 2\r\n\r\nok`),
    );
    assert.equal((await load.slice(200)).good, 200);
  });

  it('An HTTP/1.1 session counts a wrong status, and keeps the connection', async () => {
    await using load = await harness((socket, index) =>
      socket.write(index % 2 === 0 ? HELLO : 'HTTP/1.1 503 No\r\ncontent-length: 4\r\n\r\nbusy'),
    );
    assert.deepEqual((await load.slice(100)).errors, errors({ status: 50 }));
    assert.equal(load.heard[0], 'status: expected status 200, got 503');
    assert.equal(load.server.accepted, 4);
  });

  it('An HTTP/1.1 session connects again for a server that closes after every answer, without an error', async () => {
    for (const answer of [
      'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello',
      'HTTP/1.0 200 OK\r\n\r\nhello',
    ]) {
      await using load = await harness((socket) => socket.end(answer), {
        expect: { status: 200, body: 'hello' },
      });
      for (let i = 0; i < 3; i++) assert.equal((await load.slice(20)).good, 20);
      assert.ok(load.server.accepted >= 60);
    }
  });

  it('An HTTP/1.1 session counts garbage as a protocol error each time', async () => {
    await using load = await harness((socket) => socket.write('\x00\x01\x02 no HTTP\r\n\r\n'));
    assert.deepEqual((await load.slice(20)).errors, errors({ protocol: 20 }));
    assert.match(load.heard[0] ?? '', /^protocol: not an HTTP\/1\.x answer/);
  });

  it('An HTTP/1.1 session counts half an answer as closed, and says how much came', async () => {
    await using load = await harness((socket) => socket.end(HELLO.slice(0, -2)));
    assert.deepEqual((await load.slice(20)).errors, errors({ closed: 20 }));
    assert.match(
      load.heard[0] ?? '',
      /closed.*status 200 and 3 bytes of its body came, 2 are missing/,
    );
  });

  it('An HTTP/1.1 session counts a reset as closed', async () => {
    await using load = await harness((socket) => socket.resetAndDestroy());
    assert.deepEqual((await load.slice(20)).errors, errors({ closed: 20 }));
  });

  it('An HTTP/1.1 session never takes a second answer for the next one', async () => {
    await using load = await harness((socket) => socket.write(HELLO + HELLO));
    assert.deepEqual((await load.slice(20)).errors, errors({ protocol: 20 }));
    assert.match(
      load.heard[0] ?? '',
      /bytes behind a complete answer of status 200, which nobody asked for/,
    );
  });

  it('An HTTP/1.1 session counts bytes that come while it rests, and blames no kind of request for them', async () => {
    const requests = ['/a', '/b'].map((path) => request({ path }));
    await using load = await harness((socket) => socket.write(HELLO), { requests });
    await load.slice(8);
    for (const socket of load.server.sockets) socket.write(HELLO);
    await allClosed(load.server.sockets);
    const slice = await load.slice(20);
    assert.deepEqual(slice.errors, errors({ protocol: 4 }));
    assert.match(load.heard[0] ?? '', /bytes came that nobody asked for/);
    assert.deepEqual(load.labels, Array(4).fill(undefined));
    assert.equal((await load.slice(20)).good, 20);
  });

  it('An HTTP/1.1 session opens again what the server closed between slices, silently', async () => {
    await using load = await harness((socket) => socket.write(HELLO));
    await load.slice(8);
    for (const socket of load.server.sockets) socket.end();
    await allClosed(load.server.sockets);
    assert.equal((await load.slice(20)).good, 20);
    assert.equal(load.server.accepted, 8);
  });

  it('An HTTP/1.1 session takes a 408 on a connection that rests for its end, and sends again what crosses one', async () => {
    const TIMED_OUT =
      'HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';
    await using rests = await harness((socket) => socket.write(HELLO));
    await rests.slice(8);
    for (const socket of rests.server.sockets) socket.end(TIMED_OUT);
    await allClosed(rests.server.sockets);
    const after = await rests.slice(20);
    assert.deepEqual([after.good, after.resent, rests.heard], [20, 0, []]);
    // The two may be read at once.
    await using late = await harness((socket) => socket.end(HELLO + TIMED_OUT));
    assert.deepEqual([(await late.slice(20)).good, late.server.accepted], [20, 20]);
    const crosses: OnRequest = (socket, index) =>
      index % 10 === 9 ? socket.end(TIMED_OUT) : socket.write(HELLO);
    await using crossed = await harness(crosses);
    const { good, resent } = await crossed.slice(50);
    assert.equal(good, 50);
    assert.ok(resent >= 5, `${resent}`);
    await using post = await harness(crosses, { method: 'POST' });
    assert.equal((await post.slice(50)).errors.status, 5);
    // It answers the first request of each connection so: that is its answer.
    await using always = await harness((socket) => socket.end(TIMED_OUT));
    assert.deepEqual((await always.slice(12)).errors, errors({ status: 12 }));
  });

  it('An HTTP/1.1 session sends once more what was lost with its connection, if it may be sent twice', async () => {
    for (const [method, lost] of [
      ['GET', 0],
      ['PUT', 0],
      ['POST', 5],
    ] as const) {
      const answer: OnRequest = (socket, index) =>
        index % 10 === 9 ? socket.resetAndDestroy() : socket.write(HELLO);
      await using load = await harness(answer, { method });
      const slice = await load.slice(50);
      assert.deepEqual(slice.errors, errors({ closed: lost }));
      assert.equal(slice.resent > 0, lost === 0, `${slice.resent}`);
      assert.equal(load.server.requests, 50 + slice.resent);
    }
  });

  it('An HTTP/1.1 session sends nothing a third time, and nothing of which a byte of an answer came', async () => {
    await using gone = await harness((socket) => socket.end());
    const lost = await gone.slice(12);
    assert.deepEqual([lost.errors, lost.resent], [errors({ closed: 12 }), 12]);
    assert.equal(gone.server.requests, 24);
    await using begun = await harness((socket) => socket.end('H'));
    const cut = await begun.slice(12);
    assert.deepEqual([cut.errors, cut.resent], [errors({ closed: 12 }), 0]);
  });

  it('An HTTP/1.1 session measures a server that ends each connection and does not say so', async () => {
    const answer: OnRequest = (socket) => socket.end(HELLO);
    await using load = await harness(answer, { expect: { status: 200, body: 'hello' } });
    for (let i = 0; i < 3; i++) assert.equal((await load.slice(40)).good, 40);
    const headers = { connection: 'close' };
    for (const method of ['GET', 'POST']) {
      await using polite = await harness(answer, { method, headers });
      const slice = await polite.slice(40);
      assert.deepEqual([slice.good, slice.resent, polite.server.accepted], [40, 0, 40]);
    }
    await using post = await harness(answer, { method: 'POST' });
    const { good } = await post.slice(40);
    assert.ok(good < 40);
    assert.match(post.heard[0] ?? '', /only idempotent requests may be sent again$/);
  });

  it('An HTTP/1.1 session ends a slice on a server that never answers, by the timeout', async () => {
    await using load = await harness(() => {}, { timeoutMs: 60 });
    const slice = await load.slice(1000);
    assert.deepEqual(slice.errors, errors({ timeout: 1000 }));
    assert.equal(slice.gaveUp, 'timeout');
    assert.match(
      load.heard[0] ?? '',
      /^timeout: no complete answer after 60 ms; no byte of an answer/,
    );
    assert.ok(load.server.requests <= 12);
  });

  it('An HTTP/1.1 session goes on after one request that hangs', async () => {
    await using load = await harness((socket, index) => index !== 5 && socket.write(HELLO), {
      timeoutMs: 100,
      connections: 1,
    });
    const slice = await load.slice(20);
    assert.deepEqual(slice.errors, errors({ timeout: 1 }));
    assert.equal(slice.gaveUp, null);
  });

  it('An HTTP/1.1 session ends a slice on a server that died, without hammering it', async () => {
    await using load = await harness((socket) => socket.write(HELLO));
    await load.slice(8);
    await load.server[Symbol.asyncDispose]();
    const slice = await load.slice(1000);
    // Whatever was sent before the end of the connections was heard of is lost with them.
    const { closed, connect } = slice.errors;
    assert.ok(closed <= 4);
    assert.deepEqual(slice.errors, errors({ closed, connect }));
    assert.equal(closed + connect, 1000);
    assert.equal(slice.gaveUp, 'connect');
    assert.ok(load.heard.length < 50, `${load.heard.length} attempts`);
    await using back = await serve((socket) => socket.write(HELLO), { port: load.server.port });
    assert.equal((await load.slice(100)).good, 100, 'and works again when the server is back');
    load.session[Symbol.dispose]();
    assert.ok(back.accepted >= 4);
  });

  it('An HTTP/1.1 session says why nothing could be opened', async () => {
    const gone = await serve(() => {});
    await gone[Symbol.asyncDispose]();
    using session = new Http1Session(target(gone.port), ALONE, () => {});
    await assert.rejects(session.open(), /no connection could be opened: .*ECONNREFUSED/);
  });

  it('An HTTP/1.1 session refuses slices that make no sense', async () => {
    await using load = await harness((socket) => setTimeout(() => socket.write(HELLO), 5));
    await assert.rejects(load.session.slice(0), RangeError);
    await assert.rejects(load.session.slice(1.5), RangeError);
    const running = load.session.slice(4);
    await sleep(0);
    await assert.rejects(load.session.slice(4), /already running/);
    await running;
  });

  it('An HTTP/1.1 session gives up a running slice when it is closed', async () => {
    await using load = await harness(() => {});
    const running = load.slice(10);
    await sleep(5);
    load.session[Symbol.dispose]();
    assert.deepEqual((await running).errors, errors({ closed: 10 }));
    await assert.rejects(load.session.slice(1), /closed/);
  });
});
