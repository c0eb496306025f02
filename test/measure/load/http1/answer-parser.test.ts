import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AnswerParser, MAX_HEAD_BYTES } from '../../../../src/measure/load/http1/answer-parser.ts';
import { referenceRead } from './reference.ts';

interface Read {
  outcome: string;
  status: number;
  bodyBytes: number;
  matches: boolean;
  keepAlive: boolean;
  /** Bytes up to the end of the answer. */
  length: number;
  error: string;
}

interface Expectation {
  method?: string;
  expectedBody?: string | null;
}

/** Feeds the pieces until the answer is over; then `close` ends the input, if asked for. */
function read(
  pieces: Buffer[],
  { method = 'GET', expectedBody = null }: Expectation = {},
  parser = new AnswerParser(),
): Read {
  const expected = expectedBody === null ? null : Buffer.from(expectedBody, 'latin1');
  parser.reset(method === 'HEAD', expected);
  let outcome = 'more';
  let before = 0;
  let length = 0;
  for (const piece of pieces) {
    outcome = parser.feed(piece, piece.length);
    length = before + parser.consumed;
    if (outcome !== 'more') break;
    before += piece.length;
  }
  if (outcome === 'more' && parser.end()) {
    outcome = 'closed';
    length = before;
  }
  const { status, keepAlive, error } = parser;
  return {
    outcome,
    status,
    keepAlive,
    error,
    length: outcome === 'done' || outcome === 'closed' ? length : -1,
    bodyBytes: parser.body.bytes,
    matches: parser.body.matches(),
  };
}

function readText(text: string, expectation?: Expectation): Read {
  return read([Buffer.from(text, 'latin1')], expectation);
}

/** The text in pieces that end at these places. */
function split(text: string, cuts: number[]): Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const ends = [...places, bytes.length];
  return ends
    .map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end))
    .filter((piece) => piece.length > 0);
}

function single(text: string): Buffer[] {
  return Array.from(Buffer.from(text, 'latin1'), (byte) => Buffer.from([byte]));
}

