/** Streams that a server allows at once, as it says first and later. */
import assert from 'node:assert/strict';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe } from 'node:test';
import { SETTING, settingsFrame } from '../../../src/load/http2/frames.ts';
import { probeHttp2 } from '../../../src/load/http2/probe.ts';
import { get } from '../../../src/load/question.ts';
import { it } from '../../support/unless-late.ts';
import { target } from '../servers.ts';
import { rawHarness } from './harness.ts';
import { answer, type OnRequest } from './peer.ts';

const answers: OnRequest = (socket, id) => socket.write(answer(id));

describe('an HTTP/2 session', () => {
  it('An HTTP/2 session keeps to the streams that the server allows, whatever it says later', async () => {
    let inFlight = 0;
    let most = 0;
    const limit = (streams: number) => settingsFrame([[SETTING.maxConcurrentStreams, streams]]);
    await using load = await rawHarness(
      (socket, id) => {
        most = Math.max(most, ++inFlight);
        setTimeout(() => {
          inFlight--;
          socket.write(answer(id));
        }, 1);
      },
      { connections: 1, streams: 10 },
      limit(1),
    );
    assert.equal((await load.slice(20)).good, 20);
    assert.equal(most, 1);
    assert.equal(load.session.width, 1);
    const running = load.slice(60);
    for (const socket of load.server.sockets) socket.write(limit(3));
    assert.equal((await running).good, 60);
    assert.equal(most, 3);
    assert.equal(load.session.width, 3);
  });

  it('An HTTP/2 session opens on a server that allows no streams at first, as soon as it allows some', async () => {
    const limit = (streams: number) => settingsFrame([[SETTING.maxConcurrentStreams, streams]]);
    await using load = await rawHarness(answers, {}, Buffer.concat([limit(0), limit(2)]));
    assert.equal(load.session.width, 4);
    assert.equal((await load.slice(20)).good, 20);
    assert.equal(load.server.accepted, 2);
  });

  it('An HTTP/2 session says of a body that is not taken in time that flow control holds it up', async () => {
    const wanted = { method: 'POST', body: '12345', connections: 1, streams: 1, timeoutMs: 50 };
    const shut = settingsFrame([[SETTING.initialWindowSize, 0]]);
    await using load = await rawHarness(() => {}, wanted, shut);
    assert.equal((await load.slice(2)).errors.timeout, 2);
    assert.match(
      load.heard[0] ?? '',
      /took 0 of 5 bytes .*flow control lets no more of it through$/,
    );
  });
});

/** Allows no streams at first, and then as many as `later` says, once the client knows. */
async function shutAtFirst(later: number): Promise<AsyncDisposable & { port: number }> {
  const server = http2.createServer({ settings: { maxConcurrentStreams: 0 } }, (_, response) =>
    response.end('hello'),
  );
  server.on('session', (session) =>
    session.once('localSettings', () => session.settings({ maxConcurrentStreams: later })),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

describe('the HTTP/2 probe', () => {
  it('The HTTP/2 probe waits for a stream where the server allows none at first', async () => {
    await using server = await shutAtFirst(1);
    assert.equal(await probeHttp2(target(server.port), get('/'), 5000), 200);
  });

  it('The HTTP/2 probe says so where the server allows no streams in time', async () => {
    await using server = await shutAtFirst(0);
    assert.equal(
      await probeHttp2(target(server.port), get('/'), 200),
      'no answer within 200 ms: the server allows 0 streams at once (SETTINGS_MAX_CONCURRENT_STREAMS), have it allow some',
    );
  });
});
