import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  FLAG,
  frame,
  numberFrame,
  SETTING,
  settingsFrame,
  TYPE,
} from '../../../src/load/http2/frames.ts';
import { MOST_INTERIM } from '../../../src/load/shared/interim.ts';
import { answer, block, data, goAway, headers, reset, splitFrames } from './peer.ts';
import { inFlight, Recorder, request } from './recorder.ts';

const GET = request({ expect: { status: 200, body: 'hello' } });
const ANY = request();
const OK = { ':status': '200' };

/** What is heard when this comes for one request in flight. */
function outcome(bytes: Buffer | Buffer[], one = GET): string {
  const recorder = inFlight([one]);
  recorder.hear(Array.isArray(bytes) ? Buffer.concat(bytes) : bytes);
  return recorder.heard.join('; ');
}

describe('an HTTP/2 channel', () => {
  it('An HTTP/2 channel greets first, and sends nothing else before the peer has greeted', () => {
    const recorder = new Recorder();
    assert.equal(recorder.channel.capacity, 0);
    const opening = recorder.take();
    assert.equal(opening.toString('latin1', 0, 24), 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    const { frames, rest } = splitFrames(opening.subarray(24));
    assert.deepEqual(
      frames.map(({ type }) => type),
      [TYPE.settings, TYPE.windowUpdate],
    );
    assert.equal(rest.length, 0);
    recorder.hear(settingsFrame([[SETTING.maxConcurrentStreams, 3]]));
    assert.deepEqual(recorder.heard, ['greeted']);
    assert.equal(recorder.channel.capacity, 3);
    assert.deepEqual(recorder.take(), frame(TYPE.settings, FLAG.ack, 0, Buffer.alloc(0)));
  });

  it('An HTTP/2 channel knows what is no HTTP/2', () => {
    for (const [bytes, message] of [
      [
        'HTTP/1.1 400 Bad Request\r\n\r\n',
        /^broken: the server does not speak HTTP\/2: it answers "HTTP\/1\.1 400/,
      ],
      ['SSH-2.0-OpenSSH_9.6\r\n', /^broken: .*: a frame of 5460808 bytes, where 16384 are allowed/],
      [answer(1), /^broken: .*: its first frame is no SETTINGS/],
      [
        frame(TYPE.settings, FLAG.ack, 0, Buffer.alloc(0)),
        /^broken: .*: its first frame is no SETTINGS/,
      ],
    ] as const) {
      const recorder = new Recorder();
      recorder.hear(Buffer.from(bytes));
      assert.match(recorder.heard.join(), message);
    }
  });

  it('An HTTP/2 channel judges answers by status, body and length', () => {
    const head = request({ method: 'HEAD' });
    const withLength = (length: string) => headers(1, { ...OK, 'content-length': length });
    for (const [bytes, heard, one] of [
      [answer(1), '1: good'],
      [answer(1, 'hello', 503), '1: status: expected status 200, got 503'],
      [answer(1, 'hallo'), '1: body: expected body "hello", got "hallo"'],
      [answer(1, 'hell'), '1: body: expected body "hello", got "hell"'],
      [answer(1, 'hello!'), '1: body: expected body "hello", got "hello!"'],
      [answer(1, 'anything'), '1: good', ANY],
      [[withLength('5'), data(1, 'hello')], '1: good'],
      [[withLength('5'), data(1, 'hell')], /^1: protocol: .*content-length is 5, but 4 bytes/],
      [[withLength('5'), data(1, 'hello!')], /^1: protocol: .*longer than its content-length of 5/],
      [[withLength('-5'), data(1, 'hello')], /^1: protocol: .*bad content-length "-5"/],
      [[withLength('5'), data(1, '')], '1: good', head],
      [headers(1, { ...OK, 'content-length': '5' }, FLAG.endStream), '1: good', head],
      [answer(1, 'hello'), /^1: protocol: .*a body where an answer to HEAD has none/, head],
      [answer(1, 'hello', 304), /^1: protocol: .*a body where status 304 has none/],
    ] as const) {
      const got = outcome(bytes as Buffer | Buffer[], one);
      if (typeof heard === 'string') assert.equal(got, heard);
      else assert.match(got, heard);
    }
  });

  it('An HTTP/2 channel calls malformed answers so, and goes on with the connection', () => {
    const end = FLAG.endStream;
    for (const [bytes, message] of [
      [headers(1, { server: 'x' }, end), /an answer without :status/],
      [headers(1, { server: 'x', ...OK }, end), /:status is not the first field/],
      [headers(1, { ':status': '99' }, end), /bad :status "99"/],
      [headers(1, { ':status': '2e2' }, end), /bad :status "2e2"/],
      [headers(1, { ...OK, ':path': '/' }, end), /bad field name ":path"/],
      [headers(1, { ...OK, Server: 'x' }, end), /bad field name "Server"/],
      [headers(1, { ...OK, a: 'b\r\nc: d' }, end), /forbidden byte in the value of a/],
      [headers(1, { ...OK, a: ' b' }, end), /blank at an end of the value of a/],
      [headers(1, { ...OK, a: 'b\t' }, end), /blank at an end of the value of a/],
      [
        headers(1, { ...OK, connection: 'close' }, end),
        /field connection does not exist in HTTP\/2/,
      ],
      [headers(1, { ':status': '101' }), /status 101/],
      [headers(1, { ':status': '100' }, end), /an answer that ends with status 100/],
      [data(1, 'hello'), /a body before any status/],
      [Buffer.concat([headers(1, OK), headers(1, OK, end)]), /a second status/],
      [Buffer.concat([headers(1, OK), headers(1, { a: 'b' })]), /trailers that do not end/],
      [numberFrame(TYPE.windowUpdate, 1, 0), /WINDOW_UPDATE by 0 bytes/],
      [numberFrame(TYPE.windowUpdate, 1, 0x7fff_ffff), /WINDOW_UPDATE by 2147483647 bytes/],
    ] as const) {
      const recorder = inFlight([GET, GET]);
      recorder.hear(Buffer.concat([bytes, answer(3)]));
      assert.match(recorder.heard.join('; '), /^1: protocol: malformed answer: .*; 3: good$/);
      assert.match(recorder.heard.join('; '), message);
    }
  });

  it('An HTTP/2 channel ends the connection when the peer breaks the protocol', () => {
    const empty = Buffer.alloc(0);
    const open = frame(TYPE.headers, 0, 1, block(OK));
    for (const [bytes, message] of [
      [
        [answer(1), headers(1, OK, FLAG.endStream)],
        /^1: good; broken: HEADERS behind the end of stream 1/,
      ],
      [[answer(1), data(1, 'more')], /^1: good; broken: DATA behind the end of stream 1/],
      [answer(3), /^broken: HEADERS of stream 3, which nobody opened/],
      [answer(2), /^broken: HEADERS of stream 2, which nobody opened/],
      [data(0, 'x'), /^broken: DATA of stream 0/],
      [reset(5, 0), /^broken: RST_STREAM of stream 5, which nobody opened/],
      [numberFrame(TYPE.windowUpdate, 0, 0), /^broken: WINDOW_UPDATE by 0 bytes/],
      [numberFrame(TYPE.windowUpdate, 0, 0x7fff_ffff), /^broken: WINDOW_UPDATE/],
      [numberFrame(TYPE.windowUpdate, 7, 5), /^broken: WINDOW_UPDATE of stream 7/],
      [
        frame(TYPE.headers, FLAG.endHeaders, 1, Buffer.from([0xff, 0xff])),
        /^broken: bad header block: a number/,
      ],
      [
        frame(TYPE.headers, FLAG.endHeaders | FLAG.padded, 1, Buffer.from([9, 1])),
        /^broken: bad padding of HEADERS/,
      ],
      [
        frame(TYPE.headers, FLAG.endHeaders | FLAG.padded, 1, empty),
        /^broken: bad padding of HEADERS/,
      ],
      [
        frame(TYPE.headers, FLAG.endHeaders | FLAG.priority, 1, Buffer.alloc(4)),
        /^broken: bad padding of HEADERS/,
      ],
      [frame(TYPE.data, FLAG.padded, 1, empty), /^broken: bad padding of DATA/],
      [frame(TYPE.data, FLAG.padded, 1, Buffer.from([1])), /^broken: bad padding of DATA/],
      [
        frame(TYPE.continuation, FLAG.endHeaders, 1, block(OK)),
        /^broken: CONTINUATION of no header block/,
      ],
      [[open, data(1, 'x')], /^broken: another frame in the middle of a header block/],
      [
        [open, frame(TYPE.continuation, FLAG.endHeaders, 3, empty)],
        /^broken: CONTINUATION of no header/,
      ],
      [frame(TYPE.pushPromise, FLAG.endHeaders, 1, Buffer.alloc(4)), /^broken: PUSH_PROMISE/],
      [frame(TYPE.ping, 0, 0, Buffer.alloc(7)), /^broken: bad PING/],
      [frame(TYPE.settings, 0, 0, Buffer.alloc(5)), /^broken: bad SETTINGS/],
      [frame(TYPE.settings, 0, 1, empty), /^broken: bad SETTINGS/],
      [frame(TYPE.settings, FLAG.ack, 0, Buffer.alloc(6)), /^broken: bad SETTINGS/],
      [frame(TYPE.goAway, 0, 0, Buffer.alloc(7)), /^broken: bad GOAWAY/],
      [frame(TYPE.priority, 0, 1, Buffer.alloc(4)), /^broken: bad PRIORITY/],
      [frame(TYPE.resetStream, 0, 1, Buffer.alloc(5)), /^broken: bad RST_STREAM/],
      [settingsFrame([[SETTING.enablePush, 1]]), /^broken: SETTINGS_ENABLE_PUSH 1/],
      [
        settingsFrame([[SETTING.initialWindowSize, 2 ** 31]]),
        /^broken: SETTINGS_INITIAL_WINDOW_SIZE/,
      ],
      [settingsFrame([[SETTING.maxFrameSize, 16_383]]), /^broken: SETTINGS_MAX_FRAME_SIZE 16383/],
      [data(1, Buffer.alloc(16_385)), /^broken: a frame of 16385 bytes, where 16384 are allowed/],
    ] as const) {
      assert.match(outcome(bytes as Buffer | Buffer[]), message);
    }
  });

  it('An HTTP/2 channel bounds what a header block may cost', () => {
    const piece = (flags: number, payload: Buffer) => frame(TYPE.continuation, flags, 1, payload);
    const open = frame(TYPE.headers, 0, 1, block(OK));
    const large = Buffer.alloc(16_000, 0);
    assert.match(
      outcome([open, ...Array.from({ length: 20 }, () => piece(0, large))]),
      /^broken: a header block over 262144 bytes/,
    );
    assert.match(
      outcome([open, ...Array.from({ length: 2000 }, () => piece(0, Buffer.alloc(0)))]),
      /^broken: a header block in over 1024 frames/,
    );
    const kept = Buffer.concat([
      Buffer.from([0x40, 1, 0x78, 0x7f, 0xa1, 0x1e]),
      Buffer.alloc(4000, 'v'),
    ]);
    const bomb = Buffer.concat([block(OK), kept, Buffer.alloc(8000, 0xbe)]);
    assert.match(
      outcome(frame(TYPE.headers, FLAG.endHeaders, 1, bomb)),
      /^broken: bad header block: header fields over 262144 bytes/,
    );
  });

  it('An HTTP/2 channel answers PING and SETTINGS, and stops when nobody reads the answers', () => {
    const recorder = inFlight([GET]);
    const ping = frame(TYPE.ping, 0, 0, Buffer.from('12345678'));
    recorder.hear(Buffer.concat([ping, settingsFrame([])]));
    assert.deepEqual(
      splitFrames(recorder.take()).frames.map(({ type, flags }) => [type, flags]),
      [
        [TYPE.ping, FLAG.ack],
        [TYPE.settings, FLAG.ack],
      ],
    );
    for (const flood of [ping, settingsFrame([])]) {
      const flooded = inFlight([GET]);
      flooded.channel.congest(true);
      for (let i = 0; i < 200_000 && flooded.heard.length === 0; i++) flooded.hear(flood);
      assert.deepEqual(flooded.heard, ['broken: the server reads none of our replies']);
    }
  });

  it('An HTTP/2 channel takes a few interim answers to each request, and not for ever', () => {
    const interim = (id: number) => headers(id, { ':status': '103' });
    const few = inFlight([ANY, ANY]);
    for (const id of [1, 3]) {
      for (let i = 0; i < MOST_INTERIM; i++) few.hear(interim(id));
      few.hear(answer(id));
    }
    // The same stream's record serves the next request.
    few.channel.send(ANY);
    for (let i = 0; i < MOST_INTERIM; i++) few.hear(interim(5));
    few.hear(answer(5));
    assert.deepEqual(
      few.heard.map((line) => line.replace(/^\d+: /, '')),
      Array(3).fill('good'),
    );
    const many = inFlight([ANY]);
    for (let i = 0; i <= MOST_INTERIM && many.heard.length === 0; i++) many.hear(interim(1));
    assert.deepEqual(many.heard, [
      '1: protocol: malformed answer: more than 16 interim answers (1xx) before the answer',
    ]);
  });

  it('An HTTP/2 channel gives new windows for what came', () => {
    const recorder = inFlight([ANY]);
    recorder.hear(headers(1, OK));
    const piece = data(1, Buffer.alloc(16_384), 0);
    for (let i = 0; i < 1024; i++) recorder.hear(piece);
    assert.deepEqual(recorder.take(), numberFrame(TYPE.windowUpdate, 0, 2 ** 24));
    recorder.hear(data(1, ''));
    assert.deepEqual(recorder.heard, ['1: good']);
  });

  it('An HTTP/2 channel counts a reset stream as closed, and says why and how far it was', () => {
    assert.equal(
      outcome([headers(1, OK), data(1, 'hel', 0), reset(1, 7)]),
      '1: closed: the server reset the stream (REFUSED_STREAM); status 200 and 3 bytes of its body came',
    );
  });

  it('An HTTP/2 channel finishes what GOAWAY lets it, and hands the rest back', () => {
    const recorder = inFlight([GET, GET, GET]);
    recorder.hear(Buffer.concat([answer(1), goAway(3, 11)]));
    assert.deepEqual(recorder.heard, [
      '1: good',
      '5: unprocessed: the server takes no more requests on this connection (GOAWAY, ENHANCE_YOUR_CALM)',
      'draining',
    ]);
    assert.equal(recorder.channel.capacity, 0);
    recorder.hear(answer(3));
    assert.equal(recorder.heard.at(-1), '3: good');
    assert.equal(recorder.channel.inFlight, 0);
  });

  it('An HTTP/2 channel takes no more requests when the stream ids have run out', () => {
    const recorder = inFlight([GET, GET], settingsFrame([]), 3);
    assert.equal(recorder.channel.capacity, 0);
    assert.equal(recorder.channel.isDraining, true);
    recorder.hear(Buffer.concat([answer(3), answer(1)]));
    assert.deepEqual(recorder.heard, ['3: good', '1: good']);
  });

  it('An HTTP/2 channel forgives late frames of a request that it gave up, and only those', () => {
    const recorder = inFlight([GET, GET]);
    const [first] = recorder.channel.streams();
    assert.ok(first);
    recorder.channel.cancel(first);
    assert.deepEqual(recorder.take(), numberFrame(TYPE.resetStream, 1, 8));
    recorder.hear(Buffer.concat([answer(1), answer(3)]));
    assert.deepEqual(recorder.heard, ['3: good']);
    recorder.hear(answer(1));
    assert.match(recorder.heard.at(-1) ?? '', /^broken: HEADERS behind the end of stream 1/);
  });
});
