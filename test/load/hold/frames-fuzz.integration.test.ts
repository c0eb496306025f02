/** Whatever bytes come as frames: exactly the messages that are whole in them are heard, in bounded memory. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FrameReader, type Incoming } from '../../../src/load/hold/frames.ts';
import { fuzzCases } from '../../support/fuzz.ts';
import { fc } from '../../support/properties.ts';
import { frame } from '../websocket/peer.ts';
import { bytesOf, checkCases, cut, cuts, damaged, damages } from './cases.ts';

const CASES = fuzzCases(10_000);
/** So short that messages often are too long. */
const MOST = 300;
const LONGEST_PIECE = 200;
const LONGEST_HEADER = 10;

type Heard = string[];

/** What is heard when bytes come in these pieces, up to what ends the connection. */
function heardOf(bytes: Buffer, lengths: readonly number[], reader: FrameReader): Heard {
  const heard: Heard = [];
  let came = 0;
  let goesOn = true;
  for (const piece of cut(bytes, lengths)) {
    if (!goesOn) break;
    // The same memory for every piece, as the holder has it.
    const memory = Buffer.from(piece);
    reader.feed(memory, (incoming) => {
      heard.push(asText(incoming));
      goesOn = incoming.kind !== 'close' && incoming.kind !== 'invalid';
      return goesOn;
    });
    memory.fill(0xee);
    came += piece.length;
    const most = 2 * Math.min(came, MOST + (MOST + LONGEST_HEADER + LONGEST_PIECE));
    assert.ok(reader.capacity <= most, `${reader.capacity} bytes of memory for ${came}`);
  }
  return heard;
}

function asText(incoming: Incoming): string {
  switch (incoming.kind) {
    case 'message':
      return `${incoming.binary ? 2 : 1} ${incoming.data.toString('hex')}`;
    case 'ping':
      return `9 ${incoming.data.toString('hex')}`;
    case 'close':
      return `8 ${incoming.reason.toString('hex')}`;
    case 'pong':
      return '10';
    case 'invalid':
      return 'invalid';
  }
}

/** The same by a reader that has all bytes at once and keeps nothing: RFC 6455, 5.2 and 5.4, line by line. */
function meaningOf(bytes: Buffer): Heard {
  const heard: Heard = [];
  let parts: { opcode: number; hex: string } | null = null;
  let rest = bytes;
  while (rest.length >= 2) {
    const bits = rest.readUInt16BE(0).toString(2).padStart(16, '0');
    const opcode = Number.parseInt(bits.slice(4, 8), 2);
    const isLast = bits.startsWith('1');
    const short = Number.parseInt(bits.slice(9), 2);
    const isKnown = [0, 1, 2, 8, 9, 10].includes(opcode);
    if (bits.slice(1, 4) !== '000' || bits[8] === '1' || !isKnown) return [...heard, 'invalid'];
    if (opcode >= 8 && (!isLast || short > 125)) return [...heard, 'invalid'];
    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (rest.length < start) return heard;
    const length = start === 2 ? short : Number.parseInt(rest.toString('hex', 2, start), 16);
    if (length > MOST) return [...heard, 'invalid'];
    if (rest.length < start + length) return heard;
    const hex = rest.toString('hex', start, start + length);
    rest = rest.subarray(start + length);
    if (opcode === 8) return [...heard, `8 ${hex.slice(4)}`];
    if (opcode === 10) heard.push('10');
    else if (opcode === 9) heard.push(`9 ${hex}`);
    else {
      if ((opcode === 0) !== (parts !== null)) return [...heard, 'invalid'];
      const whole: { opcode: number; hex: string } = {
        opcode: parts?.opcode ?? opcode,
        hex: (parts?.hex ?? '') + hex,
      };
      if (whole.hex.length > 2 * MOST) return [...heard, 'invalid'];
      parts = isLast ? null : whole;
      if (isLast) heard.push(`${whole.opcode} ${whole.hex}`);
    }
  }
  return heard;
}

interface Message {
  opcode: number;
  parts: Buffer[];
  /** Behind the first part. */
  ping: Buffer | null;
}

const messages: fc.Arbitrary<Message[]> = fc.array(
  fc.record({
    opcode: fc.constantFrom(1, 2),
    parts: fc.array(bytesOf(90), { minLength: 1, maxLength: 3 }),
    ping: fc.option(bytesOf(10), { nil: null }),
  }),
  { maxLength: 3 },
);

function framesOf(all: readonly Message[]): Buffer {
  const frames = all.flatMap(({ opcode, parts, ping }) =>
    parts.flatMap((part, index) => {
      const own = { opcode: index === 0 ? opcode : 0, fin: index === parts.length - 1 };
      const after = ping === null || index > 0 ? [] : [frame(ping, { opcode: 9 })];
      return [frame(part, own), ...after];
    }),
  );
  return Buffer.concat(frames);
}

function expectedOf(all: readonly Message[]): Heard {
  return all.flatMap(({ opcode, parts, ping }) => {
    const message = `${opcode} ${Buffer.concat(parts).toString('hex')}`;
    if (ping === null) return [message];
    const pinged = `9 ${ping.toString('hex')}`;
    return parts.length === 1 ? [message, pinged] : [pinged, message];
  });
}

/** Headers as they could be, each with some bytes behind it. */
const headers = fc.array(
  fc
    .tuple(
      fc.constantFrom(0x00, 0x01, 0x02, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8a, 0x83, 0xc1, 0x09),
      fc.constantFrom(0, 1, 2, 5, 125, 126, 127, 0x85),
      bytesOf(14),
    )
    .map(([first, second, behind]) => Buffer.concat([Buffer.from([first, second]), behind])),
  { maxLength: 6 },
);
const noise = fc.oneof(
  bytesOf(80),
  headers.map((some) => Buffer.concat(some)),
);

describe('any frames', () => {
  it(`Any frames that are valid are the messages that were put in, ${CASES} times`, () => {
    checkCases(CASES, fc.tuple(messages, cuts(LONGEST_PIECE)), ([all, lengths]) => {
      const reader = new FrameReader(MOST);
      assert.deepEqual(heardOf(framesOf(all), lengths, reader), expectedOf(all));
      assert.ok(reader.isEmpty);
      assert.equal(reader.capacity, 0);
    });
  });

  it(`Any frames that are damaged are what is whole in them, ${CASES} times`, () => {
    let changed = 0;
    const cases = fc.tuple(messages, damages, cuts(LONGEST_PIECE));
    checkCases(CASES, cases, ([all, damage, lengths]) => {
      const bytes = damaged(framesOf(all), damage);
      const heard = heardOf(bytes, lengths, new FrameReader(MOST));
      assert.deepEqual(heard, meaningOf(bytes));
      if (heard.join() !== expectedOf(all).join()) changed++;
    });
    assert.ok(changed > CASES / 4, `${changed} were heard otherwise`);
  });

  it(`Any frames that are noise are what is whole in it, ${CASES} times`, () => {
    let invalid = 0;
    checkCases(CASES, fc.tuple(noise, cuts(20)), ([bytes, lengths]) => {
      const heard = heardOf(bytes, lengths, new FrameReader(MOST));
      assert.deepEqual(heard, meaningOf(bytes));
      if (heard.at(-1) === 'invalid') invalid++;
    });
    assert.ok(invalid > CASES / 4 && invalid < CASES, `${invalid} were invalid`);
  });
});
