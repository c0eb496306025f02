/** An HTTP/2 session and a server that reads late: src/load/http2/. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  frame,
  MAX_31,
  numberFrame,
  SETTING,
  settingsFrame,
  TYPE,
} from '../../../src/load/http2/frames.ts';
import { sessionOn } from './harness.ts';
import { answer, splitFrames } from './peer.ts';

it('An HTTP/2 session sends every byte as it was, to a server that reads late', async () => {
  const body = randomBytes(2 ** 24);
  const root = await mkdtemp(join(tmpdir(), 'slow-reader-'));
  await writeFile(join(root, 'body'), body);
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bodyFile = { path: 'body', bytes: body.length, sha256: '' };
  const { port } = server.address() as net.AddressInfo;
  const wanted = { method: 'POST', bodyFile, connections: 1, streams: 2, timeoutMs: 20_000 };
  using load = sessionOn(port, wanted, { root });
  try {
    const connected = once(server, 'connection');
    const opened = load.session.open();
    const [socket] = (await connected) as [net.Socket];
    socket.write(
      Buffer.concat([
        settingsFrame([[SETTING.initialWindowSize, MAX_31]]),
        numberFrame(TYPE.windowUpdate, 0, MAX_31 - 65_535),
      ]),
    );
    await opened;
    const running = load.slice(2);
    // What we reply to must not touch what waits for the kernel.
    for (let i = 0; i < 20; i++) {
      socket.write(frame(TYPE.ping, 0, 0, Buffer.alloc(8, i)));
      await sleep(2);
    }
    const pings: number[] = [];
    const pieces: Buffer[][] = [[], []];
    let held: Buffer = Buffer.alloc(0);
    let isPreface = true;
    socket.on('data', (more) => {
      held = Buffer.concat([held, more]);
      if (isPreface) held = held.subarray(24);
      isPreface = false;
      const { frames, rest } = splitFrames(held);
      held = rest;
      for (const { type, flags, id, payload } of frames) {
        assert.ok(type < 10, `frame of type ${type}`);
        if (type === TYPE.ping) pings.push(payload[0] as number);
        if (type !== TYPE.data) continue;
        pieces[id >> 1]?.push(Buffer.from(payload));
        if (flags === 1) socket.write(answer(id));
      }
    });
    assert.equal((await running).good, 2, load.heard.join());
    for (const index of pieces.keys()) {
      assert.ok(Buffer.concat(pieces[index] ?? []).equals(body), `body of request ${index}`);
    }
    assert.deepEqual(pings, [...pings.keys()]);
    assert.equal(pings.length, 20);
    socket.destroy();
  } finally {
    server.close();
    await rm(root, { recursive: true });
  }
});
