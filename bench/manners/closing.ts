/** How a server ends connections and refuses requests, and where it stalls. */
import { AT_ONCE_S, type Manner } from './manner.ts';
import { without } from './without.ts';

// A slow server gets more than its budget, for the fewest blocks that can be judged.
const VERDICT_S = 90;
/** Two tries with the request's whole time each, and the start of both servers. */
const STALLED_S = 60;
const closes = (how: string) => ({ folder: 'closing', server: { env: { CLOSES: how } } });
const http2 = (how: string): Omit<Manner, 'kind' | 'should'> => ({
  folder: 'closing',
  start: 'node http2.mjs',
  server: { env: { REFUSES: how } },
  scenario: { protocol: 'http2', streams: 4 },
});
const stalls = (how: string, after: string): Omit<Manner, 'kind' | 'should'> => ({
  folder: 'stalling',
  server: { env: { STALLS: how, AFTER: after } },
  scenario: { timeout: '2s' },
});
const webSocket = (how: string, code = 1000) => ({
  folder: 'closing',
  start: 'node websocket.mjs',
  server: { env: { CLOSES: how, CODE: String(code) } },
  scenario: { protocol: 'websocket', 'message-size': 64, connections: 8 },
});
const VERDICT = { exit: 0, withinS: VERDICT_S };
const RESENT = { ...VERDICT, says: /were sent again/ };
const NOT_RESENT = { ...VERDICT, never: /were sent again/ };
const STALLED = { exit: 3, withinS: STALLED_S };

