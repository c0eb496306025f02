/** A server that allows the headers of requests no table, or a smaller one: src/load/http2/channel.ts. */
import assert from 'node:assert/strict';
import http2 from 'node:http2';
import { it } from 'node:test';
import { SETTING, settingsFrame } from '../../../src/load/http2/frames.ts';
import { Http2Session } from '../../../src/load/http2/session.ts';
import { ALONE, target } from '../servers.ts';
import { splitFrames } from './peer.ts';
import { Recorder, request } from './recorder.ts';

const BLOCK_AT = 9;

it('A smaller table of header fields is told at the beginning of the next block, and once', () => {
  const recorder = new Recorder();
  recorder.hear(settingsFrame([[SETTING.headerTableSize, 0]]));
  recorder.take();
  const heads = [1, 2].map(() => {
    recorder.channel.send(request());
    return recorder.take();
  }) as [Buffer, Buffer];
  const [first, second] = heads;
  assert.equal(first[BLOCK_AT], 0x20);
  assert.equal(first.length, second.length + 1);
  assert.deepEqual(first.subarray(BLOCK_AT + 1), second.subarray(BLOCK_AT));
  assert.equal(splitFrames(first).frames.length, 1);
});

it('A server that changes the size of its table while it is loaded ends no connection for it', async () => {
  const server = http2.createServer({ settings: { headerTableSize: 0 } });
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200 });
    stream.end('hello');
  });
  server.on('session', (session) => {
    for (const headerTableSize of [4096, 100, 0]) session.settings({ headerTableSize });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const heard: string[] = [];
  const session = new Http2Session(
    target(port, { protocol: 'http2', connections: 2, streams: 4 }),
    ALONE,
    (kind, message) => heard.push(`${kind}: ${message}`),
  );
  try {
    await session.open();
    const { good, resent } = await session.slice(100);
    assert.deepEqual({ good, resent, heard }, { good: 100, resent: 0, heard: [] });
  } finally {
    session[Symbol.dispose]();
    server.close();
  }
});
