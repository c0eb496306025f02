import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AnswerParser, MAX_HEAD_BYTES } from '../../../src/load/http1/answer-parser.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { type Expectation, read, readText, single, split } from './read-answer.ts';

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
    it(`The answer parser reads ${name}, whole and byte by byte`, () => {
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
    it(`The answer parser refuses ${name}, whole and byte by byte`, () => {
      for (const pieces of [split(text, []), single(text)]) {
        const found = read(pieces);
        assert.equal(found.outcome, 'failed');
        assert.match(unmarked(found.error), error);
      }
    });
  }

  it('The answer parser stops at the end of the answer and says where that is', () => {
    const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
    assert.equal(readText(`${answer}HTTP/1.1 200 OK`).length, answer.length);
  });

  it('The answer parser reads a body that only the close ends, and says so', () => {
    for (const text of ['HTTP/1.0 200 OK\r\n\r\nhello', 'HTTP/1.1 200 OK\r\n\r\nhello']) {
      const found = readText(text, { expectedBody: 'hello' });
      assert.equal(found.outcome, 'closed');
      assert.equal(found.keepAlive, false);
      assert.equal(found.matches, true);
    }
  });

  it('The answer parser sees when the connection will not be kept', () => {
    const keeps = (version: string, header: string) =>
      readText(`HTTP/${version} 200 OK\r\n${header}content-length: 0\r\n\r\n`).keepAlive;
    assert.equal(keeps('1.1', ''), true);
    assert.equal(keeps('1.1', 'connection: close\r\n'), false);
    assert.equal(keeps('1.1', 'Connection: foo , CLOSE\r\n'), false);
    assert.equal(keeps('1.1', 'connection: keep-alive\r\nconnection: close\r\n'), false);
    assert.equal(keeps('1.0', ''), false);
    assert.equal(keeps('1.0', 'connection: keep-alive\r\n'), true);
  });

  it('The answer parser is not complete when the peer closes early', () => {
    for (const text of ['', 'HTTP/1.1 200', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell']) {
      assert.equal(readText(text).outcome, 'more');
    }
  });

  it('The answer parser allows a head of 64 KiB, and not one byte more', () => {
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

  it('The answer parser bears a few interim answers before each, and not for ever', () => {
    const parser = new AnswerParser();
    const interim = 'HTTP/1.1 103 Early Hints\r\n\r\n';
    const whole = (count: number) =>
      Buffer.from(`${interim.repeat(count)}HTTP/1.1 204 No Content\r\n\r\n`);
    for (let time = 0; time < 3; time++) {
      assert.equal(read([whole(16)], {}, parser).outcome, 'done');
    }
    const { outcome, error } = read([whole(17)], {}, parser);
    assert.deepEqual(
      [outcome, error],
      ['failed', 'more than 16 interim answers (1xx) before the answer'],
    );
  });

  it('The answer parser is ready for the next answer after reset', () => {
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

  it('The answer parser says how far an answer has got', () => {
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
