/** What the gate and a holder process say to each other. */
import type { Share } from '../sequence.ts';
import type { FailedReply } from '../worker/process.ts';
import type { HeldShare, HoldSample, HoldTarget, OpenedShare, Sources } from './results.ts';

/**
 * Gate → holder. `prepare` opens nothing yet. `open`: connection k of all is opened `k / openPerSecond` s after the start, by the
 * process with index k mod `of`. `hold`: the same of the requests, for the scenario's time. `close`:
 * closes all, and counts those that were lost before.
 */
export type HolderRequest =
  | {
      id: number;
      op: 'prepare';
      target: HoldTarget;
      share: Share;
      sources: Sources | null;
      /** Number of its first request over all loads of the arm: values that are new each time go on. */
      first: number;
    }
  | { id: number; op: 'open'; startAtMs: number }
  | { id: number; op: 'hold'; startAtMs: number }
  | { id: number; op: 'close' };

export type HolderReply =
  | {
      id: number;
      ok: true;
      opened?: OpenedShare;
      held?: HeldShare;
      dropped?: number;
      samples?: HoldSample[];
    }
  | FailedReply;
