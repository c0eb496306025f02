/** Ends processes for certain, and says who would not end. */
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcStat } from '../kernel/proc-stat.ts';
import { readProc } from '../kernel/proc-stat.ts';
import { programOf } from '../kernel/started-as.ts';
import { patience } from '../program/patience.ts';
import { signalAsRoot } from './as-root.ts';
import type { Known } from './kin.ts';

/** A killed process is gone at once, unless it hangs in the kernel: then waiting does not help. */
const AFTER_KILL_MS = 2500;
const ROUND_MS = 25;

export interface HowToEnd<One> {
  /** What everyone is asked with; null: nobody is asked, only waited for. SIGTERM by default. */
  signal?: NodeJS.Signals | null;
  /** Told once, of those who had not ended in time, just before they are killed. */
  onKill?: (left: readonly One[]) => void;
}

/**
 * Asks everyone whom `find` names to end, once each, and those that are born meanwhile; kills who is left
 * after `graceMs`, which a signal to the gate shortens. Resolves to those that are still there then:
 * another user's, or stuck in the kernel.
 */
export async function endAll<One extends Known>(
  find: () => readonly One[],
  graceMs: number,
  { signal = 'SIGTERM', onKill = () => {} }: HowToEnd<One> = {},
): Promise<readonly One[]> {
  const began = performance.now();
  const asked = new Map<number, number>();
  let killing = false;
  for (;;) {
    const left = find();
    if (left.length === 0) return left;
    const graceLeftMs = patience(graceMs) - (performance.now() - began);
    if (graceLeftMs < -AFTER_KILL_MS) return left;
    if (graceLeftMs <= 0) {
      if (!killing) onKill(left);
      killing = true;
      await signalAll(left, ['SIGKILL']);
    } else if (signal !== null) {
      const unasked = left.filter(({ pid, startTicks }) => asked.get(pid) !== startTicks);
      for (const { pid, startTicks } of unasked) asked.set(pid, startTicks);
      // One that is stopped hears of it only when it goes on.
      await signalAll(unasked, [signal, 'SIGCONT']);
    }
    await sleep(ROUND_MS);
  }
}

/** "process 4711 (redis-server) of user 0". By its program, where that may be seen: it can call itself what it likes. */
export function asText({ pid }: Pick<ProcStat, 'pid'>): string {
  const name = programOf(pid) ?? readProc(`${pid}/comm`)?.trim() ?? '?';
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

/** Each of them gets these signals, one after the other. */
async function signalAll(all: readonly Known[], signals: readonly NodeJS.Signals[]): Promise<void> {
  const others = all.filter(({ pid }) =>
    signals.some((signal) => signalOne(pid, signal) === 'EPERM'),
  );
  if (others.length === 0) return;
  for (const signal of signals)
    await signalAsRoot(
      others.map(({ pid }) => pid),
      signal,
    );
}

/** Null, or why it could not be sent: it was gone by then, or is another user's. */
function signalOne(pid: number, signal: NodeJS.Signals): string | null {
  try {
    process.kill(pid, signal);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? '?';
  }
}
