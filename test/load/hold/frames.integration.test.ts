import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  closeFrame,
  FrameReader,
  type Incoming,
  messageFrame,
  pongFrame,
} from '../../../src/load/hold/frames.ts';
import { fc } from '../../support/properties.ts';
import { frame as frameOf } from '../websocket/peer.ts';

const MOST = 100_000;

/** As a server sends it. */
function frame(opcode: number, data: Buffer, fin = true): Buffer {
  return frameOf(data, { opcode, fin });
}

/** What is heard when the bytes come in these pieces. Copied, as it is only good until control returns. */
function heardOf(pieces: readonly Buffer[], reader = new FrameReader(MOST)): string[] {
  const heard: string[] = [];
  for (const piece of pieces) {
    // The same memory for every piece, as the holder has it.
    const memory = Buffer.from(piece);
    reader.feed(memory, (incoming) => heard.push(asText(incoming)) > 0);
    memory.fill(0xee);
  }
  return heard;
}

function asText(incoming: Incoming): string {
  switch (incoming.kind) {
    case 'message':
      return `${incoming.binary ? 'binary' : 'text'} ${incoming.data.toString('hex')}`;
    case 'ping':
      return `ping ${incoming.data.toString('hex')}`;
    case 'close':
      return `close ${incoming.code} ${incoming.reason}`;
    case 'invalid':
      return `invalid: ${incoming.message}`;
    default:
      return incoming.kind;
  }
}

const bytes = (most: number) =>
  fc.uint8Array({ maxLength: most }).map((array) => Buffer.from(array));
const sizes = fc.constantFrom(0, 1, 125, 126, 127, 65_535, 65_536, 70_000);

