import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpRequest } from '../../../src/config/experiment/scenario.ts';
import { readHar, recordingText } from '../../../src/config/files/har.ts';

interface Recorded {
  method?: string;
  url?: string;
  headers?: [name: string, value: string][];
  postData?: object;
  status?: number;
  more?: object;
}

function har(...entries: (Recorded | string | number)[]): string {
  return JSON.stringify({ log: { version: '1.2', entries: entries.map(entry) } });
}

function entry(recorded: Recorded | string | number): unknown {
  if (typeof recorded !== 'object') return recorded;
  const { method = 'GET', url = 'https://a.test/', headers = [], status = 200 } = recorded;
  const pairs = headers.map(([name, value]) => ({ name, value }));
  const { postData } = recorded;
  return {
    ...recorded.more,
    request: { method, url, headers: pairs, ...(postData && { postData }) },
    response: { status },
  };
}

function recordingOf(text: string) {
  const { recording, mistakes } = readHar(text, 100);
  assert.deepEqual(mistakes, []);
  assert.ok(recording);
  assert.deepEqual(
    recording.requests.map((request) => HttpRequest.parse(request)),
    recording.requests,
  );
  return recording;
}

function mistakesIn(text: string): string[] {
  const { recording, mistakes } = readHar(text, 2);
  assert.equal(recording, null);
  return mistakes.map(({ entry: number, message }) =>
    number === null ? message : `${number}: ${message}`,
  );
}

test('A request is sent again as it was recorded, but for what belongs to its connection', () => {
  const { origin, requests } = recordingOf(
    har({
      method: 'POST',
      url: 'https://a.test:8443/x%20y/?b=1&a=%7B#part',
      headers: [
        [':authority', 'a.test'],
        ['Host', 'a.test'],
        ['Content-Length', '5'],
        ['connection', 'keep-alive'],
        ['Keep-Alive', '5'],
        ['TE', 'trailers'],
        ['proxy-authorization', 'x'],
        ['if-none-match', '"x"'],
        ['If-Modified-Since', 'x'],
        ['Content-Type', 'text/plain'],
        ['cookie', 'a=1'],
        ['Cookie', 'b=2'],
        ['accept', 'a'],
        ['ACCEPT', 'b'],
      ],
      postData: { mimeType: 'text/plain', text: 'hällo' },
      status: 201,
    }),
  );
  assert.equal(origin, 'https://a.test:8443');
  assert.deepEqual(requests, [
    {
      method: 'POST',
      path: '/x%20y/?b=1&a=%7B',
      headers: { 'Content-Type': 'text/plain', cookie: 'a=1; b=2', accept: 'a, b' },
      body: 'hällo',
      bodyFile: null,
      weight: 1,
      ids: null,
      expect: { status: 201, body: null },
    },
  ]);
});

test('The same request counts by weight; an answer out of a cache is expected whole', () => {
  const again = { headers: [['if-none-match', '"x"']] as [string, string][], status: 304 };
  const { requests } = recordingOf(har({}, { url: 'https://a.test/b' }, again, {}));
  assert.deepEqual(
    requests.map(({ path, weight, expect }) => [path, weight, expect.status]),
    [
      ['/', 3, 200],
      ['/b', 1, 200],
    ],
  );
});

test('What is no part of the load is left out, and told', () => {
  const recording = recordingOf(
    har(
      { url: 'data:text/plain,x' },
      { url: 'http://a.test/' },
      { url: 'https://a.test/' },
      { url: 'http://b.test/' },
      { url: 'wss://a.test/' },
      { url: 'http://a.test/gone', status: 0 },
      { url: 'http://a.test/gone', status: -1 },
      { url: 'http://a.test/ws', status: 101 },
      { url: 'http://a.test/cached', more: { _fromCache: 'disk' } },
      { url: 'http://a.test/form', postData: { params: [{ name: 'a', value: 'b' }] } },
      { url: 'http://a.test/', status: 500 },
      { url: 'http://a.test/?port={port}' },
      { method: 'CONNECT', url: 'http://a.test/' },
    ),
  );
  assert.equal(
    recordingText(recording),
    "used 1 of 13 entries, 1 request to http://a.test; left out: 2 not over HTTP, 2 to other hosts, 2 without an answer, 1 to another protocol by an upgrade, 1 out of the browser's cache, 1 with a body that is recorded as form fields only, 1 the same as an earlier one with another answer, 1 with {port}, a placeholder, 1 to a proxy",
  );
  assert.equal(
    recordingText(recordingOf(har({}, { url: 'https://a.test/2' }))),
    'used 2 of 2 entries, 2 different requests to https://a.test',
  );
});

test('A body in base64 is text where it is UTF-8', () => {
  const base64 = (bytes: Buffer) => ({
    postData: { text: bytes.toString('base64'), encoding: 'base64' },
  });
  assert.equal(recordingOf(har(base64(Buffer.from('\uFEFFä')))).requests[0]?.body, '\uFEFFä');
  assert.deepEqual(mistakesIn(har({}, base64(Buffer.from([0xff])))), [
    '2: the body is not UTF-8 text',
  ]);
  assert.deepEqual(
    mistakesIn(
      har(
        { postData: { text: '\ud800' } },
        { postData: { text: '!', encoding: 'base64' } },
        { postData: { text: 'x', encoding: 'gzip' } },
      ),
    ),
    [
      '1: the body is not UTF-8 text',
      '2: the body is not UTF-8 text',
      '3: the body has the encoding "gzip"; allowed: base64',
    ],
  );
});

test('A byte order mark before the JSON does no harm', () => {
  assert.equal(recordingOf(`\uFEFF${har({})}`).requests.length, 1);
});

test('What is wrong is told with its entry', () => {
  assert.match(mistakesIn('{"log":')[0] ?? '', /^not JSON: /);
  assert.deepEqual(mistakesIn('[]'), [
    'found an empty list; allowed: a HAR file, which is a JSON object with `log`',
  ]);
  assert.deepEqual(mistakesIn('{"log":{}}'), ['log.entries: missing; needed: a list of entries']);
  assert.deepEqual(mistakesIn(har()), ['no entries']);
  assert.deepEqual(mistakesIn(har({ status: 0 }, { url: 'ws://a.test/' })), [
    'no request that can be sent: 1 without an answer, 1 not over HTTP',
  ]);
  assert.deepEqual(mistakesIn(har({}, { url: 'https://a.test/2' }, { url: 'https://a.test/3' })), [
    '3 different requests; allowed: at most 2',
  ]);
  assert.deepEqual(
    mistakesIn(
      har(
        3,
        { url: '/relative' },
        { method: 'get' },
        { headers: [['a b', 'x']] },
        { headers: [['a', 'x\ny']] },
        { headers: [['__proto__', 'x']] },
        { status: 600 },
        { status: 200.5 },
      ),
    ),
    [
      '1: found 3; allowed: an entry with `request` and `response`',
      '2: request.url: found "/relative"; allowed: an absolute URL',
      '3: request.method: found "get"; allowed: an HTTP method in capitals',
      '4: a request header: name: found "a b"; allowed: a header name',
      '5: a request header: value: found "x\\ny"; allowed: text of one line in Latin-1',
      '6: a request header: name: found "__proto__"; allowed: a header name',
      '7: response.status: found 600; allowed: an HTTP status',
      '8: response.status: found 200.5; allowed: an HTTP status',
    ],
  );
});
