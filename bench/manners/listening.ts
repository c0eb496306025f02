/** Where a server listens: it is found and measured there, or the gate says at once where it is. */
import { networkInterfaces } from 'node:os';
import { AT_ONCE_S, DECIDED, type Manner } from './manner.ts';
import { without } from './without.ts';

export const LISTENING: readonly Manner[] = [
  {
    kind: 'IPv6 only: `::` without IPv4',
    folder: 'own-address',
    server: { env: { LISTEN_ON: '::', IPV6_ONLY: '1' } },
    should: DECIDED,
  },
  {
    kind: 'IPv6 only: `::1`',
    folder: 'own-address',
    server: { env: { LISTEN_ON: '::1' } },
    should: DECIDED,
  },
  {
    kind: 'one loopback address that is not 127.0.0.1',
    folder: 'own-address',
    server: { env: { LISTEN_ON: '127.0.0.2' } },
    should: DECIDED,
  },
  {
    kind: "the machine's own address",
    folder: 'own-address',
    server: { env: { LISTEN_ON: 'own' } },
    lacking: () =>
      Object.values(networkInterfaces()).some((all) =>
        all?.some(({ family, internal }) => family === 'IPv4' && !internal),
      )
        ? null
        : 'this machine has only the loopback interface',
    should: DECIDED,
  },
  {
    kind: 'a port of its own choice',
    folder: 'any-port',
    flags: [],
    should: { exit: 3, says: /listens on .*port \d+ .*PORT/s, withinS: AT_ONCE_S },
  },
  {
    kind: 'a start command that hands no variables on',
    folder: 'any-port',
    start: 'exec env -i PATH="$PATH" node server.mjs',
    flags: [],
    should: { exit: 3, says: /`env -i` hands no variables on.*\{port\}/, withinS: AT_ONCE_S },
  },
  {
    kind: 'one fixed port for both builds',
    folder: 'any-port',
    start: 'OWN_PORT=18231 node server.mjs',
    flags: [],
    should: {
      exit: 3,
      says: /both builds: not ready.*listens on port 18231 instead.*--port 18231.*exclusive/s,
      never: /both builds fail/,
      withinS: AT_ONCE_S,
    },
  },
  {
    kind: 'a fixed port that another program has',
    folder: 'any-port',
    start: 'exec node server.mjs',
    server: {
      env: { OWN_PORT: '18232' },
      ...{ port: 18232, pairs: 'exclusive' },
      before: 'OWN_PORT=18232 setsid node server.mjs & sleep 1',
    },
    should: { exit: 3, says: /in use by another process \(node, process \d+\)/, withinS: 20 },
  },
  {
    kind: 'closes its connections, and may not listen on its port for a minute then',
    folder: 'kept-port',
    start: 'exec python3 server.py',
    flags: [],
    lacking: without('python3'),
    should: {
      exit: 3,
      says: /keep its port for a minute.*SO_REUSEADDR/s,
      withinS: 30,
    },
  },
  {
    kind: 'closes its connections, and may listen on its port again by SO_REUSEPORT alone',
    folder: 'kept-port',
    start: 'exec python3 server.py',
    server: { env: { SHARES: '1' } },
    lacking: without('python3'),
    should: { exit: 0, never: /SO_REUSEADDR/, withinS: 120 },
  },
  {
    kind: 'HTTP/3 asked of a server that answers over TCP alone',
    folder: 'readiness',
    scenario: { protocol: 'http3', tls: { 'accept-self-signed': true } },
    should: {
      exit: 3,
      says: /both builds.*listens there over TCP only, and HTTP\/3 is served over UDP.*`protocol: http2`/s,
      withinS: AT_ONCE_S,
    },
  },
  {
    kind: 'an abstract Unix socket where a port is asked for',
    folder: 'any-port',
    start: 'node abstract.mjs',
    flags: [],
    should: { exit: 3, says: /listens on the Unix socket @manners/, withinS: AT_ONCE_S },
  },
  {
    kind: 'a Unix socket where a port is asked for',
    folder: 'unix-socket',
    flags: [],
    should: { exit: 3, says: /listens on the Unix socket .*app\.sock/s, withinS: AT_ONCE_S },
  },
  {
    kind: 'a network of its own',
    folder: 'own-address',
    start: 'exec unshare --net node server.mjs',
    lacking: () => (process.getuid?.() === 0 ? without('unshare')() : 'this user may make none'),
    should: {
      exit: 3,
      says: /both builds.*in a network namespace of its own/,
      withinS: AT_ONCE_S,
    },
  },
];
