/** Servers and hooks may print as much as they like: their logs are cut before they fill the disk. */
import { appendFileSync, lstatSync, readdirSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { LogRate } from './log-rate.ts';

/** More than anybody reads, and little beside a runner's disk. */
const MOST_LOG_BYTES = 64 * 1024 * 1024;
/** At a gigabyte a second, a few of these limits are on the disk at most. */
const LOOK_MS = 200;
/** What a hook prints (an import, a migration) it prints where nothing is measured. */
const OF_HOOK = /-(?:before|after|profile)\.log$/;

/**
 * Cuts every log in the folder that has grown beyond `most` bytes, until disposed. Who writes appends, so
 * that what comes then stands at the beginning. `tell` hears once of each file: nobody who prints that much
 * is measured at the speed that it has with its output elsewhere. `note` hears once of each server's that grows as one does that gets a
 * line for each request, cut or not.
 */
export function boundLogs(
  folder: string,
  { tell, note }: Record<'tell' | 'note', (message: string) => void>,
  { most = MOST_LOG_BYTES, lookMs = LOOK_MS } = {},
): AsyncDisposable {
  const before = new Map<string, { bytes: number; atMs: number }>();
  const told = new Set<string>();
  const rates = new Map<string, LogRate>();
  const look = () => {
    for (const name of namesIn(folder)) {
      const file = path.join(folder, name);
      // Not a link that somebody has put there.
      const stat = lstatSync(file, { throwIfNoEntry: false });
      if (!stat?.isFile()) continue;
      const now = { bytes: stat.size, atMs: performance.now() };
      const last = before.get(name) ?? { bytes: 0, atMs: now.atMs - lookMs };
      before.set(name, now);
      if (!OF_HOOK.test(name)) {
        const own = rates.get(name) ?? new LogRate();
        rates.set(name, own);
        const rate = own.look(now.bytes, now.atMs);
        if (rate !== null && !told.has(name)) note(talkativeText(name, rate / 1e6));
      }
      if (stat.size <= most || !cut(file, most)) continue;
      before.set(name, { ...now, bytes: 0 });
      if (told.has(name)) continue;
      told.add(name);
      const mbPerS = Math.max(0, now.bytes - last.bytes) / (now.atMs - last.atMs) / 1000;
      tell(
        `${printsText(name, mbPerS)}: what it printed before was dropped at ${Math.round(most / 1024 ** 2)} MiB. Printing takes time that is measured with it`,
      );
    }
  };
  const timer = setInterval(look, lookMs);
  timer.unref();
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      look();
    },
  };
}

function printsText(file: string, mbPerS: number): string {
  return `${file.replace(/\.log$/, '')} prints ${mbPerS.toFixed(mbPerS < 10 ? 1 : 0)} MB/s`;
}

function talkativeText(file: string, mbPerS: number): string {
  return `${printsText(file, mbPerS)}, as a line for each request comes to, and the time that this takes is measured with it. If it does not log so where it is used, switch that off for this run (an access log, a debug level)`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function cut(file: string, most: number): boolean {
  try {
    truncateSync(file, 0);
    appendFileSync(
      file,
      `[more than ${Math.round(most / 1024 ** 2)} MiB before this were dropped]\n`,
    );
    return true;
  } catch {
    // Gone meanwhile, or not ours any more.
    return false;
  }
}