/** Of a message that is under way when they come, these say something. */
const CODES: readonly (readonly [code: number, says: RegExp])[] = [
  [1003, /code 1003.*does not take messages of this type/],
  [1008, /code 1008.*limits how often a client may send/],
  [1009, /code 1009.*too large/],
  [1011, /code 1011.*failed itself/],
  [4001, /Code 4001 is one of the server's own/],
];

export const CLOSING: readonly Manner[] = [
  {
    kind: 'a hold of 300 connections, of which both builds take 120',
    ...webSocket('full'),
    scenario: {
      ...{ protocol: 'websocket', mode: 'hold', 'message-size': 64 },
      ...{ connections: 300, 'open-rate': 3000, hold: '1s', rate: 100 },
    },
    should: {
      exit: 0,
      says: /connections refused: over the limit of 0%, at 60%, and base is over it too.*For example: .*503.*Ask for fewer `connections`.*lost 80 of 200 connections in the pilot run/,
      withinS: VERDICT_S,
    },
  },
  { kind: 'ends each connection without saying so', ...closes('each'), should: RESENT },
  {
    kind: 'ends each connection without saying so; `connection: close` asked for',
    ...closes('each'),
    scenario: { headers: { connection: 'close' } },
    should: NOT_RESENT,
  },
  {
    kind: 'ends each connection without saying so; POST, `connection: close` asked for',
    ...closes('each'),
    scenario: { method: 'POST', headers: { connection: 'close' } },
    should: NOT_RESENT,
  },
  {
    kind: 'ends each connection without saying so; POST',
    ...closes('each'),
    scenario: { method: 'POST' },
    should: { exit: 3, says: /connection: close/, withinS: VERDICT_S },
  },
  { kind: 'ends each connection, announced', ...closes('announced'), should: NOT_RESENT },
  {
    kind: 'ends each connection, announced, and swallows what comes then',
    ...closes('swallowing'),
    should: { ...VERDICT, never: /were sent again|distrust/ },
  },
  { kind: 'HTTP/1.0', ...closes('old'), should: NOT_RESENT },
  { kind: 'HTTP/1.0, answers end with the connection', ...closes('unending'), should: NOT_RESENT },
  { kind: 'ends each connection after 100 requests', ...closes('hundred'), should: RESENT },
  { kind: 'resets a connection every 300 requests', ...closes('recycled'), should: RESENT },
  { kind: 'says 408 to a connection that rests for 40 ms', ...closes('resting'), should: VERDICT },
  { kind: 'HTTP/2: refuses every 50th stream', ...http2('streams'), should: RESENT },
  { kind: 'HTTP/2: GOAWAY after 200 streams', ...http2('goaway'), should: VERDICT },
  {
    kind: 'HTTP/2: GOAWAY with ENHANCE_YOUR_CALM after 200 streams',
    ...http2('calm'),
    should: { ...VERDICT, says: /were sent again.*ENHANCE_YOUR_CALM.*asks for too much/ },
  },
  {
    kind: 'HTTP/2: GOAWAY with ENHANCE_YOUR_CALM after 3 streams',
    ...http2('calm-always'),
    should: { exit: 3, says: /GOAWAY.*ENHANCE_YOUR_CALM.*`streams`/, withinS: STALLED_S },
  },
  {
    kind: 'HTTP/2: resets streams with ENHANCE_YOUR_CALM',
    ...http2('calm-streams'),
    should: {
      exit: 3,
      says: /reset the stream \(ENHANCE_YOUR_CALM\).*`streams`/,
      withinS: STALLED_S,
    },
  },
  {
    kind: 'HTTP/2: refuses every stream',
    ...http2('all'),
    should: {
      exit: 3,
      says: /both builds.*reset the stream \(REFUSED_STREAM\).*takes no requests.*its own log/,
      withinS: AT_ONCE_S,
    },
  },
  {
    kind: 'HTTP/2: GOAWAY on each new connection',
    ...http2('goaway-at-once'),
    should: {
      exit: 3,
      says: /both builds.*\(GOAWAY, NO_ERROR\).*takes no requests.*its own log/,
      withinS: AT_ONCE_S,
    },
  },
  {
    kind: 'HTTP/2: GOAWAY with ENHANCE_YOUR_CALM on each new connection',
    ...http2('calm-at-once'),
    should: {
      exit: 3,
      says: /both builds.*\(GOAWAY, ENHANCE_YOUR_CALM\).*asks for too much.*its own log/,
      withinS: AT_ONCE_S,
    },
  },
  {
    kind: 'HTTP/2: GOAWAY after the first stream of each connection',
    ...http2('goaway-after-one'),
    should: VERDICT,
  },
  {
    kind: 'HTTP/2: informational answers before each answer',
    ...http2('nothing'),
    should: VERDICT,
  },
  {
    kind: 'WebSocket: closes with 1000 after 100 messages',
    ...webSocket('hundred'),
    should: RESENT,
  },
  { kind: 'WebSocket: closes with 1000 after each message', ...webSocket('each'), should: VERDICT },
  {
    kind: 'WebSocket: closes with 1000 in place of an echo',
    ...webSocket('at-once'),
    should: { exit: 3, says: /both builds.*code 1000.*`message`/, withinS: AT_ONCE_S },
  },
  ...[1001, 1012, 1013].map(
    (code): Manner => ({
      kind: `WebSocket: closes with ${code} after 100 messages`,
      ...webSocket('hundred', code),
      should: RESENT,
    }),
  ),
  ...CODES.map(
    ([code, says]): Manner => ({
      kind: `WebSocket: closes with ${code} after 100 messages`,
      ...webSocket('hundred', code),
      should: { exit: 3, says, withinS: VERDICT_S },
    }),
  ),
  {
    kind: 'WebSocket: answers the handshake with 400',
    ...webSocket('refuses'),
    should: { exit: 3, says: /both builds.*400.*`path` first/, withinS: AT_ONCE_S },
  },
  {
    kind: 'serves one connection at a time',
    folder: 'one-at-a-time',
    start: 'python3 server.py',
    lacking: without('python3'),
    should: { exit: 3, says: /one connection at a time.*connections: 1/s, withinS: AT_ONCE_S },
  },
  {
    kind: 'serves one connection at a time, and is asked on one',
    folder: 'one-at-a-time',
    start: 'python3 server.py',
    scenario: { connections: 1 },
    lacking: without('python3'),
    // It writes head and body apart, so that each answer waits 40 ms for an ACK: its blocks are long.
    should: { exit: 0, withinS: 120 },
  },
  {
    kind: 'takes ten connections, and closes each further one at once',
    folder: 'few-connections',
    server: { env: { MOST: '10' } },
    scenario: { connections: 32 },
    should: {
      exit: 3,
      says: /serves 10 connections at a time.*closed 22.*connections: 10/s,
      withinS: STALLED_S,
    },
  },
  {
    kind: 'may open twenty files, and keeps further connections waiting',
    folder: 'few-files',
    start: 'ulimit -n 20; exec python3 server.py',
    scenario: { connections: 32 },
    lacking: without('python3'),
    should: { exit: 3, says: /may not open as many files.*`ulimit -n 65536`/, withinS: STALLED_S },
  },
  {
    kind: 'answers 503 while more than ten connections are open',
    folder: 'limits',
    server: { env: { BUSY: '1', MOST: '10' } },
    scenario: { connections: 32 },
    should: {
      exit: 3,
      says: /answers 503 while 32 connections are open.*connections: 8/s,
      withinS: AT_ONCE_S,
    },
  },
  {
    kind: 'ends in order after its first 1,000 requests',
    folder: 'limits',
    should: {
      exit: 3,
      says: /the server (ended|has closed port).*limit of requests/s,
      withinS: AT_ONCE_S,
    },
  },
  {
    kind: 'ends in order after each 5,000 requests, and a loop starts it again',
    folder: 'limits',
    start: 'while true; do MOST=5000 node server.mjs; done',
    should: {
      exit: 3,
      says: /both builds.*(limit of requests|started again)/,
      withinS: STALLED_S,
    },
  },
  { kind: 'silent after its first answer', ...stalls('silent', '1'), should: STALLED },
  { kind: 'no body after its first answers', ...stalls('head', '10'), should: STALLED },
  { kind: 'reads nothing after 500 answers', ...stalls('deaf', '500'), should: STALLED },
];
