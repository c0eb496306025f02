import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import { describe, it } from 'node:test';
import { CLIENT_OPENING, FLAG, frame, SETTINGS_ACK, TYPE } from '../../../src/load/http2/frames.ts';
import { HpackDecoder } from '../../../src/load/http2/hpack/decoder.ts';
import { encodeFields } from '../../../src/load/http2/hpack/encoder.ts';
import { type Field, STATIC_TABLE } from '../../../src/load/http2/hpack/static-table.ts';
import { fc } from '../../support/properties.ts';
import { block, splitFrames } from './peer.ts';
import { huffmanCode, integer, type Manner, ReferenceEncoder } from './reference-encoder.ts';

const MAX = 256 * 1024;

function decode(bytes: Buffer | string, decoder = new HpackDecoder(MAX)): Field[] | string {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes.replaceAll(' ', ''), 'hex') : bytes;
  return decoder.decode(buffer, 0, buffer.length) ?? decoder.error;
}

const field = (name: string, value: string): Field => ({ name, value });

const byteText = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 })
  .map((bytes) => String.fromCharCode(...bytes));
const someField = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...STATIC_TABLE) },
  {
    weight: 8,
    arbitrary: fc.record({ name: fc.constantFrom('x', 'date', 'x-longer-name'), value: byteText }),
  },
  { weight: 8, arbitrary: fc.record({ name: byteText, value: byteText }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(field('big', 'v'.repeat(1500)), field('big', 'w'.repeat(5000))),
  },
);
const manner: fc.Arbitrary<Manner> = fc.record({
  usesTables: fc.boolean(),
  keeping: fc.constantFrom('kept', 'not kept', 'never kept'),
  huffman: fc.boolean(),
});
const someBlock = fc.record({
  resize: fc.option(fc.integer({ min: 0, max: 4096 })),
  fields: fc.array(fc.tuple(someField, manner), { maxLength: 8 }),
});

