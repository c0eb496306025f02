/** Servers and hooks may print as much as they like: their logs are cut before they fill the disk. */
import { appendFileSync, lstatSync, readdirSync, truncateSync } from 'node:fs';
import path from 'node:path';

/** More than anybody reads, and little beside a runner's disk. */
const MOST_LOG_BYTES = 64 * 1024 * 1024;
/** At a gigabyte a second, a few of these limits are on the disk at most. */
const LOOK_MS = 200;

/**
 * Cuts every log in the folder that has grown beyond `most` bytes, until disposed. Who writes appends, so
 * that what comes then stands at the beginning. `tell` hears once of each file: nobody who prints that much
 * is measured at the speed that it has with its output elsewhere.
 */
export function boundLogs(
  folder: string,
  tell: (message: string) => void,
  { most = MOST_LOG_BYTES, lookMs = LOOK_MS } = {},
): AsyncDisposable {
  const before = new Map<string, { bytes: number; atMs: number }>();
  const told = new Set<string>();
  const look = () => {
    for (const name of namesIn(folder)) {
      const file = path.join(folder, name);
      // Not a link that somebody has put there.
      const stat = lstatSync(file, { throwIfNoEntry: false });
      if (!stat?.isFile()) continue;
      const now = { bytes: stat.size, atMs: performance.now() };
      const last = before.get(name) ?? { bytes: 0, atMs: now.atMs - lookMs };
      before.set(name, now);
      if (stat.size <= most || !cut(file, most)) continue;
      before.set(name, { ...now, bytes: 0 });
      if (told.has(name)) continue;
      told.add(name);
      const rate = Math.max(0, now.bytes - last.bytes) / (now.atMs - last.atMs) / 1000;
      tell(
        `${name.replace(/\.log$/, '')} prints ${rate.toFixed(rate < 10 ? 1 : 0)} MB/s: what it printed before was dropped at ${Math.round(most / 1024 ** 2)} MiB. Printing takes time that is measured with it`,
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
