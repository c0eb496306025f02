/** The engine autocannon against servers that break the protocol: src/load/autocannon/. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AutocannonSession } from '../../../src/load/autocannon/session.ts';
import { noErrors } from '../../../src/load/session.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { it } from '../../support/unless-late.ts';
import {
  ALONE,
  assertComplete,
  HELLO,
  sendEndlessly,
  serve,
  target,
  type Wanted,
} from '../servers.ts';

function open(port: number, wanted: Wanted = {}, heard: string[] = []): AutocannonSession {
  return new AutocannonSession(target(port, wanted), ALONE, (kind, message) =>
    heard.push(unmarked(`${kind}: ${message}`)),
  );
}

describe('autocannon as the engine, against malformed peers', { concurrency: true }, () => {
  it('Autocannon as the engine, against malformed peers counts a reset as closed', async () => {
    await using server = await serve((socket) => socket.resetAndDestroy());
    const slice = await open(server.port).slice(20);
    assertComplete(slice, 20);
    assert.deepEqual(slice.errors, { ...noErrors(), closed: 20 });
  });

  it('Autocannon as the engine, against malformed peers counts what a server closed instead of answering', async () => {
    await using server = await serve((socket, index) =>
      index % 2 === 0 ? socket.write(HELLO) : socket.end(),
    );
    const heard: string[] = [];
    const slice = await open(server.port, {}, heard).slice(40);
    assertComplete(slice, 40);
    assert.ok(slice.good > 0 && slice.good <= 20, `${slice.good} good`);
    assert.equal(slice.errors.closed, 40 - slice.good);
    assert.match(heard.at(-1) ?? '', /closed: \d+ of 40 requests got no answer/);
  });

  it('Autocannon as the engine, against malformed peers never takes a second answer for the next one', async () => {
    await using server = await serve((socket) => socket.write(HELLO + HELLO));
    const slice = await open(server.port, { connections: 2 }).slice(40);
    assertComplete(slice, 40);
    assert.ok(slice.good <= server.requests, `${slice.good} good of ${server.requests}`);
    assert.ok(slice.errors.protocol > 0);
  });

  it('Autocannon as the engine, against malformed peers counts informational answers as wrong, for it sends the next request on them', async () => {
    await using server = await serve((socket) =>
      socket.write(`HTTP/1.1 103 Early\r\nlink: x\r\n\r\n${HELLO}`),
    );
    const slice = await open(server.port).slice(40);
    assertComplete(slice, 40);
    assert.equal(slice.good, 0);
  });

  it('Autocannon as the engine, against malformed peers gives up on a server that refuses', async () => {
    const gone = await serve(() => {});
    await gone[Symbol.asyncDispose]();
    const heard: string[] = [];
    const session = open(gone.port, {}, heard);
    await assert.rejects(session.open(), /no connection could be opened: .*ECONNREFUSED/);
    const slice = await session.slice(100_000);
    assertComplete(slice, 100_000);
    assert.deepEqual(slice.errors, { ...noErrors(), connect: 100_000 });
    assert.equal(slice.gaveUp, 'connect');
    assert.ok(heard.length < 50, `${heard.length} attempts`);
  });

  it('Autocannon as the engine, against malformed peers gives up on a server that never answers, or answers garbage', async () => {
    for (const answer of [null, '\0\x01\x02 no HTTP\r\n\r\n', 'HTTP/1.1 200 OK\r\ncontent-le']) {
      await using server = await serve((socket) => answer !== null && socket.write(answer));
      const slice = await open(server.port, { timeoutMs: 50, connections: 8 }).slice(1000);
      assertComplete(slice, 1000);
      assert.equal(slice.gaveUp, 'timeout');
      assert.deepEqual(slice.errors, { ...noErrors(), timeout: 1000 });
    }
  });

  it('Autocannon as the engine, against malformed peers keeps nothing of an endless body', async () => {
    await using server = await serve((socket) =>
      sendEndlessly(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 107374182400\r\n\r\n'),
    );
    const before = process.memoryUsage().rss;
    const wanted = { connections: 2, timeoutMs: 50, expect: { status: 200, body: 'hello' } };
    const slice = await open(server.port, wanted).slice(4);
    assertComplete(slice, 4);
    assert.equal(slice.good, 0);
    const grown = process.memoryUsage().rss - before;
    assert.ok(grown < 250e6, `${grown} bytes more`);
  });

  it('Autocannon as the engine, against malformed peers gives up a running slice when it is closed', async () => {
    await using server = await serve(() => {});
    const session = open(server.port);
    const running = session.slice(10);
    await sleep(20);
    session[Symbol.dispose]();
    const slice = await running;
    assert.deepEqual(slice.errors, { ...noErrors(), closed: 10 });
    assert.equal(slice.gaveUp, 'closed');
    await assert.rejects(session.slice(1), /closed/);
  });
});
