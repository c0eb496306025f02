/** Unix sockets by which a manager of processes hears of its own commands, or a runtime talks to its workers: no server is meant by them. Pure. */
import type { Endpoint } from './address.ts';

/** Of pm2, also in a home that the gate has given it; of Python's `multiprocessing`; of gunicorn; of supervisord. */
const OF_MANAGERS =
  /\/(?:\.pm2|pm2-(?:base|head))\/(?:pub|rpc)\.sock$|\/pymp-[^/]+\/listener-[^/]+$|\/gunicorn\.ctl$|\/supervisord?\.sock$/;

export function isManagers(at: Endpoint): boolean {
  return at.kind === 'unix' && OF_MANAGERS.test(at.path);
}