describe('the HPACK decoder', () => {
  it('The HPACK decoder reads the examples of RFC 7541, C.6, with the table that grows and forgets', () => {
    // The examples have a table of 256 bytes.
    const decoder = new HpackDecoder(MAX);
    assert.deepEqual(decode('3fe101', decoder), []);
    const date = 'Mon, 21 Oct 2013 20:13:21 GMT';
    const location = field('location', 'https://www.example.com');
    assert.deepEqual(
      decode(
        '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
        decoder,
      ),
      [field(':status', '302'), field('cache-control', 'private'), field('date', date), location],
    );
    assert.deepEqual(decode('4883 640e ffc1 c0bf', decoder), [
      field(':status', '307'),
      field('cache-control', 'private'),
      field('date', date),
      location,
    ]);
    assert.deepEqual(
      decode(
        '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
        decoder,
      ),
      [
        field(':status', '200'),
        field('cache-control', 'private'),
        field('date', 'Mon, 21 Oct 2013 20:13:22 GMT'),
        location,
        field('content-encoding', 'gzip'),
        field('set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'),
      ],
    );
  });

  it('The HPACK decoder knows the Huffman codes of RFC 7541, appendix B', () => {
    for (const [symbol, code, length] of [
      [0, 0x1ff8, 13],
      [1, 0x7fffd8, 23],
      [10, 0x3ffffffc, 30],
      [32, 0x14, 6],
      [48, 0x0, 5],
      [92, 0x7fff0, 19],
      [127, 0xffffffc, 28],
      [255, 0x3ffffee, 26],
      [256, 0x3fffffff, 30],
    ] as const) {
      assert.equal(huffmanCode(symbol), code.toString(2).padStart(length, '0'), `${symbol}`);
    }
  });

  it('The HPACK decoder refuses what is no header block', () => {
    for (const [bytes, error] of [
      ['80', /number 0 is in no table/],
      ['be', /number 62 is in no table/],
      ['ff', /a number is cut off/],
      ['ffffffffffffffffff', /a number is too large/],
      ['ff80808080808080808080808001', /a number is too large/],
      ['00', /a field is cut off/],
      ['0001', /a field is cut off/],
      ['00017805', /a field is cut off/],
      ['3fe21f', /a table of 4097 bytes, where 4096 are allowed/],
      ['8820', /a change of the table size behind a field/],
      ['00017881ff', /bad Huffman code/],
      ['00017881 1e', /bad Huffman code/],
      ['00017882 1fff', /bad Huffman code/],
      ['00017884 ffffffff', /bad Huffman code/],
    ] as const) {
      assert.match(decode(bytes) as string, error, bytes);
    }
  });

  it('The HPACK decoder refuses a list that a small block makes large', () => {
    const bomb = Buffer.concat([
      Buffer.from([0x40, ...integer(0, 7, 1), 0x78, ...integer(0, 7, 4000)]),
      Buffer.alloc(4000, 'v'),
      Buffer.alloc(16_000, 0xbe),
    ]);
    assert.equal(decode(bomb), `header fields over ${MAX} bytes`);
  });

  it('The HPACK decoder reads what a reference encoder writes, block after block', () => {
    fc.assert(
      fc.property(fc.array(someBlock, { minLength: 1, maxLength: 4 }), (blocks) => {
        const encoder = new ReferenceEncoder();
        const decoder = new HpackDecoder(MAX);
        for (const { resize, fields } of blocks) {
          const pieces = resize === null ? [] : [encoder.resize(resize)];
          for (const [one, how] of fields) pieces.push(encoder.encode(one, how));
          const got = decode(Buffer.concat(pieces), decoder);
          assert.deepEqual(
            got,
            fields.map(([{ name, value }]) => ({ name, value })),
          );
        }
      }),
      { numRuns: 10_000 },
    );
  });

  it('The HPACK decoder never throws nor hangs, and never reads beyond the end', () => {
    const mutated = fc
      .tuple(someBlock, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))), fc.nat())
      .map(([{ fields }, changes, cut]) => {
        const encoder = new ReferenceEncoder();
        const bytes = Buffer.concat(fields.map(([one, how]) => encoder.encode(one, how)));
        for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
        return bytes.subarray(0, bytes.length - ((cut % (bytes.length + 1)) >> 2));
      });
    const random = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(mutated, random), fc.uint8Array({ maxLength: 8 }), (bytes, behind) => {
        const alone = decode(bytes);
        const decoder = new HpackDecoder(MAX);
        const inside = Buffer.concat([bytes, behind]);
        const got = decoder.decode(inside, 0, bytes.length) ?? decoder.error;
        assert.deepEqual(got, alone);
        if (typeof alone === 'string') assert.notEqual(alone, '');
      }),
      { numRuns: 20_000 },
    );
  });

  it('The HPACK decoder reads what Node writes, with its table and its Huffman codes', async () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => byte).filter(
      (byte) => byte === 9 || (byte >= 32 && byte !== 127),
    );
    const values = fc.sample(
      fc
        .array(fc.constantFrom(...bytes, ...Buffer.from('aeiost012'.repeat(40))), { maxLength: 60 })
        .map((codes) => String.fromCharCode(...codes).trim()),
      { numRuns: 600, seed: 7 },
    );
    const sent = values.map((value, i) => ({ [`x-${i % 7}`]: value, 'x-same': `${i >> 5}` }));
    const server = http2.createServer();
    server.on('stream', (stream, { ':path': path }) => {
      stream.respond(sent[Number(path?.slice(1))], { endStream: true });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
    socket.write(Buffer.concat([CLIENT_OPENING, SETTINGS_ACK]));
    const decoder = new HpackDecoder(MAX);
    let held = Buffer.alloc(0);
    const got: Field[][] = [];
    let started = 0;
    const next = () => {
      const path = `/${started}`;
      const fields = block({
        ':method': 'GET',
        ':scheme': 'http',
        ':authority': 'a',
        ':path': path,
      });
      const flags = FLAG.endHeaders | FLAG.endStream;
      socket.write(frame(TYPE.headers, flags, 2 * started++ + 1, fields));
    };
    next();
    for await (const more of socket) {
      held = Buffer.concat([held, more]);
      const { frames, rest } = splitFrames(held);
      held = Buffer.from(rest);
      for (const { type, payload } of frames) {
        assert.notEqual(type, TYPE.resetStream);
        if (type !== TYPE.headers) continue;
        const fields = decode(Buffer.from(payload), decoder);
        assert.ok(typeof fields !== 'string', `${fields}`);
        got.push(fields);
        if (started < sent.length) next();
      }
      if (got.length === sent.length) break;
    }
    server.close();
    for (const [i, fields] of got.entries()) {
      assert.deepEqual(fields[0], field(':status', '200'));
      const byName = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
      assert.equal(byName[`x-${i % 7}`], values[i], `${i}`);
      assert.equal(byName['x-same'], `${i >> 5}`);
    }
  });
});

describe('the HPACK encoder', () => {
  it('The HPACK encoder writes what the decoder reads, and leaves its table alone', () => {
    fc.assert(
      fc.property(fc.array(someField, { maxLength: 8 }), (fields) => {
        const decoder = new HpackDecoder(MAX);
        const got = decode(encodeFields(fields), decoder);
        assert.deepEqual(
          got,
          fields.map(({ name, value }) => ({ name, value })),
        );
        assert.equal(decoder.generation, 0);
      }),
      { numRuns: 1000 },
    );
  });
});
