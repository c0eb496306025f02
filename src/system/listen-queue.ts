/** The queue of new connections that a listener has not accepted yet, and how often one was full. Linux only. */
import { spawnSync } from 'node:child_process';
import { readProc } from './proc-stat.ts';

/**
 * How many connections may wait at a TCP port, as its server asked of `listen`: the shortest queue, where several processes listen. Null where
 * nobody listens, or where there is no `ss` (iproute2), as no file of the kernel's tells it.
 */
export function listenQueueOf(port: number): number | null {
  const { status, stdout } = spawnSync('ss', ['-ltnH', `sport = :${port}`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 2000,
  });
  return status === 0 ? shortestQueue(stdout) : null;
}

/** Lines of `ss -ltnH`: `LISTEN 0 5 127.0.0.1:8000 0.0.0.0:*`, of which the third column is how many may wait. */
export function shortestQueue(text: string): number | null {
  const lengths = [...text.matchAll(/^LISTEN +\d+ +(\d+) /gm)].map(([, length]) => Number(length));
  return lengths.length === 0 ? null : Math.min(...lengths);
}

/** Connections that found a full queue since the machine started, of all listeners of this network namespace; null: not to be had. */
export function listenOverflows(): number | null {
  const text = readProc('net/netstat');
  return text === null ? null : parseOverflows(text);
}

/** `/proc/net/netstat`: a line with names, and one with their figures. */
export function parseOverflows(text: string): number | null {
  const [names = [], figures = []] = text
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(' '));
  const at = names.indexOf('ListenOverflows');
  return at < 0 ? null : Number(figures[at]);
}
