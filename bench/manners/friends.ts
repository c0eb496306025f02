/** What a server talks to on the same machine. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Around, AT_ONCE_S, type Manner, type Wanted } from './manner.ts';

const OTHERS = /other\s+processes\s+used|measured\s+again/;
const VERDICT_S = 90;
/** Its CPU time is a metric of its own, and it is said where it runs. */
const COUNTED: Wanted = {
  exit: 0,
  says: /CPU beside per request.*Beside the servers/,
  never: OTHERS,
  withinS: VERDICT_S,
};

const withoutPostgres = () => {
  const root = '/usr/lib/postgresql';
  const isThere = existsSync(root) && readdirSync(root).length > 0;
  return isThere ? null : 'there is no PostgreSQL of Debian';
};
const example = (config: string) => ({
  folder: '../postgres',
  config,
  lacking: withoutPostgres,
  budget: '10s',
});
const shared: Around = {
  folder: '../postgres',
  start: './start-database.sh',
  stop: './stop-database.sh',
  says: (dir) => ({ DB_PORT: contentOf(dir, 'database.port') }),
};
/** Nobody talks to it: it is known by `beside` alone. */
const BUSY_PORT = '18432';
const busy: Around = {
  folder: 'busy-beside',
  start: `node busy.mjs ${BUSY_PORT} & while [ ! -s busy.pid ]; do sleep 0.05; done`,
  stop: 'kill "$(cat busy.pid)"',
  says: (dir) => ({
    PID: contentOf(dir, 'busy.pid'),
    PORT_OF_IT: BUSY_PORT,
    FILE: join(dir, 'busy.pid'),
  }),
};
/** It is known by its connection. */
const COUNTER_PORT = '18434';
const counter: Around = {
  folder: 'counts-by-udp',
  start: `node counter.mjs ${COUNTER_PORT} & while [ ! -s counter.pid ]; do sleep 0.05; done`,
  stop: 'kill "$(cat counter.pid)"',
  says: () => ({}),
};
/** A control group of its own, by whichever hierarchy this machine has. */
const GROUPS = ['/sys/fs/cgroup/pids', '/sys/fs/cgroup'].find((folder) => existsSync(folder));
const GROUP = `${GROUPS}/tg-manners`;
const inGroup: Around = {
  ...busy,
  start: `mkdir -p ${GROUP}; (echo $BASHPID >${GROUP}/cgroup.procs; exec node busy.mjs ${BUSY_PORT}) & while [ ! -s busy.pid ]; do sleep 0.05; done`,
  stop: `${busy.stop}; sleep 0.2; rmdir ${GROUP}`,
};
const withoutGroups = () =>
  GROUPS !== undefined && process.getuid?.() === 0 ? null : 'this user may make no control group';
const besideBusy = (entry: unknown): Omit<Manner, 'kind' | 'should'> => ({
  folder: 'busy-beside',
  around: busy,
  gate: { beside: [entry] },
  scenario: { latency: false },
});

function contentOf(dir: string, file: string): string {
  return readFileSync(join(dir, file), 'utf8').trim();
}

export const FRIENDS: readonly Manner[] = [
  {
    kind: 'a database for each build that uses 1 ms of CPU for each query',
    folder: 'asks-database',
    server: {
      env: { DATABASE: '{dir}/db.sock' },
      before: 'node database.mjs "$DATABASE" & while [ ! -S "$DATABASE" ]; do sleep 0.05; done',
    },
    scenario: { latency: false },
    should: COUNTED,
  },
  {
    kind: 'the same database for both builds, started by the first',
    folder: 'asks-database',
    server: {
      env: { DATABASE: '/tmp/manners-shared.sock' },
      before:
        '[ -S "$DATABASE" ] || node database.mjs "$DATABASE" & while [ ! -S "$DATABASE" ]; do sleep 0.05; done',
      after: 'rm -f "$DATABASE"',
    },
    scenario: { latency: false },
    should: COUNTED,
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
    // One command starts both: they are one server, and its CPU time is that of both.
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
    should: COUNTED,
  },
  {
    kind: 'a proxy before the server, which has one fixed port for both builds',
    folder: 'proxied',
    start: 'node server.mjs & exec node proxy.mjs',
    server: { env: { BEHIND: '18234' }, ready: { status: 200 } },
    scenario: { latency: false },
    should: {
      exit: 3,
      says: /passes its requests on to (base|head)'s \(node \(port 18234\)\).*\{dir\}\/app\.sock/,
      withinS: 45,
    },
  },
  {
    kind: 'PostgreSQL for each build, as documented',
    ...example('per-build.yml'),
    should: COUNTED,
  },
  {
    kind: 'PostgreSQL of both builds, as documented',
    ...example('shared.yml'),
    around: shared,
    should: COUNTED,
  },
  ...(['{PORT_OF_IT}', { pid: '{PID}' }, { 'pid-file': '{FILE}' }] as const).map(
    (entry): Manner => ({
      kind: `a busy program that \`beside\` names by its ${typeof entry === 'string' ? 'port' : Object.keys(entry)[0]}`,
      ...besideBusy(entry),
      should: COUNTED,
    }),
  ),
  {
    kind: 'a counter of both builds that they tell of each request by UDP',
    folder: 'counts-by-udp',
    server: { env: { COUNTER: COUNTER_PORT } },
    scenario: { latency: false },
    around: counter,
    should: COUNTED,
  },
  {
    kind: 'a busy program of a control group that `beside` names',
    ...besideBusy({ cgroup: 'tg-manners' }),
    around: inGroup,
    lacking: withoutGroups,
    should: COUNTED,
  },
  {
    kind: 'answers first and does the work later, more slowly than it comes',
    folder: 'works-later',
    scenario: { latency: false },
    should: {
      exit: 0,
      says: /could not tell.*still worked \(cores in use: base [\d.]+, head [\d.]+\).*eager or inline mode/is,
      withinS: 2 * VERDICT_S,
    },
  },
  {
    kind: 'the same, and it does the work before the answer',
    folder: 'works-later',
    server: { env: { EAGER: '1' } },
    scenario: { latency: false },
    should: { exit: 0, never: /still worked/, withinS: VERDICT_S },
  },
  {
    kind: 'a database that does not let the server in',
    folder: 'asks-in-vain',
    server: {
      ready: '/up',
      env: { SAYS: 'FATAL:  password authentication failed for user "shop"' },
    },
    should: { exit: 3, says: /the user or the password is another one there/, withinS: AT_ONCE_S },
  },
  {
    kind: 'a database without the table that is asked for, told in the answer alone',
    folder: 'asks-in-vain',
    server: { ready: '/up', env: { SAYS: 'relation "items" does not exist', IN_ANSWER: '1' } },
    should: { exit: 3, says: /lacks what is asked for.*`before`/, withinS: AT_ONCE_S },
  },
];
