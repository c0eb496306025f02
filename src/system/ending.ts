/** Ends processes for certain, and says who would not end. */
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Known } from './kin.ts';
import { patience } from './patience.ts';
import type { ProcStat } from './proc-stat.ts';
import { readProc } from './proc-stat.ts';

/** A killed process is gone at once, unless it hangs in the kernel: then waiting does not help. */
const AFTER_KILL_MS = 2500;
const ROUND_MS = 25;

/**
 * Asks everyone whom `find` names to end, once each, and those that are born meanwhile; kills who is left
 * after `graceMs`, which a signal to the gate shortens. Resolves to those that are still there then:
 * another user's, or stuck in the kernel.
 */
export async function endAll<One extends Known>(
  find: () => readonly One[],
  graceMs: number,
): Promise<readonly One[]> {
  const began = performance.now();
  const asked = new Map<number, number>();
  for (;;) {
    const left = find();
    if (left.length === 0) return left;
    const graceLeftMs = patience(graceMs) - (performance.now() - began);
    if (graceLeftMs < -AFTER_KILL_MS) return left;
    for (const one of left) {
      if (graceLeftMs <= 0) {
        signalOne(one, 'SIGKILL');
      } else if (asked.get(one.pid) !== one.startTicks) {
        asked.set(one.pid, one.startTicks);
        signalOne(one, 'SIGTERM');
        // One that is stopped hears of it only when it goes on.
        signalOne(one, 'SIGCONT');
      }
    }
    await sleep(ROUND_MS);
  }
}

/** "process 4711 (redis-server) of user 0". */
export function asText({ pid }: Pick<ProcStat, 'pid'>): string {
  const name = readProc(`${pid}/comm`)?.trim() ?? '?';
  const owner = ownerOf(`/proc/${pid}`);
  return `process ${pid} (${name})${owner === null ? '' : ` of user ${owner}`}`;
}

/** User id of a file's owner; null when it is gone. */
export function ownerOf(path: string): number | null {
  try {
    return statSync(path).uid;
  } catch {
    return null;
  }
}

function signalOne({ pid }: Known, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone between the look and the signal, or not ours to end.
  }
}
