/** The gate's side of one holder process: starts it, talks to it, notices its death, ends it. */

import type { Share } from '../sequence.ts';
import type { HelperNames, HelperProcess } from '../worker/process.ts';
import { startWorker } from '../worker/start.ts';
import type { HolderReply, HolderRequest } from './messages.ts';
import type { HeldShare, HoldSample, HoldTarget, OpenedShare, Sources } from './results.ts';

/** Beside what was asked for: it is there to end, not to measure. */
const SPARE_MS = 60_000;
const NAMES: HelperNames = {
  who: 'A holder of connections',
  failed: 'Holding connections failed',
  by: 'load generator',
};

/**
 * Starts a holder on these cores; null: on any. Rejects when it cannot be started. `signal` ends it at
 * once: calls under way reject with GeneratorGone. `program` is for tests of the bundle.
 */
export async function startHolder(options: {
  cores: readonly number[] | null;
  signal: AbortSignal;
  program?: string | undefined;
}): Promise<HolderProcess> {
  const { cores, signal, program } = options;
  const terms = { program: 'holder', cores, signal, names: NAMES, path: program } as const;
  return new HolderProcess(await startWorker<HolderRequest, HolderReply>(terms));
}

export class HolderProcess implements AsyncDisposable {
  readonly #process: HelperProcess<HolderRequest, HolderReply>;
  #target: HoldTarget | null = null;
  constructor(helper: HelperProcess<HolderRequest, HolderReply>) {
    this.#process = helper;
  }

  /** For tests and for its memory. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Rejects with ScenarioUnsendable. */
  async prepare(
    target: HoldTarget,
    share: Share,
    sources: Sources | null,
    first = 0,
  ): Promise<void> {
    this.#target = target;
    await this.#process.call({ op: 'prepare', target, share, sources, first }, SPARE_MS);
  }

  async open(startAtMs: number): Promise<OpenedShare> {
    const { opened } = await this.#process.call({ op: 'open', startAtMs }, this.#limit().openMs);
    return opened as OpenedShare;
  }

  async hold(startAtMs: number): Promise<HeldShare> {
    const { held } = await this.#process.call({ op: 'hold', startAtMs }, this.#limit().holdMs);
    return held as HeldShare;
  }

  async close(): Promise<{ dropped: number; samples: HoldSample[] }> {
    const { dropped = 0, samples = [] } = await this.#process.call({ op: 'close' }, SPARE_MS);
    return { dropped, samples };
  }

  /** Ends the process: asks by disconnecting, then kills. Never rejects; may be called again. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }

  /** Twice what the scenario says: a machine that cannot keep the rate is told so by the figures. */
  #limit(): { openMs: number; holdMs: number } {
    const { connections, openPerSecond, holdMs, timeoutMs } = (this.#target as HoldTarget).scenario;
    const spareMs = 2 * timeoutMs + SPARE_MS;
    return { openMs: (2000 * connections) / openPerSecond + spareMs, holdMs: 2 * holdMs + spareMs };
  }
}
