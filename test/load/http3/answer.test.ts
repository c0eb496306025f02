import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Answer, type Judgement } from '../../../src/load/http3/answer.ts';
import type { Variant } from '../../../src/load/http3/variant.ts';
import type { Field } from '../../../src/load/http3/wire.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { fc } from '../../support/properties.ts';

type Piece = Field[] | Buffer;

const STATUS = [{ name: ':status', value: '200' }];

describe('an HTTP/3 answer', () => {
  it('An HTTP/3 answer is good in every form that the protocol allows', () => {
    const hello = Buffer.from('hello');
    const length = { name: 'content-length', value: '5' };
    for (const pieces of [
      [STATUS, hello],
      [[...STATUS, length], hello.subarray(0, 2), hello.subarray(2)],
      [[{ name: ':status', value: '103' }], [{ name: ':status', value: '100' }], STATUS, hello],
      [STATUS, hello, [{ name: 'x-trailer', value: '1' }]],
      [[...STATUS, length, length], hello, Buffer.alloc(0)],
    ]) {
      assert.equal(judge(variant({ expectedBody: hello }), pieces), null);
    }
    for (const isHead of [true, false]) {
      const expectedStatus = isHead ? 200 : 304;
      const fields = [{ name: ':status', value: String(expectedStatus) }, length];
      assert.equal(judge(variant({ isHead, expectedStatus }), [fields]), null);
    }
  });

  it('An HTTP/3 answer of a gRPC call counts by its grpc-status, behind the body or alone', () => {
    const grpc = [...STATUS, { name: 'content-type', value: 'application/grpc+proto' }];
    const status = (value: string) => [{ name: 'grpc-status', value }];
    const call = variant({ isCall: true });
    const body = Buffer.alloc(5);
    assert.equal(judge(call, [grpc, body, status('0')]), null);
    assert.equal(judge(call, [[...grpc, ...status('0')]]), null);
    const message = (pieces: Piece[]) => String(judge(call, pieces)?.message);
    assert.match(message([grpc, body, status('13')]), /^grpc-status 13 \(INTERNAL\)/);
    assert.match(message([[...grpc, ...status('5')]]), /^grpc-status 5 \(NOT_FOUND\)/);
    assert.match(message([grpc, body]), /without grpc-status/);
    assert.match(message([STATUS, body, status('0')]), /is no gRPC/);
    assert.equal(judge(variant(), [STATUS, body, status('13')]), null);
  });

  it('An HTTP/3 answer is malformed in every other', () => {
    const x = Buffer.from('x');
    const cases: [Piece[], RegExp][] = [
      [[], /ended without a status/],
      [[x], /a body before any status/],
      [[[{ name: 'x', value: '1' }]], /an answer without :status/],
      [[[{ name: ':status', value: '20' }]], /bad :status "20"/],
      [[[{ name: ':status', value: '101' }]], /status 101/],
      [[[...STATUS, ...STATUS]], /two statuses/],
      [[STATUS, STATUS], /a second status/],
      [[STATUS, [], []], /fields behind the trailers/],
      [[STATUS, [], x], /a body behind the trailers/],
      [[[{ name: ':status', value: '100' }]], /ended without a status/],
      [[[...STATUS, { name: 'content-length', value: '+1' }]], /bad content-length "\+1"/],
      [
        [[...STATUS, { name: 'content-length', value: '2' }], x],
        /content-length is 2, but 1 bytes/,
      ],
      [[[...STATUS, { name: 'content-length', value: '0' }], x], /longer than its content-length/],
    ];
    for (const [pieces, message] of cases) {
      const judgement = judge(variant(), pieces);
      assert.equal(judgement?.kind, 'protocol', String(message));
      assert.match(unmarked(String(judgement?.message)), message);
    }
  });

  it('An HTTP/3 answer may have a few interim ones before it, each time anew', () => {
    const interim: Piece[] = Array(16).fill([{ name: ':status', value: '103' }]);
    const answer = new Answer();
    for (let time = 0; time < 3; time++) {
      assert.equal(judge(variant(), [...interim, STATUS], answer), null);
    }
    const one = judge(variant(), [...interim, ...interim.slice(0, 1), STATUS], answer);
    assert.match(String(one?.message), /^more than 16 interim answers/);
  });

  it('An HTTP/3 answer is good only with the expected status and exactly the expected body, in any pieces', () => {
    const field = fc.record({
      name: fc.constantFrom(':status', 'content-length', 'x', ''),
      value: fc.constantFrom('200', '100', '404', '3', '', '-1', '9'.repeat(30), 'é'),
    });
    const piece = fc.oneof(
      fc.array(field, { maxLength: 3 }),
      fc.constantFrom('', 'a', 'ab', 'abc', 'b', 'c').map((text) => Buffer.from(text)),
    );
    const answer = new Answer();
    let good = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.boolean(), (pieces, isHead) => {
        const expectedBody = Buffer.from(isHead ? '' : 'abc');
        const judgement = judge(variant({ isHead, expectedBody }), pieces, answer);
        assert.equal(typeof answer.progress(), 'string');
        if (judgement !== null) return;
        good++;
        const blocks = pieces.filter((part) => !Buffer.isBuffer(part)) as Field[][];
        const statuses = blocks.flat().filter(({ name }) => name === ':status');
        assert.equal(statuses.at(-1)?.value, '200');
        const body = Buffer.concat(pieces.filter((part) => Buffer.isBuffer(part)));
        assert.deepEqual(body, expectedBody);
      }),
      { numRuns: 20_000 },
    );
    assert.ok(good > 5, `only ${good} were good`);
  });
});

function judge(request: Variant, pieces: readonly Piece[], answer = new Answer()): Judgement {
  answer.begin(request);
  for (const piece of pieces) {
    const wrong = Buffer.isBuffer(piece) ? answer.takeData(piece) : answer.takeFields(piece);
    if (wrong !== null) return { kind: 'protocol', message: wrong };
  }
  return answer.end();
}

function variant(given: Partial<Variant> = {}): Variant {
  return {
    fields: [],
    body: null,
    isHead: false,
    isCall: false,
    isIdempotent: true,
    expectedStatus: 200,
    expectedBody: null,
    ...given,
  };
}
