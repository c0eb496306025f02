import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import type { HttpRequest } from '../../../src/config/experiment/scenario.ts';
import { AutocannonSession } from '../../../src/load/autocannon/session.ts';
import { RequestSequence } from '../../../src/load/sequence.ts';
import { machineMs, noErrors } from '../../../src/load/session.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { it } from '../../support/unless-late.ts';
import {
  ALONE,
  assertComplete,
  CERTIFICATE,
  HELLO,
  request,
  serve,
  TRUSTING,
  target,
  type Wanted,
} from '../servers.ts';

const hello = { expect: { status: 200, body: 'hello' } };

function open(port: number, wanted: Wanted = {}, heard: string[] = []): AutocannonSession {
  return new AutocannonSession(target(port, wanted), ALONE, (kind, message) =>
    heard.push(unmarked(`${kind}: ${message}`)),
  );
}

interface Server extends AsyncDisposable {
  port: number;
  /** `METHOD /path body` of each request. */
  seen: string[];
}

/** Answers `METHOD /path body` to everything. */
async function echo(listener?: { path?: string; secure?: boolean }): Promise<Server> {
  const seen: string[] = [];
  const answer: http.RequestListener = async (asked, response) => {
    const line = `${asked.method} ${asked.url} ${(await asked.toArray()).join('')}`;
    seen.push(line);
    response.statusCode = asked.method === 'POST' ? 201 : 200;
    response.setHeader('content-length', Buffer.byteLength(line));
    response.end(line);
  };
  const server = listener?.secure
    ? https.createServer({ ...CERTIFICATE }, answer)
    : http.createServer(answer);
  if (listener?.path === undefined) server.listen(0, '127.0.0.1');
  else server.listen(listener.path);
  await once(server, 'listening');
  return {
    port: listener?.path === undefined ? (server.address() as AddressInfo).port : 0,
    seen,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Sent by this part of the sequence, sorted. */
function planned(requests: HttpRequest[], from: number, count: number): string[] {
  const { variants, at } = bound(new RequestSequence(requests, '/'));
  return Array.from({ length: count }, (_, i) => {
    const { method, path, body } = variants[at(from + i)] ?? assert.fail();
    return `${method} ${path} ${body?.toString() ?? ''}`;
  }).sort();
}

function bound(sequence: RequestSequence) {
  return { variants: sequence.variants, at: (number: number) => sequence.at(number) };
}

describe('autocannon as the engine', () => {
  it('Autocannon as the engine sends exactly the requests it is asked for, and says when', async () => {
    const manifest = readFileSync(
      new URL('../../../node_modules/autocannon/package.json', import.meta.url),
      'utf8',
    );
    await using server = await serve((socket) => socket.write(HELLO));
    using session = open(server.port);
    assert.equal(session.engine, `autocannon ${JSON.parse(manifest).version}`);
    await session.open();
    for (const requests of [1, 3, 4, 5, 500]) {
      const before: number = server.requests;
      const calledMs = machineMs();
      const slice = await session.slice(requests);
      assert.equal(slice.good, requests);
      assertComplete(slice, requests);
      assert.equal(server.requests - before, requests);
      assert.equal(slice.gaveUp, null);
      assert.ok(slice.startedAtMs >= calledMs);
      assert.ok(slice.startedAtMs + slice.durationUs / 1000 <= machineMs());
      assert.ok(slice.durationUs > 0 && slice.medianLatencyUs > 0 && slice.generatorCpuUs >= 0);
    }
  });

  it('Autocannon as the engine sends several requests as the sequence has them, each judged by its own expectation', async () => {
    const requests = [
      request({
        path: '/get/{id}',
        weight: 3,
        ids: { from: 1, to: 20 },
        expect: { status: 200, body: 'GET /get/{id} ' },
      }),
      request({
        method: 'POST',
        path: '/post',
        body: 'grüße',
        expect: { status: 201, body: 'POST /post grüße' },
      }),
      request({ method: 'HEAD', path: '/head', expect: { status: 200, body: '' } }),
    ];
    await using server = await echo();
    const heard: string[] = [];
    using session = open(server.port, { requests, connections: 3 }, heard);
    await session.open();
    for (let k = 0; k < 3; k++) {
      server.seen.length = 0;
      assert.equal((await session.slice(100)).good, 100, heard[0]);
      assert.deepEqual(server.seen.sort(), planned(requests, k * 100, 100));
    }
  });

  it('Autocannon as the engine counts answers that are not the expected ones', async () => {
    const answers = [
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello',
      'HTTP/1.1 503 No\r\ncontent-length: 5\r\n\r\nhello',
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhallo',
      `HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n${'h'.repeat(100_000)}`,
    ];
    await using server = await serve((socket, index) => socket.write(answers[index % 4] as string));
    const heard: string[] = [];
    using session = open(server.port, hello, heard);
    const slice = await session.slice(100);
    assertComplete(slice, 100);
    assert.deepEqual(slice.errors, { ...noErrors(), status: 25, body: 50 });
    assert.ok(heard.includes('status: expected status 200, got 503'));
    assert.ok(heard.includes('body: expected body "hello", got "hallo"'));
    using simple = open(server.port, {}, heard);
    assert.deepEqual((await simple.slice(100)).errors, { ...noErrors(), status: 25 });
  });

  it('Autocannon as the engine reads a body whose letters are torn', async () => {
    const body = 'grüße';
    const answer = Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n${body}`);
    await using server = await serve((socket) => {
      socket.write(answer.subarray(0, -4));
      setTimeout(() => socket.write(answer.subarray(-4)), 2);
    });
    using session = open(server.port, { expect: { status: 200, body } });
    assert.equal((await session.slice(8)).good, 8);
  });

  it('Autocannon as the engine compares every byte of a body, in whatever pieces they come', async () => {
    const expected = Buffer.from('日本');
    const others = ['', '中国', '日', '本日', '日本語', '??', '日\ufffd', '\ufffd\ufffd'];
    const bodies = [expected, ...others.map((text) => Buffer.from(text))];
    // The last byte of a letter changed, and bytes that are no text at all.
    bodies.push(Buffer.from('日杭'), Buffer.alloc(6, 0xff), Buffer.from('日本', 'utf16le'));
    for (const body of bodies) {
      const head = Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`);
      const answer = Buffer.concat([head, body]);
      const cuts = [0, 1, 3, 4].filter((cut) => cut === 0 || cut < body.length);
      await using server = await serve((socket, index) => {
        const at = answer.length - (cuts[index % cuts.length] as number);
        socket.write(answer.subarray(0, at));
        setTimeout(() => socket.write(answer.subarray(at)), 2);
      });
      const heard: string[] = [];
      using session = open(server.port, { expect: { status: 200, body: '日本' } }, heard);
      const slice = await session.slice(8);
      assertComplete(slice, 8);
      const isExpected = body.equals(expected);
      assert.equal(slice.good, isExpected ? 8 : 0, body.toString());
      assert.equal(slice.errors.body, isExpected ? 0 : 8, body.toString());
      if (!isExpected) {
        const came = JSON.stringify(body.toString());
        assert.equal(heard[0], `body: expected body "日本", got ${came}`);
      }
    }
  });

  it('Autocannon as the engine loads over TLS, after checking the certificate that autocannon itself does not', async () => {
    await using server = await echo({ secure: true });
    for (const tls of [TRUSTING, { acceptSelfSigned: true, ca: null, serverName: 'any.name' }]) {
      using session = open(server.port, { tls, expect: { status: 200, body: 'GET / ' } });
      await session.open();
      assert.equal((await session.slice(40)).good, 40);
    }
    using refusing = open(server.port, { tls: { ...TRUSTING, ca: null } });
    await assert.rejects(refusing.open(), /no connection could be opened: .*accept-self-signed/);
  });

  it('Autocannon as the engine loads over a Unix socket', async () => {
    for (const secure of [false, true]) {
      const path = join(tmpdir(), `autocannon-${process.pid}-${secure}.sock`);
      await using _server = await echo({ path, secure });
      const wanted = { ...target(1, { tls: secure ? TRUSTING : null }), socketPath: path };
      using session = new AutocannonSession(wanted, ALONE, (_, message) =>
        assert.fail(String(message)),
      );
      await session.open();
      assert.equal((await session.slice(40)).good, 40);
    }
  });

  it('Autocannon as the engine refuses what cannot be sent, and slices that make no sense', async () => {
    assert.throws(
      () => open(1, { method: 'PURGE' }),
      /scenario test: autocannon cannot send PURGE/,
    );
    assert.throws(() => open(1, { path: '/a b' }), /path/);
    const large = request({
      method: 'PUT',
      path: '/{id}',
      body: 'x'.repeat(200_000),
      ids: { from: 1, to: 1_000_000 },
    });
    assert.throws(() => open(1, { requests: [large] }), /needs a copy of the body .*256 MiB/);
    await using server = await serve((socket) => setTimeout(() => socket.write(HELLO), 5));
    using session = open(server.port);
    await assert.rejects(session.slice(0), RangeError);
    const running = session.slice(4);
    await assert.rejects(session.slice(4), /already running/);
    assert.equal((await running).good, 4);
  });
});