describe('frames of a server', () => {
  it('Frames of a server are the same messages, however they are cut into frames and pieces', () => {
    const message = fc.record({
      parts: fc.array(bytes(40), { minLength: 1, maxLength: 4 }),
      binary: fc.boolean(),
      /** Between two parts. */
      ping: fc.option(bytes(20), { nil: null }),
    });
    const cuts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), cuts, (messages, lengths) => {
        const frames: Buffer[] = [];
        const expected: string[] = [];
        for (const { parts, binary, ping } of messages) {
          for (const [index, part] of parts.entries()) {
            const opcode = index > 0 ? 0 : binary ? 2 : 1;
            frames.push(frame(opcode, part, index === parts.length - 1));
            if (ping === null || index > 0) continue;
            frames.push(frame(9, ping));
            if (parts.length > 1) expected.push(`ping ${ping.toString('hex')}`);
          }
          const whole = Buffer.concat(parts).toString('hex');
          expected.push(`${binary ? 'binary' : 'text'} ${whole}`);
          if (ping !== null && parts.length === 1) expected.push(`ping ${ping.toString('hex')}`);
        }
        const all = Buffer.concat(frames);
        const pieces: Buffer[] = [];
        for (let at = 0, i = 0; at < all.length; i++) {
          const length = lengths[i % lengths.length] as number;
          pieces.push(all.subarray(at, at + length));
          at += length;
        }
        const reader = new FrameReader(MOST);
        assert.deepEqual(heardOf(pieces, reader), expected);
        assert.equal(reader.isEmpty, true);
      }),
    );
  });

  it('Frames of a server have each length written in its own way', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 70_010 }), (length, cut) => {
        const data = Buffer.alloc(length, 'x');
        const all = frame(1, data);
        const heard = heardOf([all.subarray(0, cut), all.subarray(cut)]);
        assert.deepEqual(heard, [`text ${data.toString('hex')}`]);
      }),
    );
  });

  it('Whatever comes is heard or is invalid, and never throws', () => {
    fc.assert(fc.property(fc.array(bytes(60)), (pieces) => void heardOf(pieces)));
  });

  const part = frame(1, Buffer.from('ab'), false);
  const broken: [what: string, bytes: Buffer, says: RegExp][] = [
    ['reserved bits', Buffer.from([0xc1, 0]), /reserved bits/],
    ['a mask', Buffer.from([0x81, 0x80, 0, 0, 0, 0]), /masked/],
    ['an unknown opcode', Buffer.from([0x83, 0]), /unknown opcode 3/],
    ['an unknown control opcode', Buffer.from([0x8b, 0]), /unknown opcode 11/],
    ['a long control frame', Buffer.from([0x89, 126, 0, 126]), /control frame/],
    ['a control frame in parts', Buffer.from([0x09, 0]), /control frame/],
    ['a part of nothing', frame(0, Buffer.from('ab')), /never began/],
    ['a message in another', Buffer.concat([part, frame(1, Buffer.from('c'))]), /inside another/],
    ['too long a message', frame(2, Buffer.alloc(MOST + 1)), /longer than 100000 bytes/],
    [
      'parts that are too long together',
      Buffer.concat([frame(2, Buffer.alloc(MOST), false), frame(0, Buffer.alloc(1))]),
      /longer than 100000 bytes/,
    ],
  ];
  for (const [what, wrong, says] of broken) {
    it(`Frames of a server are invalid with ${what}`, () => {
      const heard = heardOf([wrong]);
      assert.equal(heard.length, 1);
      assert.match(heard[0] ?? '', says);
    });
  }

  it('Frames of a server are invalid when a message has too many fragments, empty ones too, of which none is kept', () => {
    const most = 16 * 1024;
    for (const data of [Buffer.alloc(0), Buffer.from('x')]) {
      const reader = new FrameReader(MOST);
      const goesOn = Array.from({ length: most - 1 }, () => frame(0, data, false));
      assert.deepEqual(heardOf([Buffer.concat([frame(1, data, false), ...goesOn])], reader), []);
      assert.equal(reader.isEmpty, false);
      assert.ok(reader.capacity <= 2 * most * data.length, `${reader.capacity}`);
      const [last] = heardOf([frame(0, data)], reader);
      assert.equal(last, `invalid: a message is in more than ${most} fragments`);
    }
    const whole = new FrameReader(MOST);
    for (let message = 0; message < 3; message++) {
      const empty = Array.from({ length: most - 2 }, () => frame(0, Buffer.alloc(0), false));
      const pieces = [frame(1, Buffer.from('a'), false), ...empty, frame(0, Buffer.from('b'))];
      assert.deepEqual(heardOf([Buffer.concat(pieces)], whole), ['text 6162']);
      assert.equal(whole.capacity, 0);
    }
  });

  it('Frames of a server take twice the memory of what came at most, byte by byte, and none for what is announced', () => {
    const reader = new FrameReader(MOST);
    for (const [index, byte] of frame(2, Buffer.alloc(MOST)).subarray(0, -1).entries()) {
      assert.deepEqual(heardOf([Buffer.from([byte])], reader), []);
      assert.ok(reader.capacity <= 2 * (index + 1), `${reader.capacity} after ${index + 1}`);
    }
  });

  it('Frames of a server close with a code and a reason, or without', () => {
    const reason = Buffer.concat([Buffer.from([0x03, 0xf3]), Buffer.from('bye')]);
    assert.deepEqual(heardOf([frame(8, reason)]), ['close 1011 bye']);
    assert.deepEqual(heardOf([frame(8, Buffer.alloc(0))]), ['close 1005 ']);
  });

  it('Frames of a server are read no further once nobody listens', () => {
    const reader = new FrameReader(MOST);
    const heard: string[] = [];
    const two = Buffer.concat([frame(1, Buffer.from('a')), frame(1, Buffer.from('b'))]);
    reader.feed(two, (incoming) => {
      heard.push(asText(incoming));
      return false;
    });
    assert.deepEqual(heard, ['text 61']);
  });
});

describe('frames of a holder', () => {
  /** The payload of a masked frame, unmasked. */
  const unmasked = (whole: Buffer, start: number): Buffer =>
    Buffer.from(
      whole.subarray(start + 4).map((byte, i) => byte ^ (whole[start + (i & 3)] as number)),
    );

  it('Frames of a holder are masked, and their bytes stay as they were', () => {
    fc.assert(
      fc.property(sizes, fc.boolean(), (length, binary) => {
        const data = Buffer.alloc(length, 'abc');
        const whole = messageFrame(data, binary);
        const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
        assert.equal(whole[0], binary ? 0x82 : 0x81);
        assert.ok((whole[1] as number) >= 0x80);
        assert.ok(unmasked(whole, start).equals(data));
        assert.ok(data.equals(Buffer.alloc(length, 'abc')));
      }),
    );
  });

  it('Frames of a holder answer pings and closes', () => {
    assert.equal(pongFrame(Buffer.from('hi'))[0], 0x8a);
    assert.equal(unmasked(closeFrame(1000), 2).readUInt16BE(0), 1000);
    assert.equal(closeFrame(1005).length, 6);
  });
});
