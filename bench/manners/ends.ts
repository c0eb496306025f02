/** How a server ends, and what it leaves behind when it does not. */
import { AT_ONCE_S, DECIDED, type Manner } from './manner.ts';
import { without } from './without.ts';

const notRoot = () => (process.getuid?.() === 0 ? null : 'this user may not become another one');

export const ENDS: readonly Manner[] = [
  {
    kind: 'ends when its standard input does',
    folder: 'ending',
    server: { env: { READS_STDIN: '1' } },
    should: DECIDED,
  },
  {
    kind: 'needs 5 s after SIGTERM, with a pid file until then',
    folder: 'ending',
    server: { env: { STOP_MS: '5000' } },
    should: { exit: 0, withinS: 120 },
  },
  {
    kind: 'does not end at SIGTERM, and leaves its pid file',
    folder: 'ending',
    server: { env: { NEVER_STOPS: '1' }, stop: { timeout: '2s' } },
    should: { exit: 3, says: /server\.pid.*killed.*stop/s, withinS: 60 },
  },
  {
    kind: 'starts itself anew at SIGTERM',
    folder: 'ending',
    server: { env: { STARTS_AGAIN: '1' }, stop: { timeout: '1s' } },
    // What comes after it is asked to end as soon as it is there.
    should: { exit: 0, withinS: 90 },
  },
  {
    kind: 'a supervisor that kills its whole group when a worker does not start',
    folder: 'ends-all',
    should: {
      exit: 3,
      says: /both builds: .*SIGKILL.*supervisor of its own.*the pool of connections cannot be made/s,
      withinS: AT_ONCE_S,
    },
  },
  {
    kind: 'a master that listens, whose workers end as soon as they start',
    folder: 'workers-end',
    should: {
      exit: 3,
      says: /both builds: the server, or a worker of it, ended before it was ready.*printed the same error/s,
      never: /Host header/,
      withinS: 30,
    },
  },
  {
    kind: 'ends at SIGINT alone',
    folder: 'ending',
    server: { env: { NEVER_STOPS: '1' }, stop: { signal: 'SIGINT' } },
    should: DECIDED,
  },
  {
    kind: 'ends by a command alone',
    folder: 'ending',
    server: {
      env: { NEVER_STOPS: '1' },
      stop: { command: 'kill -INT "$(cat server.pid)"' },
    },
    should: DECIDED,
  },
  {
    kind: 'a daemon: the start command ends at once',
    folder: 'ending',
    start: 'setsid node server.mjs & sleep 0.2',
    lacking: without('setsid'),
    should: DECIDED,
  },
  {
    kind: 'a daemon that forks twice and empties its environment',
    folder: 'ending',
    start:
      '(setsid env -i PATH="$PATH" PORT="$PORT" node server.mjs > /dev/null 2>&1 < /dev/null &) ; sleep 0.2',
    lacking: without('setsid'),
    should: DECIDED,
  },
  {
    // Its daemon takes seconds to begin and to end, and does so for each block.
    kind: 'a daemon: of pm2, which has one for each user',
    folder: 'ending',
    start: 'pm2 start server.mjs',
    lacking: without('pm2'),
    should: { exit: 0, withinS: 200 },
  },
  {
    kind: 'a service of the machine as the start command',
    folder: 'ending',
    start: 'systemctl start throughput-gate-manners',
    lacking: without('systemctl'),
    should: {
      exit: 3,
      says: /`systemctl` hands the server to a service of systemd.*`ExecStart`/s,
      withinS: AT_ONCE_S,
    },
  },
  {
    kind: 'runs as another user, in a session and under a title of its own',
    folder: 'ending',
    start:
      'chmod 777 .; chmod a+x .. ../.. ../../..; exec setsid -w setpriv --reuid 65534 --clear-groups bash -c \'exec -a postgres "$0" server.mjs\' "$(command -v node)"',
    lacking: () => notRoot() ?? without('setpriv')(),
    should: DECIDED,
  },
  {
    kind: 'nginx whose workers run as another user, who may not enter the copies',
    folder: 'nginx',
    start: `sed "s/PORT/$PORT/" nginx.conf >own.conf; exec nginx -p "$PWD/" -c own.conf -g 'daemon off;'`,
    lacking: () => notRoot() ?? without('nginx')(),
    should: { exit: 3, says: /403.*who cannot enter the copies.*chmod a\+rx/, withinS: AT_ONCE_S },
  },
  {
    kind: 'its command of `stop` hangs',
    folder: 'ending',
    server: {
      env: { NEVER_STOPS: '1' },
      stop: { command: 'sleep 300', signal: 'SIGINT', timeout: '1s' },
    },
    should: { exit: 0, says: /`stop\.command` fails \(not done/, withinS: 120 },
  },
  {
    kind: 'its command of `stop` fails',
    folder: 'ending',
    server: { env: { NEVER_STOPS: '1' }, stop: { command: 'exit 3', signal: 'SIGINT' } },
    should: { ...DECIDED, says: /`stop\.command` fails \(exit code 3\)/ },
  },
  {
    kind: 'its command of `stop` ends the first process alone',
    folder: 'ending',
    start: 'node server.mjs & echo $$ >first.number; wait',
    server: {
      env: { NEVER_STOPS: '1' },
      stop: { command: 'kill -9 "$(cat first.number)"', timeout: '2s' },
    },
    should: {
      exit: 3,
      says: /its first process ended, but process \d+ \(node\).* went on/,
      withinS: 60,
    },
  },
  {
    kind: '`before` never ends',
    folder: 'ending',
    server: { before: 'sleep 300 & sleep 300', 'build-timeout': '3s' },
    should: {
      exit: 3,
      says: /`before` failed \(not done after 3s\).*goes to the background/,
      withinS: 30,
    },
  },
  {
    kind: '`before` leaves children and a daemon behind',
    folder: 'ending',
    server: { before: 'sleep 300 & setsid sleep 300 & (setsid sleep 300 &) ; true' },
    should: DECIDED,
  },
  {
    kind: '`after` fails',
    folder: 'ending',
    server: { after: 'echo no; exit 3' },
    should: { ...DECIDED, says: /`after` failed \(exit code 3\)/ },
  },
];
