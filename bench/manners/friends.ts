/** What a server talks to on the same machine. */
import type { Manner } from './manner.ts';

const OTHERS = /other\s+processes\s+used|measured\s+again/;
const VERDICT_S = 90;

export const FRIENDS: readonly Manner[] = [
  {
    kind: 'a database for each build that uses 1 ms of CPU for each query',
    folder: 'asks-database',
    server: {
      env: { DATABASE: '{dir}/db.sock' },
      before: 'node database.mjs "$DATABASE" & while [ ! -S "$DATABASE" ]; do sleep 0.05; done',
    },
    scenario: { latency: false },
    should: { exit: 0, never: OTHERS, withinS: VERDICT_S },
  },
  {
    kind: 'the same database for both builds, started by the first',
    folder: 'asks-database',
    server: {
      env: { DATABASE: '/tmp/tg-manners-shared.sock' },
      before:
        '[ -S "$DATABASE" ] || node database.mjs "$DATABASE" & while [ ! -S "$DATABASE" ]; do sleep 0.05; done',
      after: 'rm -f "$DATABASE"',
    },
    scenario: { latency: false },
    should: { exit: 0, never: OTHERS, withinS: VERDICT_S },
  },
  {
    kind: 'a database that dies in the middle',
    folder: 'asks-database',
    server: {
      env: { DATABASE: '{dir}/db.sock' },
      before:
        'timeout 12 node database.mjs "$DATABASE" & while [ ! -S "$DATABASE" ]; do sleep 0.05; done',
    },
    scenario: { latency: false },
    should: { exit: 3, says: /is\s+gone:\s+(node|timeout)\s+\(socket/, withinS: VERDICT_S },
  },
  {
    kind: 'a sidecar: a proxy before the server, on the port of the gate',
    folder: 'proxied',
    start: 'node server.mjs & exec node proxy.mjs',
    server: { env: { BEHIND: '{dir}/behind.sock' }, ready: { status: 200 } },
    scenario: { latency: false },
    should: { exit: 0, never: OTHERS, withinS: VERDICT_S },
  },
  {
    kind: 'a proxy as the server, and what it leads to started before it',
    folder: 'proxied',
    start: 'exec node proxy.mjs',
    server: {
      env: { BEHIND: '{dir}/behind.sock' },
      before: 'node server.mjs & while [ ! -S "$BEHIND" ]; do sleep 0.05; done',
    },
    scenario: { latency: false },
    should: { exit: 0, never: OTHERS, withinS: VERDICT_S },
  },
];
