/**
 * Other programs on the same cores, while whole runs of the gate are made: one for each core, which wants a share of it, in stretches of some
 * milliseconds, as a neighbour that does bits of work. Run by itself: the neighbour.
 *
 *     node bench/neighbours.ts SHARE
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseCoreList } from '../src/system/cpus/cpu-topology.ts';

const PERIOD_MS = { least: 10, most: 200 };
const ITSELF = fileURLToPath(import.meta.url);

/** `share`: of each core, as the neighbour would have it by itself; 0: there is none. Linux only, with `taskset`. */
export class Neighbours implements Disposable {
  readonly #children: ChildProcess[];

  constructor(share: number) {
    const cores = share === 0 ? [] : allowedCores();
    this.#children = cores.map((core) =>
      // A neighbour ends with the pipe, whatever ends this process.
      spawn('taskset', ['-c', String(core), process.execPath, ITSELF, String(share)], {
        stdio: ['pipe', 'ignore', 'inherit'],
      }).once('exit', (code) => {
        throw new Error(`the neighbour on core ${core} has ended (${code})`);
      }),
    );
  }

  [Symbol.dispose](): void {
    for (const child of this.#children) child.removeAllListeners('exit').kill();
  }
}

/** Those that this process may run on. */
function allowedCores(): number[] {
  const status = readFileSync('/proc/self/status', 'utf8');
  return parseCoreList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '');
}

async function beNeighbour(share: number): Promise<never> {
  process.stdin.on('end', () => process.exit()).resume();
  for (;;) {
    const periodMs = PERIOD_MS.least + Math.random() * (PERIOD_MS.most - PERIOD_MS.least);
    const until = performance.now() + share * periodMs;
    while (performance.now() < until);
    await sleep((1 - share) * periodMs);
  }
}

if (process.argv[1] === ITSELF) await beNeighbour(Number(process.argv[2]));
