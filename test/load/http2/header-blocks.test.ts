import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAnswerHead } from '../../../src/load/http2/answer-head.ts';
import { type BlockOutcome, HeaderBlocks } from '../../../src/load/http2/header-blocks.ts';
import { HpackDecoder } from '../../../src/load/http2/hpack/decoder.ts';
import { MAX_FIELDS_BYTES } from '../../../src/load/shared/longest-fields.ts';
import { fc } from '../../support/properties.ts';
import { type Manner, ReferenceEncoder } from './reference-encoder.ts';

const manner: fc.Arbitrary<Manner> = fc.record({
  usesTables: fc.constant(true),
  keeping: fc.constantFrom('kept', 'not kept'),
  huffman: fc.boolean(),
});
/** Few, so that blocks repeat, and so that equal bytes come to mean different things. */
const answer = fc.record({
  status: fc.constantFrom('201', '202', '203'),
  length: fc.constantFrom(null, '1', '2'),
  manners: fc.tuple(manner, manner),
});

type Answer = typeof answer extends fc.Arbitrary<infer T> ? T : never;

/** What happens to a block on its way. */
const damage = fc.oneof(
  { weight: 4, arbitrary: fc.constant((bytes: Buffer) => bytes) },
  fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 255 })).map(([at, change]) => (bytes: Buffer) => {
    const changed = Buffer.from(bytes);
    changed[at % bytes.length] = (changed[at % bytes.length] as number) ^ change;
    return changed;
  }),
  fc.nat(40).map((at) => (bytes: Buffer) => bytes.subarray(0, at % bytes.length)),
  fc
    .uint8Array({ minLength: 1, maxLength: 8 })
    .map((more) => (bytes: Buffer) => Buffer.concat([bytes, more])),
  fc.uint8Array({ maxLength: 20 }).map((noise) => () => Buffer.from(noise)),
);

describe('header blocks', () => {
  it('Header blocks mean what they say, also when the same bytes were read before', () => {
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 30 }), (answers) => {
        const encoder = new ReferenceEncoder();
        const blocks = new HeaderBlocks();
        for (const answer of answers) {
          const bytes = blockOf(encoder, answer);
          const { status, length } = answer;
          assert.deepEqual(blocks.read(bytes, 0, bytes.length), {
            status: Number(status),
            contentLength: length === null ? null : Number(length),
            isGrpc: false,
            grpcStatus: null,
          });
        }
      }),
      { numRuns: 10_000 },
    );
  });

  it('Header blocks mean the same as without a memory of blocks, also when they are damaged', () => {
    const seen = { fine: 0, malformed: 0, broken: 0 };
    const cases = fc.array(fc.tuple(answer, damage), { maxLength: 12 });
    fc.assert(
      fc.property(cases, (steps) => {
        const encoder = new ReferenceEncoder();
        const decoder = new HpackDecoder(MAX_FIELDS_BYTES);
        const blocks = new HeaderBlocks();
        for (const [answer, damaged] of steps) {
          const bytes = damaged(blockOf(encoder, answer));
          const outcome = blocks.read(bytes, 0, bytes.length);
          assert.deepEqual(outcome, readForgetfully(decoder, bytes));
          seen['broken' in outcome ? 'broken' : 'malformed' in outcome ? 'malformed' : 'fine']++;
          // The connection is lost.
          if ('broken' in outcome) return;
        }
      }),
      { numRuns: 10_000 },
    );
    assert.ok(Math.min(...Object.values(seen)) > 500, JSON.stringify(seen));
  });
});

function blockOf(encoder: ReferenceEncoder, { status, length, manners }: Answer): Buffer {
  const pieces = [encoder.encode({ name: ':status', value: status }, manners[0])];
  if (length !== null) {
    pieces.push(encoder.encode({ name: 'content-length', value: length }, manners[1]));
  }
  return Buffer.concat(pieces);
}

function readForgetfully(decoder: HpackDecoder, bytes: Buffer): BlockOutcome {
  const fields = decoder.decode(bytes, 0, bytes.length);
  if (fields === null) return { broken: decoder.error };
  const head = readAnswerHead(fields);
  return typeof head === 'string' ? { malformed: head } : head;
}
