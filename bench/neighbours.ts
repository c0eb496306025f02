/**
 * Other programs on the same cores, while whole runs of the gate are made: one for each core, which wants a share of it, in stretches of some
 * milliseconds, as a neighbour that does bits of work. Run by itself: the neighbour.
 *
 *     node bench/neighbours.ts SHARE
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const PERIOD_MS = { least: 10, most: 200 };
const ITSELF = fileURLToPath(import.meta.url);

/** `share`: of each core, as the neighbour would have it by itself; 0: there is none. Linux only, with `taskset`. */
export class Neighbours implements Disposable {
  readonly #children: ChildProcess[];

  constructor(share: number) {
    const cores = share === 0 ? 0 : availableParallelism();
    this.#children = Array.from({ length: cores }, (_, core) =>
      spawn('taskset', ['-c', String(core), process.execPath, ITSELF, String(share)], {
        stdio: ['ignore', 'ignore', 'inherit'],
      }),
    );
  }

  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill();
  }
}

async function beNeighbour(share: number): Promise<never> {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    const periodMs = PERIOD_MS.least + Math.random() * (PERIOD_MS.most - PERIOD_MS.least);
    const until = performance.now() + share * periodMs;
    while (performance.now() < until);
    Atomics.wait(sleeper, 0, 0, (1 - share) * periodMs);
  }
}

if (process.argv[1] === ITSELF) await beNeighbour(Number(process.argv[2]));
