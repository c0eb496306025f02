/** What would mend answers that come in part, or not at all: src/measure/failures/cure-for.ts. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AnswerParser } from '../../../src/load/http1/answer-parser.ts';
import { ChunkedDecoder } from '../../../src/load/http1/chunked.ts';
import { HeaderBlocks } from '../../../src/load/http2/header-blocks.ts';
import { HpackDecoder } from '../../../src/load/http2/hpack/decoder.ts';
import { BodyCheck } from '../../../src/load/shared/body-check.ts';
import { LATE, NOTHING_CAME } from '../../../src/load/shared/broken-answer.ts';
import { cureFor } from '../../../src/measure/failures/cure-for.ts';
import type { Cure } from '../../../src/measure/observed/cure.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';

it('The advice for an answer that does not end says how its end would be known, and names a longer timeout', () => {
  const of = (rest: string) => {
    const message = `no complete answer after 5000 ms; ${rest}`;
    return cureFor({ failed: { message, timeoutMs: 5000 }, form: 'flags' }) as Cure;
  };
  const body = 'status 200 and 12 bytes of its body came';
  const chunked = of(`${body}, the last chunk is missing`);
  assert.match(cureText(chunked), /last chunk.*`--timeout 20s`.*server-sent events.*`command`/);
  assert.match(
    cureText(of(`${body}, with neither content-length nor an end of the connection`)),
    /no Content-Length.*`--timeout 20s`.*`--path`/,
  );
  const short = cureText(of(`${body}, 88 are missing`));
  assert.match(short, /Content-Length says more.*mend the length/);
  assert.doesNotMatch(short, /stream/);
  assert.match(cureText(of(body)), /has begun and does not end.*`command`/);
});

it('The advice for an answer that does not come names a longer timeout and long polling; for a connection that is not open it is another', () => {
  const codeFor = (message: string) => cureFor({ failed: { message, timeoutMs: 2000 } });
  for (const rest of [
    '; no byte of an answer came',
    '; no status of an answer came',
    '; only 12 bytes of a head came',
    '',
  ]) {
    const cure = codeFor(`no complete answer after 2000 ms${rest}`);
    assert.equal(cure?.code, 'late-answer', rest);
    assert.match(cureText(cure as Cure), /`timeout: 8s`.*long polling/);
  }
  assert.equal(
    codeFor('no complete answer after 2000 ms; the server has not accepted the connection'),
    null,
  );
  assert.equal(
    codeFor('the server closed the connection; no byte of an answer came')?.code,
    'closed-unanswered',
  );
});

it('Where a server that closes without an answer has printed that its code failed, that alone is said', () => {
  const message = 'the server closed the connection; no byte of an answer came';
  const adviceAt = (output: string, method = 'GET') => {
    const failed = {
      message: method === 'GET' ? message : `write ECONNRESET; ${NOTHING_CAME.bytes}`,
      timeoutMs: 2000,
    };
    return cureText(cureFor({ failed, method, output, form: 'file' }) as Cure);
  };
  for (const output of [
    "thread 'tokio-rt-worker' (7) panicked at src/main.rs:8:5:\nno such order",
    '2026/11/30 03:00:00 http: panic serving 127.0.0.1:5: no such order',
    'Traceback (most recent call last):\n  File "app.py", line 3',
  ]) {
    assert.match(
      adviceAt(output),
      /most likely as its code fails there: it has printed a trace.*of something else.*`protocol`\.$/,
    );
    assert.match(adviceAt(output, 'POST'), /its code fails there/);
  }
  assert.match(adviceAt('listening on 8080'), /WriteTimeout.*`tls`, `protocol`/);
});

it('The advice for more bytes than an answer has names its length', () => {
  for (const message of [
    '7 bytes behind a complete answer of status 204, which nobody asked for',
    '7 bytes came that nobody asked for',
  ]) {
    const cure = cureFor({ failed: { message, timeoutMs: 2000 } });
    assert.equal(cure?.code, 'extra-bytes');
    assert.match(cureText(cure as Cure), /Content-Length is too small.*204/);
  }
});

it('A server that answered the same before and answers no more is not told to take its time', () => {
  const failed = { message: `${LATE} 5000 ms; ${NOTHING_CAME.bytes}`, timeoutMs: 5000 };
  const some = cureFor({ failed, good: 900 }) as Cure;
  assert.deepEqual(some, { code: 'late-answer', timeoutMs: 5000, isOneOfMany: true });
  assert.match(cureText(some), /^Others were answered in time\..*`connections`.*`timeout: 20s`/);
  const cure = cureFor({ failed, good: 900, hasFallenSilent: true }) as Cure;
  assert.equal(cure.code, 'fell-silent');
  assert.match(cureText(cure), /does not lack time.*pool.*lock.*limit/);
  assert.doesNotMatch(cureText(cure), /timeout/);
});

it('A request that is late where the server says what is used up is not told to take its time', () => {
  const failed = { message: `${LATE} 5000 ms; ${NOTHING_CAME.bytes}`, timeoutMs: 5000 };
  const code = (output: string, good = 0) => cureFor({ failed, good, output })?.code;
  for (const good of [0, 900]) {
    assert.equal(code('java.lang.OutOfMemoryError: Java heap space', good), 'memory-out');
    assert.equal(code('Knex: Timeout acquiring a connection.', good), 'pool-used-up');
    assert.equal(code('listening on 8080', good), 'late-answer');
    assert.equal(code('warning: DATABASE_URL is not set', good), 'late-answer');
  }
  const answer = { status: 500, contentType: null, location: null };
  const output = 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space';
  assert.equal(cureFor({ answer, good: 0, output })?.code, 'memory-out');
});

it('A server whose first answer alone is late is told to count as ready only behind it', () => {
  const failed = { message: `${LATE} 5000 ms; ${NOTHING_CAME.bytes}`, timeoutMs: 5000 };
  const cure = cureFor({ failed: { ...failed, isFirstAlone: true }, form: 'flags' }) as Cure;
  assert.deepEqual(cure, { code: 'late-answer', timeoutMs: 5000, isFirst: true, form: 'flags' });
  assert.match(
    cureText(cure),
    /Only the first answer.*`--ready-path` with this path.*`--timeout 20s`/,
  );
  assert.doesNotMatch(cureText(cure), /long polling/);
});

it('An answer that breaks the rules of HTTP is told as such, and one with a fault of its own by that', () => {
  const of = (message: string) =>
    cureFor({ failed: { message, timeoutMs: 5000, isInvalid: true } }) as Cure;
  assert.match(cureText(of('bad header line "x"')), /breaks the rules.*mend what the server sends/);
  assert.equal(of('7 bytes came that nobody asked for').code, 'extra-bytes');
  assert.equal(cureFor({ failed: { message: 'bad header line "x"', timeoutMs: 5000 } }), null);
});

it('An answer that is longer than the load takes breaks no rule, and the limit is told', () => {
  const of = (message: string) =>
    cureFor({ failed: { message, timeoutMs: 5000, isInvalid: true } }) as Cure;
  const head = new AnswerParser();
  head.reset(false, null);
  const answer = Buffer.from(`HTTP/1.1 200 OK\r\nset-cookie: ${'x'.repeat(70_000)}\r\n\r\n`);
  head.feed(answer, answer.length);
  assert.match(cureText(of(head.error)), /at most 64 KiB of headers.*nginx.*cookies/);
  const blocks = new HeaderBlocks();
  const held = blocks.hold(Buffer.alloc(300_000), 0, 300_000) as string;
  assert.match(cureText(of(`the connection is broken: ${held}`)), /at most 256 KiB of headers/);
  const fields = new HpackDecoder(1024);
  // A field without an index: the name `a`, and 2,048 bytes without Huffman's code (127 + 1,921 in the pieces of RFC 7541, 5.1).
  const literal = Buffer.from([0x00, 1, 97, 0x7f, 0x81, 0x0f]);
  const long = Buffer.concat([literal, Buffer.alloc(2048, 98)]);
  assert.equal(fields.decode(long, 0, long.length), null);
  assert.deepEqual(of(fields.error), { code: 'answer-too-long', part: 'head', bytes: 1024 });
  const chunks = new ChunkedDecoder();
  const trailers = Buffer.from(`0\r\na: ${'x'.repeat(70_000)}\r\n\r\n`);
  chunks.feed(trailers, 0, trailers.length, new BodyCheck());
  assert.match(cureText(of(chunks.error)), /at most 64 KiB of what stands beside the body/);
});

it('A connection that ends while the body is being sent is told as a body that is too large, and without a body as no answer', () => {
  const of = (method: string, cut: string, good = 0) => {
    const message = `${cut}; ${NOTHING_CAME.bytes}`;
    return cureFor({ failed: { message, timeoutMs: 5000 }, method, good, form: 'inputs' });
  };
  for (const cut of ['write ECONNRESET', 'write EPIPE']) {
    const cure = of('POST', cut);
    assert.equal(cure?.code, 'closed-over-body');
    assert.match(cureText(cure), /larger than it takes.*client_max_body_size.*`body`/);
    assert.equal(of('GET', cut)?.code, 'closed-unanswered');
    assert.equal(of('POST', cut, 900), null);
  }
  assert.equal(of('POST', 'read ECONNRESET')?.code, 'closed-unanswered');
});
