/** Requests that the server refuses, messages that it answers otherwise, heads that break, and programs that cannot run: told with what mends them. */
import { AT_ONCE_S, type Manner } from './manner.ts';

const refuses = (how: string, scenario: Record<string, unknown> = {}) => ({
  folder: 'refusing',
  server: { env: { REFUSES: how }, ready: '/up' },
  scenario,
});
const told = (says: RegExp) => ({ exit: 3, says, withinS: AT_ONCE_S });
const otherwise = (says: string, scenario: Record<string, unknown> = {}) => ({
  folder: 'answers-otherwise',
  server: { env: { SAYS: says } },
  scenario: { protocol: 'websocket', ...scenario },
});
const POST = { method: 'POST', body: '{"item":1}' };
const TOKEN = { token: '$.token' };

export const REFUSING: readonly Manner[] = [
  {
    kind: 'a host that the server does not know, by status 403',
    ...refuses('host'),
    should: told(/both builds.*known hosts only.*host: example\.org/),
  },
  {
    kind: 'a token against forged requests is missing',
    ...refuses('csrf', POST),
    should: told(/both builds.*CSRF.*`before-load` with `capture`/),
  },
  {
    kind: 'the same POST twice: 409',
    ...refuses('conflict', { ...POST, expect: { status: 201 } }),
    should: told(/both builds.*`\{uuid\}`/),
  },
  {
    kind: 'the same DELETE twice: 404',
    ...refuses('delete', { method: 'DELETE', expect: { status: 204 } }),
    should: told(/both builds.*finds once.*`\{n\}`/),
  },
  {
    kind: 'a body that is too large for it',
    ...refuses('large', { ...POST, body: 'x'.repeat(200_000) }),
    should: told(/both builds.*client_max_body_size/),
  },
  {
    kind: 'a body with a field that is missing: 422',
    ...refuses('invalid', POST),
    should: told(/both builds.*`body`.*names the field.*field required/),
  },
  {
    kind: 'asks for a password: 401',
    ...refuses('basic'),
    should: told(/both builds.*authorization: "Bearer \$\{TOKEN\}"/),
  },
  {
    kind: 'a token that is good for a second',
    ...refuses('expires', {
      'before-load': [{ method: 'POST', path: '/login', capture: TOKEN }],
      headers: { authorization: 'Bearer {token}' },
    }),
    should: { exit: 3, says: /valid for longer/, withinS: 30 },
  },
  {
    kind: 'a database file that is locked',
    ...refuses('locked'),
    server: { env: { REFUSES: 'locked', FILE: '{dir}/app.lock' }, ready: '/up' },
    should: { exit: 3, says: /locked.*`\{dir\}` or `\{arm\}`/, withinS: 45 },
  },
  {
    kind: 'fails at each request: 500',
    ...refuses('fails'),
    should: told(/both builds.*in the log of the run.*TypeError/),
  },
  {
    kind: 'a pool of five connections, under 32 requests at once',
    ...refuses('pool', { connections: 32 }),
    should: {
      exit: 3,
      says: /both builds.*All connections of the server's pool.*`connections`/s,
      withinS: 60,
    },
  },
  {
    kind: 'closes the connection without an answer, as where a handler panics',
    ...refuses('panics'),
    should: told(/both builds.*without a byte of an answer.*in the log of the run.*panic serving/),
  },
  {
    kind: 'answers 304, as a header of the load asks for',
    ...refuses('unmodified', { headers: { 'if-none-match': '"v1"' } }),
    should: told(/both builds.*asks only for what has changed.*status: 304/),
  },
  {
    kind: 'speaks another protocol at that path: 426',
    ...refuses('upgrade'),
    should: told(/both builds.*`protocol: websocket`/),
  },
  {
    kind: 'redirects to HTTPS',
    folder: 'refusing',
    server: { env: { REFUSES: 'https' }, ready: '/up' },
    should: told(/both builds: .*x-forwarded-proto: https/),
  },
  {
    kind: 'head ends after 5,000 requests',
    ...refuses('crash'),
    server: { env: { REFUSES: 'crash', ARM: '{arm}' } },
    should: {
      exit: 3,
      says: /head: the server ended.*in the log of the run.*pool is empty/,
      withinS: 45,
    },
  },
  {
    kind: 'head answers no more after 5,000 requests',
    folder: 'refusing',
    headFolder: 'stalling',
    server: { env: { STALLS: 'silent', AFTER: '5000' } },
    scenario: { timeout: '2s', answers: 'ignore' },
    should: {
      exit: 3,
      says: /head: GET \/ is answered no more, after [\d,]+ good.*given back/,
      withinS: 45,
    },
  },
  {
    kind: 'both answer each request by an error of GraphQL, with status 200',
    ...refuses('graphql', POST),
    should: {
      exit: 0,
      says: /(?:[Ii]nconclusive|Could not tell).*says that the request failed, whatever its status says/s,
      withinS: 150,
    },
  },
  {
    kind: 'WebSocket: answers the generator by an error',
    ...otherwise('error'),
    should: told(/both builds.*something else back.*`message: /),
  },
  {
    kind: 'WebSocket: answers the generator by nothing',
    ...otherwise('nothing', { timeout: '2s' }),
    should: told(/both builds.*nothing back.*`message: /),
  },
  {
    kind: 'WebSocket: echoes, and sends heartbeats of its own',
    ...otherwise('beats'),
    should: { exit: 3, says: /both builds.*heartbeats, fits no load/, withinS: 45 },
  },
  {
    kind: 'WebSocket: echoes text as binary',
    ...otherwise('binary'),
    should: told(/both builds.*came back whole, but as binary.*`binary: true`/),
  },
  {
    kind: 'WebSocket: a subprotocol that nobody asked for',
    ...otherwise('subprotocol'),
    should: told(/both builds.*Set `subprotocol`/),
  },
  {
    kind: 'WebSocket: an extension that nobody offered',
    ...otherwise('extension'),
    should: told(/both builds.*permessage-deflate.*Switch that off/),
  },
  {
    kind: 'a start script whose lines end in CRLF',
    ...refuses('nothing'),
    start: './run.sh',
    server: {
      build: "printf '#!/bin/sh\\r\\nexec node server.mjs\\r\\n' >run.sh; chmod +x run.sh",
    },
    should: told(/both builds.*CRLF.*eol=lf/),
  },
  {
    kind: 'a program that was built for another machine',
    ...refuses('nothing'),
    start: './app',
    server: { build: "printf '\\177ELF\\001\\001\\001' >app; chmod +x app" },
    should: told(/both builds.*built for another machine/),
  },
  {
    kind: 'a path that the server does not have: 404',
    ...refuses('nowhere'),
    should: told(/both builds.*404.*Set `path`/),
  },
  {
    kind: 'another method than that of this path: 405',
    ...refuses('method'),
    should: told(/both builds.*405.*`method`/),
  },
  {
    kind: 'a body without the type that it takes: 415',
    ...refuses('type', POST),
    should: told(/both builds.*415.*content-type: application\/json/),
  },
  {
    kind: 'head asks for a token, and base does not: 401',
    ...refuses('head-asks'),
    server: { env: { REFUSES: 'head-asks', ARM: '{arm}' }, ready: '/up' },
    should: {
      exit: 3,
      says: /head: GET \/ is not answered as expected.*401/,
      never: /both builds/,
      withinS: 30,
    },
  },
];
