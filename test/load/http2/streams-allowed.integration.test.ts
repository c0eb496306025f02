/** Streams that a server allows at once, as it says first and later. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { SETTING, settingsFrame } from '../../../src/load/http2/frames.ts';
import { it } from '../../support/unless-late.ts';
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
});
