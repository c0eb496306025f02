/** How a server is known to be ready, and what is said of one that never is. */
import { AT_ONCE_S, DECIDED, type Manner } from './manner.ts';
import { without } from './without.ts';

export const READINESS: readonly Manner[] = [
  {
    kind: 'needs 35 s to start, by flags alone',
    folder: 'readiness',
    start: 'START_MS=35000 node server.mjs',
    // Each block has such a start.
    budget: '5s',
    flags: [],
    should: { exit: 0, withinS: 360 },
  },
  {
    kind: 'ready only with `Host: example.test`, by a file',
    folder: 'readiness',
    server: { env: { READY_HOST: 'example.test' }, ready: { headers: { host: 'example.test' } } },
    scenario: { headers: { host: 'example.test' } },
    should: DECIDED,
  },
  {
    kind: 'ready only with `Host: example.test`, by flags',
    folder: 'readiness',
    start: 'READY_HOST=example.test node server.mjs',
    flags: ['--headers', 'host: example.test', '--ready-headers', 'host: example.test'],
    should: DECIDED,
  },
  {
    kind: 'answers 401 without a token',
    folder: 'readiness',
    start: 'TOKEN=t node server.mjs',
    flags: ['--ready-status', '200', '--ready-timeout', '3s'],
    should: { exit: 3, says: /401.*--ready-headers/s, withinS: AT_ONCE_S },
  },
  {
    kind: 'redirects `/items` to `/items/`',
    folder: 'readiness',
    start: 'REDIRECT=1 node server.mjs',
    flags: ['--path', '/items'],
    should: { exit: 3, says: /both builds.*\/items\/.*--path \/items\//s, withinS: AT_ONCE_S },
  },
  {
    kind: 'answers 503 for the first 2 s that it listens',
    folder: 'readiness',
    server: { env: { COLD_MS: '2000' } },
    should: { exit: 0, withinS: 60 },
  },
  {
    kind: 'ends while it starts',
    folder: 'readiness',
    start: "FAIL='no such table: users' node server.mjs",
    flags: [],
    should: { exit: 3, says: /no such table: users/, withinS: AT_ONCE_S },
  },
  {
    kind: 'no HTTP: greets whoever connects',
    folder: 'no-http',
    start: 'SPEAKS=greets node server.mjs',
    flags: [],
    should: { exit: 3, says: /speaks no HTTP there/, withinS: AT_ONCE_S },
  },
  {
    kind: 'no HTTP: answers in its own way',
    folder: 'no-http',
    start: 'SPEAKS=answers node server.mjs',
    flags: ['--tls', 'accept-self-signed'],
    should: { exit: 3, says: /speaks no HTTP and no TLS there/, withinS: AT_ONCE_S },
  },
  {
    kind: 'no HTTP: says nothing, told while it is waited for',
    folder: 'no-http',
    start: 'SPEAKS=nothing node server.mjs',
    flags: ['--ready-timeout', '14s'],
    should: { exit: 3, says: /gave no answer within 5000 ms.*--ready-command true/, withinS: 35 },
  },
  {
    kind: 'WebSocket: greets whoever connects, and answers no plain request',
    folder: 'greeting',
    server: { ready: { timeout: '14s' } },
    scenario: { protocol: 'websocket', 'message-size': 64 },
    should: { exit: 3, says: /`ready: \{ command: 'true' \}`/, withinS: 35 },
  },
  {
    kind: 'WebSocket: greets whoever connects, ready as soon as it listens',
    folder: 'greeting',
    server: { ready: { command: 'true' } },
    scenario: { protocol: 'websocket', 'message-size': 64 },
    should: { exit: 3, says: /sends messages of its own/, withinS: AT_ONCE_S },
  },
  {
    kind: "ready by a line that Python's print() keeps back",
    folder: 'python-log',
    start: 'python3 server.py',
    server: { ready: { log: 'listening' } },
    lacking: without('python3'),
    should: { exit: 0, withinS: 60 },
  },
  {
    kind: 'its command of `ready` says yes before it listens',
    folder: 'readiness',
    server: { env: { START_MS: '2000' }, ready: { command: 'true' } },
    should: { exit: 0, withinS: 90 },
  },
  {
    kind: 'its line is printed before it listens',
    folder: 'readiness',
    start: 'echo ready; START_MS=2000 exec node server.mjs',
    server: { ready: { log: 'ready' } },
    should: { exit: 0, withinS: 90 },
  },
  {
    kind: 'its line never comes',
    folder: 'readiness',
    server: { ready: { log: 'up and running', timeout: '3s' } },
    should: { exit: 3, says: /no line of its output has what `ready\.log` names/, withinS: 20 },
  },
];