const good: [
  name: string,
  text: string,
  status: number,
  body: string,
  expectation?: Expectation,
][] = [
  ['content-length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 200, 'hello'],
  ['no reason', 'HTTP/1.1 200\r\ncontent-length:5\r\n\r\nhello', 200, 'hello'],
  ['an empty reason', 'HTTP/1.1 404 \r\ncontent-length: \t 2 \t\r\n\r\nno', 404, 'no'],
  ['an empty body', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', 200, ''],
  [
    'the same length twice',
    'HTTP/1.1 200 OK\r\ncontent-length: 1\r\nContent-Length: 1\r\n\r\nx',
    200,
    'x',
  ],
  ['a 204', 'HTTP/1.1 204 No Content\r\n\r\n', 204, ''],
  [
    'a 304 with the length of what it stands for',
    'HTTP/1.1 304 NM\r\ncontent-length: 99\r\n\r\n',
    304,
    '',
  ],
  ['HEAD', 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n', 200, '', { method: 'HEAD' }],
  [
    'HEAD, chunked',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
    200,
    '',
    { method: 'HEAD' },
  ],
  [
    'chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n',
    200,
    'hello',
  ],
  [
    'a chunk in upper-case hex',
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n00A\r\n0123456789\r\n0\r\n\r\n`,
    200,
    '0123456789',
  ],
  [
    'chunk extensions',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5 ;a=b;c="d"\r\nhello\r\n0;last\r\n\r\n',
    200,
    'hello',
  ],
  [
    'trailers',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx-sum: 1\r\ny:\r\n\r\n',
    200,
    'hello',
  ],
  [
    'an informational answer first',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
    200,
    'ok',
  ],
  [
    'HTTP/1.0 with keep-alive',
    'HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\ncontent-length: 2\r\n\r\nok',
    200,
    'ok',
  ],
];

const bad: [name: string, text: string, error: RegExp][] = [
  ['another protocol', 'SSH-2.0-OpenSSH_9\r\n', /not an HTTP\/1\.x answer: "S/],
  ['one wrong byte, no line end', 'X', /not an HTTP\/1\.x answer/],
  ['a leading blank line', '\r\nHTTP/1.1 200 OK\r\n\r\n', /not an HTTP/],
  ['HTTP/2', 'HTTP/2.0 200 OK\r\n\r\n', /not an HTTP/],
  ['HTTP/1.2', 'HTTP/1.2 200 OK\r\n\r\n', /bad status line/],
  ['two digits', 'HTTP/1.1 20 OK\r\n\r\n', /bad status line/],
  ['four digits', 'HTTP/1.1 2000 OK\r\n\r\n', /bad status line/],
  ['status 099', 'HTTP/1.1 099 Odd\r\n\r\n', /bad status line/],
  ['a control character in the reason', 'HTTP/1.1 200 O\0K\r\n\r\n', /bad status line/],
  ['LF alone', 'HTTP/1.1 200 OK\ncontent-length: 0\n\n', /LF alone/],
  ['LF alone in the head', 'HTTP/1.1 200 OK\r\ncontent-length: 0\n\r\n', /LF alone/],
  ['no colon', 'HTTP/1.1 200 OK\r\ncontent-length 0\r\n\r\n', /bad header line/],
  ['a blank before the colon', 'HTTP/1.1 200 OK\r\ncontent-length : 0\r\n\r\n', /bad header line/],
  ['a folded line', 'HTTP/1.1 200 OK\r\nx: a\r\n b\r\n\r\n', /bad header line/],
  ['an empty name', 'HTTP/1.1 200 OK\r\n: a\r\n\r\n', /bad header line/],
  ['a NUL in a value', 'HTTP/1.1 200 OK\r\nx: a\0\r\n\r\n', /forbidden byte 0x0/],
  [
    'a bare CR in a value',
    'HTTP/1.1 200 OK\r\nx: a\rcontent-length: 0\r\n\r\n',
    /forbidden byte 0xd/,
  ],
  [
    'two lengths',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n',
    /two content-lengths, 5 and 6/,
  ],
  ['a negative length', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n', /bad content-length "-1"/],
  ['an empty length', 'HTTP/1.1 200 OK\r\ncontent-length:\r\n\r\n', /bad content-length/],
  ['a list of lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 5, 5\r\n\r\n', /bad content-length/],
  [
    'a length beyond numbers',
    `HTTP/1.1 200 OK\r\ncontent-length: ${'9'.repeat(30)}\r\n\r\n`,
    /bad content-length/,
  ],
  [
    'length and chunks',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n',
    /both/,
  ],
  [
    'chunks and length',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n',
    /both/,
  ],
  [
    'chunked twice',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n',
    /only one "chunked"/,
  ],
  [
    'an unknown coding',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: xchunked\r\n\r\n',
    /transfer-encoding "xchunked"/,
  ],
  ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', /HTTP\/1\.0/],
  ['switched protocols', 'HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n', /101/],
  ...(
    [
      ['no chunk size', '\r\n', /bad chunk size/],
      ['a chunk size that is no number', 'xyz\r\n', /bad chunk size, found "x"/],
      ['a negative chunk size', '-1\r\n', /bad chunk size/],
      ['a chunk size in C', '0x5\r\nhello\r\n', /bad chunk size, found "x"/],
      ['a chunk size beyond numbers', `${'f'.repeat(20)}\r\n`, /too large/],
      ['a chunk size with LF alone', '5\nhello\r\n', /bad chunk size, found 0x0a/],
      ['a chunk longer than its size', '3\r\nhello\r\n', /longer than its size/],
      ['an endless extension', `5;${'a'.repeat(70_000)}`, /chunk extension over/],
      ['endless trailers', `0\r\n${'a: b\r\n'.repeat(20_000)}`, /trailers over/],
      ['a trailer that is none', '0\r\noh no\r\n\r\n', /bad trailer/],
      ['no end', '0\r\n\rX', /must end with CR LF/],
    ] as const
  ).map(([name, chunks, error]): [string, string, RegExp] => [
    name,
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunks}`,
    error,
  ]),
];

describe('the answer parser', () => {
  for (const [name, text, status, body, expectation] of good) {
    it(`reads ${name}, whole and byte by byte`, () => {
      for (const pieces of [split(text, []), single(text)]) {
        const found = read(pieces, { ...expectation, expectedBody: body });
        assert.equal(found.error, '');
        assert.deepEqual(
          { ...found, error: undefined },
          {
            outcome: 'done',
            status,
            keepAlive: true,
            length: text.length,
            bodyBytes: body.length,
            matches: true,
            error: undefined,
          },
        );
        assert.equal(read(pieces, { ...expectation, expectedBody: `${body}x` }).matches, false);
      }
    });
  }

  for (const [name, text, error] of bad) {
    it(`refuses ${name}, whole and byte by byte`, () => {
      for (const pieces of [split(text, []), single(text)]) {
        const found = read(pieces);
        assert.equal(found.outcome, 'failed');
        assert.match(found.error, error);
      }
    });
  }

  it('stops at the end of the answer and says where that is', () => {
    const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
    assert.equal(readText(`${answer}HTTP/1.1 200 OK`).length, answer.length);
  });

  it('reads a body that only the close ends, and says so', () => {
    for (const text of ['HTTP/1.0 200 OK\r\n\r\nhello', 'HTTP/1.1 200 OK\r\n\r\nhello']) {
      const found = readText(text, { expectedBody: 'hello' });
      assert.equal(found.outcome, 'closed');
      assert.equal(found.keepAlive, false);
      assert.equal(found.matches, true);
    }
  });

  it('sees when the connection will not be kept', () => {
    const keeps = (version: string, header: string) =>
      readText(`HTTP/${version} 200 OK\r\n${header}content-length: 0\r\n\r\n`).keepAlive;
    assert.equal(keeps('1.1', ''), true);
    assert.equal(keeps('1.1', 'connection: close\r\n'), false);
    assert.equal(keeps('1.1', 'Connection: foo , CLOSE\r\n'), false);
    assert.equal(keeps('1.1', 'connection: keep-alive\r\nconnection: close\r\n'), false);
    assert.equal(keeps('1.0', ''), false);
    assert.equal(keeps('1.0', 'connection: keep-alive\r\n'), true);
  });

  it('is not complete when the peer closes early', () => {
    for (const text of ['', 'HTTP/1.1 200', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell']) {
      assert.equal(readText(text).outcome, 'more');
    }
  });

  it('allows a head of 64 KiB, and not one byte more', () => {
    const start = 'HTTP/1.1 204 OK\r\nx: ';
    const head = (bytes: number) => `${start}${'a'.repeat(bytes - start.length - 4)}\r\n\r\n`;
    for (const cuts of [[], [10, 40_000], [MAX_HEAD_BYTES - 1]]) {
      assert.equal(read(split(head(MAX_HEAD_BYTES), cuts)).outcome, 'done');
      const large = read(split(head(MAX_HEAD_BYTES + 1), cuts));
      assert.match(large.error, /header block over 65536 bytes/);
    }
    assert.match(
      readText(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(99_999)}`).error,
      /header block over/,
    );
  });

  it('is ready for the next answer after reset', () => {
    const parser = new AnswerParser();
    const reset = () => parser.reset(false, Buffer.from('ok'));
    reset();
    const feed = (text: string) => parser.feed(Buffer.from(text), text.length);
    assert.equal(feed('HTTP/1.1 200 OK\r\ncontent-le'), 'more');
    reset();
    assert.equal(feed('junk'), 'failed');
    reset();
    assert.equal(feed('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok'), 'more');
    reset();
    for (let i = 0; i < 3; i++) {
      assert.equal(
        feed('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'),
        'done',
      );
      assert.equal(parser.body.matches(), true);
      reset();
    }
  });

  it('says how far an answer has got', () => {
    const progress = (text: string) => {
      const parser = new AnswerParser();
      parser.feed(Buffer.from(text), text.length);
      return parser.progress();
    };
    assert.match(progress(''), /no byte/);
    assert.match(progress('HTTP/1.1 2'), /only 10 bytes of a head/);
    assert.match(
      progress('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhe'),
      /status 200 and 2 bytes.*3 are missing/,
    );
    assert.match(
      progress('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'),
      /last chunk is missing/,
    );
    assert.match(progress('HTTP/1.1 200 OK\r\n\r\nhello'), /neither content-length/);
  });
});

const BODY = 'Hello, World!';

/** Valid answers of every framing, with their method. */
const answers = fc
  .record({
    status: fc.constantFrom(200, 200, 200, 201, 404, 500, 204, 304),
    method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD'),
    informational: fc.boolean(),
    noise: fc.array(
      fc.constantFrom(
        'x-a: b',
        'Date: Thu, 01 Jan 1970 00:00:00 GMT',
        'E:',
        'connection: keep-alive',
      ),
      { maxLength: 3 },
    ),
    body: fc.oneof(fc.constant(BODY), fc.string({ maxLength: 40 })),
    chunkSizes: fc.option(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 5 })),
    trailer: fc.boolean(),
  })
  .map(({ status, method, informational, noise, body, chunkSizes, trailer }) => {
    const plain = Buffer.from(body, 'utf8').toString('latin1');
    const framing =
      chunkSizes === null ? `Content-Length: ${plain.length}` : 'transfer-encoding: chunked';
    const head = `HTTP/1.1 ${status} Some Reason\r\n${[...noise, framing].join('\r\n')}\r\n\r\n`;
    const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
    const coded = chunkSizes === null ? plain : chunk(plain, chunkSizes, trailer);
    const before = informational ? 'HTTP/1.1 103 Early\r\nlink: x\r\n\r\n' : '';
    return {
      text: before + head + (hasBody ? coded : ''),
      status,
      method,
      body: hasBody ? plain : '',
    };
  });

function chunk(body: string, sizes: number[], trailer: boolean): string {
  let coded = '';
  let at = 0;
  for (const size of [...sizes, body.length]) {
    const part = body.slice(at, at + size);
    at += part.length;
    if (part !== '') coded += `${part.length.toString(16)}\r\n${part}\r\n`;
  }
  return `${coded}0\r\n${trailer ? 't: 1\r\n' : ''}\r\n`;
}

const cuts = fc.array(fc.nat(), { maxLength: 8 });

/** What can happen to bytes: one is changed, lost, doubled, or some of a valid answer come in between. */
const damage = fc.array(
  fc.record({
    kind: fc.constantFrom('change', 'drop', 'insert', 'double', 'cut', 'splice'),
    at: fc.nat(),
    byte: fc.oneof(fc.constantFrom(...Buffer.from('\r\n:;0 5aHTTP\0')), fc.nat({ max: 255 })),
  }),
  { minLength: 1, maxLength: 4 },
);

function damaged(text: string, hurts: { kind: string; at: number; byte: number }[]): string {
  let result = text;
  for (const { kind, at, byte } of hurts) {
    const place = at % (result.length + 1);
    const letter = String.fromCharCode(byte);
    const [before, after] = [result.slice(0, place), result.slice(place)];
    if (kind === 'change') result = before + letter + after.slice(1);
    if (kind === 'drop') result = before + after.slice(1);
    if (kind === 'insert') result = before + letter + after;
    if (kind === 'double') result = before + after.slice(0, 10) + after;
    if (kind === 'cut') result = before;
    if (kind === 'splice') result = before + text.slice(byte) + after;
  }
  return result;
}

describe('the answer parser, for all bytes', () => {
  it('reads any valid answer, however it is split', () => {
    fc.assert(
      fc.property(answers, cuts, ({ text, status, method, body }, places) => {
        for (const pieces of [split(text, places), single(text)]) {
          const found = read(pieces, { method, expectedBody: body });
          assert.equal(found.outcome, 'done', found.error);
          assert.equal(found.status, status);
          assert.equal(found.length, text.length);
          assert.equal(found.matches, true);
        }
        const short = read(split(text.slice(0, -1), places), { method });
        assert.notEqual(short.outcome, 'done', 'complete before its last byte');
      }),
      { numRuns: 2_000 },
    );
  });

  it('calls 10,000 damaged answers what a slow reference reader calls them', () => {
    let cases = 0;
    let stillGood = 0;
    let failed = 0;
    fc.assert(
      fc.property(answers, damage, cuts, ({ text, method }, hurts, places) => {
        cases++;
        const bytes = damaged(text, hurts);
        const reference = referenceRead(bytes, method);
        const whole = readText(bytes, { method, expectedBody: BODY });
        const pieces = read(split(bytes, places), { method, expectedBody: BODY });
        // The words of an error may quote less of what had come; nothing else depends on the pieces.
        if (whole.outcome !== 'failed') assert.deepEqual(pieces, whole);
        else assert.equal(pieces.outcome, 'failed');
        if (whole.outcome === 'done') {
          assert.equal(whole.status, reference?.status);
          assert.equal(whole.length, reference?.length);
          assert.equal(whole.bodyBytes, reference?.body.length);
          assert.equal(whole.matches, reference?.body === BODY);
          stillGood++;
        } else {
          assert.equal(reference, null, `the reference reads it, the parser: ${whole.error}`);
          if (whole.outcome === 'failed') failed++;
        }
      }),
      { numRuns: 10_000 },
    );
    assert.equal(cases, 10_000);
    assert.ok(stillGood > 500 && failed > 500, `${stillGood} good, ${failed} failed: a weak test`);
  });

  it('reads 10,000 answers, good and bad, with one parser as with a new one for each', () => {
    const parser = new AnswerParser();
    let cases = 0;
    fc.assert(
      fc.property(answers, fc.option(damage), cuts, ({ text, method, body }, hurts, places) => {
        cases++;
        const pieces = split(hurts === null ? text : damaged(text, hurts), places);
        const expectation = { method, expectedBody: text.length % 3 === 0 ? null : body };
        const [used, fresh] = [read(pieces, expectation, parser), read(pieces, expectation)];
        // Without a whole head, there is no status, and that of the answer before does not matter.
        const hasHead = used.outcome === 'done' || used.outcome === 'closed';
        const { status, keepAlive } = hasHead ? used : fresh;
        assert.deepEqual({ ...used, status, keepAlive }, fresh);
      }),
      { numRuns: 10_000 },
    );
    assert.equal(cases, 10_000);
  });

  it('never takes 10,000 pieces of garbage for an answer', () => {
    let cases = 0;
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), cuts, (garbage, places) => {
        cases++;
        const bytes = Buffer.from(garbage).toString('latin1');
        for (const start of ['', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n']) {
          const found = read(split(start + bytes, places), { expectedBody: BODY });
          if (found.outcome === 'done') assert.equal(found.matches, false);
        }
      }),
      { numRuns: 10_000 },
    );
    assert.equal(cases, 10_000);
  });
});
