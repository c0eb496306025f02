import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FLAG, numberFrame, SETTING, settingsFrame, TYPE } from '../../../src/load/http2/frames.ts';
import { fc } from '../../support/properties.ts';
import { answer, splitFrames } from './peer.ts';
import { inFlight, request } from './recorder.ts';

const ROOM = 65_535;

/** Bytes of DATA in what was written, by stream. */
function sizes(written: Buffer): [id: number, bytes: number, ends: boolean][] {
  return splitFrames(written)
    .frames.filter(({ type }) => type === TYPE.data)
    .map(({ id, payload, flags }) => [id, payload.length, (flags & FLAG.endStream) !== 0]);
}

describe('bodies of requests', () => {
  it('Bodies of requests are one frame behind the head when the window has room', () => {
    const { channel, take } = harness();
    channel.send(request({ method: 'POST', body: 'hello' }));
    const { frames } = splitFrames(take());
    assert.deepEqual(
      frames.map(({ type, flags, id }) => [type, flags, id]),
      [
        [TYPE.headers, FLAG.endHeaders, 1],
        [TYPE.data, FLAG.endStream, 1],
      ],
    );
    assert.equal(frames[1]?.payload.toString(), 'hello');
  });

  it('Bodies of requests wait for windows of the stream and of the connection', () => {
    const { channel, recorder, take } = harness();
    channel.send(request({ method: 'POST', body: 'x'.repeat(ROOM + 30) }));
    assert.deepEqual(sizes(take()), [
      [1, 16_384, false],
      [1, 16_384, false],
      [1, 16_384, false],
      [1, 16_383, false],
    ]);
    recorder.hear(numberFrame(TYPE.windowUpdate, 1, 10));
    assert.deepEqual(sizes(take()), [], 'the connection has no room');
    recorder.hear(numberFrame(TYPE.windowUpdate, 0, 100));
    assert.deepEqual(sizes(take()), [[1, 10, false]]);
    recorder.hear(settingsFrame([[SETTING.initialWindowSize, ROOM + 100]]));
    assert.deepEqual(sizes(take()), [[1, 20, true]]);
  });

  it('Bodies of requests take turns', () => {
    const { channel, take } = harness();
    const body = 'x'.repeat(20_000);
    for (let i = 0; i < 3; i++) channel.send(request({ method: 'POST', body }));
    assert.deepEqual(sizes(take()), [
      [1, 16_384, false],
      [1, 3616, true],
      [3, 16_384, false],
      [3, 3616, true],
      [5, 16_384, false],
      [5, 3616, true],
    ]);
    const waiting = harness();
    waiting.channel.congest(true);
    for (let i = 0; i < 3; i++) waiting.channel.send(request({ method: 'POST', body }));
    assert.deepEqual(sizes(waiting.take()), [], 'nothing while the socket has enough');
    waiting.channel.congest(false);
    assert.deepEqual(
      sizes(waiting.take()).map(([id]) => id),
      [1, 3, 5, 1, 3, 5],
    );
  });

  it('Bodies of requests are not finished once the whole answer has come', () => {
    const { channel, recorder, take } = harness();
    channel.send(request({ method: 'POST', body: 'x'.repeat(ROOM + 1) }));
    take();
    recorder.hear(answer(1));
    assert.deepEqual(recorder.heard, ['1: good']);
    assert.deepEqual(take(), numberFrame(TYPE.resetStream, 1, 8));
    recorder.hear(numberFrame(TYPE.windowUpdate, 0, 100));
    assert.equal(take().length, 0);
  });

  it('Bodies of requests arrive whole and never beyond a window, whatever the windows do', () => {
    const windows = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 40_000 })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.array(fc.nat(50_000), { maxLength: 4 }), windows, (lengths, updates) => {
        const { channel, recorder, take } = harness();
        const allowed = new Map<number, number>([[0, ROOM]]);
        const came = new Map<number, number>([[0, 0]]);
        const count = (bytes: Buffer) => {
          for (const [id, length] of sizes(bytes)) {
            for (const key of [0, id]) came.set(key, (came.get(key) ?? 0) + length);
            for (const key of [0, id]) {
              assert.ok((came.get(key) ?? 0) <= (allowed.get(key) ?? ROOM), `window of ${key}`);
            }
          }
        };
        for (const length of lengths) {
          channel.send(request({ method: 'POST', body: 'x'.repeat(length) }));
        }
        count(take());
        for (const [which, more] of updates) {
          const id = which === 0 ? 0 : 2 * which - 1;
          if (id > 2 * lengths.length) continue;
          allowed.set(id, (allowed.get(id) ?? ROOM) + more);
          recorder.hear(numberFrame(TYPE.windowUpdate, id, more));
          count(take());
        }
        recorder.hear(numberFrame(TYPE.windowUpdate, 0, 10 ** 6));
        allowed.set(0, 10 ** 7);
        count(take());
        for (const [index, length] of lengths.entries()) {
          assert.equal(came.get(2 * index + 1) ?? 0, length);
        }
        assert.deepEqual(recorder.heard, []);
      }),
      { numRuns: 300 },
    );
  });
});

function harness() {
  const recorder = inFlight([]);
  return { recorder, channel: recorder.channel, take: () => recorder.take() };
}
