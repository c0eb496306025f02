/** gRPC over HTTP/2: an answer of status 200 whose call failed counts as an error. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FLAG } from '../../../src/load/http2/frames.ts';
import type { Wanted } from '../servers.ts';
import { errors, type OnStream, serveNode, sessionOn } from './harness.ts';
import { data, headers } from './peer.ts';
import { inFlight, request } from './recorder.ts';

/** One message of no bytes: not compressed, length 0. */
const EMPTY = '\0\0\0\0\0';
const CALL: Wanted = {
  method: 'POST',
  path: '/grpc.health.v1.Health/Check',
  headers: { 'content-type': 'application/grpc', te: 'trailers' },
  body: EMPTY,
};
const GRPC = { ':status': '200', 'content-type': 'application/grpc' };
const END = FLAG.endStream;

function outcome(frames: Buffer[], wanted: Wanted = CALL): string {
  const recorder = inFlight([request(wanted)]);
  recorder.hear(Buffer.concat(frames));
  return recorder.heard.join('; ');
}

const called = (trailers: Record<string, string>, head: Record<string, string> = GRPC) =>
  outcome([headers(1, head), data(1, EMPTY, 0), headers(1, trailers, END)]);

describe('a gRPC call over HTTP/2', () => {
  it('A gRPC call over HTTP/2 counts by the grpc-status in its trailers', () => {
    assert.equal(called({ 'grpc-status': '0' }), '1: good');
    assert.match(
      called({ 'grpc-status': '13', 'grpc-message': 'secret' }),
      /^1: status: grpc-status 13 \(INTERNAL\): /,
    );
    assert.doesNotMatch(called({ 'grpc-status': '13', 'grpc-message': 'secret' }), /secret/);
    assert.match(called({ 'grpc-status': 'zero' }), /^1: status: grpc-status is no number/);
    assert.match(called({ 'x-sum': '1' }), /^1: status: an answer without grpc-status/);
    // What stands before the answer is not its end.
    assert.match(
      called({ 'grpc-status': '2' }, { ...GRPC, 'grpc-status': '0' }),
      /grpc-status 2 \(UNKNOWN\)/,
    );
  });

  it('A gRPC call over HTTP/2 counts by the one in its head when nothing else comes', () => {
    const only = (status: string) => outcome([headers(1, { ...GRPC, 'grpc-status': status }, END)]);
    assert.equal(only('0'), '1: good');
    assert.match(only('12'), /^1: status: grpc-status 12 \(UNIMPLEMENTED\)/);
    assert.match(
      outcome([headers(1, GRPC), data(1, EMPTY)]),
      /^1: status: an answer without grpc-status/,
    );
  });

  it('A gRPC call over HTTP/2 is not good when the answer is none of gRPC', () => {
    const html = { ':status': '200', 'content-type': 'text/html' };
    assert.match(outcome([headers(1, html), data(1, 'hello')]), /^1: status: .*is no gRPC/);
    assert.match(
      outcome([headers(1, { ':status': '415' }, END)]),
      /^1: status: expected status 200, got 415/,
    );
  });

  it('A gRPC call over HTTP/2 tells the failed call before the body, which it explains', () => {
    const expect = { status: 200, body: EMPTY };
    const frames = [headers(1, { ...GRPC, 'grpc-status': '13' }, END)];
    assert.match(outcome(frames, { ...CALL, expect }), /grpc-status 13/);
    const other = [headers(1, GRPC), data(1, 'other', 0), headers(1, { 'grpc-status': '0' }, END)];
    assert.match(outcome(other, { ...CALL, expect }), /^1: body: /);
  });

  it('A gRPC call over HTTP/2 leaves other requests as they are, and judges an answer of gRPC to any', () => {
    const plain = { ':status': '200' };
    const frames = (head: Record<string, string>) => [
      headers(1, head),
      data(1, 'hello', 0),
      headers(1, { 'grpc-status': '13' }, END),
    ];
    assert.equal(outcome(frames(plain), {}), '1: good');
    assert.match(outcome(frames(GRPC), {}), /grpc-status 13/);
  });

  it('A gRPC call over HTTP/2 is judged anew on each stream, also where blocks are the same bytes', () => {
    const one = request(CALL);
    const recorder = inFlight([one, one, one]);
    const answer = (id: number, status: string) =>
      Buffer.concat([
        headers(id, GRPC),
        data(id, EMPTY, 0),
        headers(id, { 'grpc-status': status }, END),
      ]);
    recorder.hear(Buffer.concat([answer(1, '13'), answer(3, '0'), answer(5, '13')]));
    assert.deepEqual(
      recorder.heard.map((text) => text.slice(0, 18)),
      ['1: status: grpc-st', '3: good', '5: status: grpc-st'],
    );
  });
});

describe('a gRPC server of Node', () => {
  /** Answers every call with one message; `statusOf` decides by the number of the call. */
  const answering = (statusOf: (call: number) => number): OnStream => {
    let calls = 0;
    return (stream) => {
      const status = statusOf(++calls);
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc' },
        { waitForTrailers: true },
      );
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status) }));
      stream.end(EMPTY);
    };
  };
  const load = async (statusOf: (call: number) => number) => {
    await using server = await serveNode(answering(statusOf));
    using harness = sessionOn(server.port, CALL);
    await harness.session.open();
    return { slice: await harness.slice(400), heard: harness.heard };
  };

  it('A gRPC server of Node has no error while its calls succeed', async () => {
    const { slice, heard } = await load(() => 0);
    assert.deepEqual([slice.good, heard], [400, []]);
  });

  it('A gRPC server of Node has one for each call that fails, be it all of them or one in fifty', async () => {
    const all = await load(() => 13);
    assert.deepEqual([all.slice.good, all.slice.errors], [0, errors({ status: 400 })]);
    assert.match(all.heard[0] ?? '', /^status: grpc-status 13 \(INTERNAL\)/);
    const some = await load((call) => (call % 50 === 0 ? 14 : 0));
    assert.deepEqual([some.slice.good, some.slice.errors], [392, errors({ status: 8 })]);
  });
});
