import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { HeaderBlocks } from '../../../../src/measure/load/http2/header-blocks.ts';
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

describe('header blocks', () => {
  it('mean what they say, also when the same bytes were read before', () => {
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 30 }), (answers) => {
        const encoder = new ReferenceEncoder();
        const blocks = new HeaderBlocks();
        for (const { status, length, manners } of answers) {
          const pieces = [encoder.encode({ name: ':status', value: status }, manners[0])];
          if (length !== null) {
            pieces.push(encoder.encode({ name: 'content-length', value: length }, manners[1]));
          }
          const bytes = Buffer.concat(pieces);
          assert.deepEqual(blocks.read(bytes, 0, bytes.length), {
            status: Number(status),
            contentLength: length === null ? null : Number(length),
          });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
