/** One run at a time for a folder of results: a file that names the process that holds it. */
import {
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { UserError } from './problem.ts';
import { readStat } from './proc-stat.ts';

const LOCK_FILE = '.throughput-gate.lock';
/** Whether a process of another host (a container) lives cannot be asked: its lock is touched this often. */
const TOUCHED_EVERY_MS = 30_000;
const STALE_AFTER_MS = 4 * TOUCHED_EVERY_MS;
/** Others may take it or let it go at the same moment. */
const TRIES = 5;

interface Holder {
  pid: number;
  /** Of `readStat`: with the id, it names one process for ever; null where there is no /proc. */
  startTicks: number | null;
  host: string;
  startedAt: string;
}

/** Files that this process holds, each by its path. */
const held = new Map<string, NodeJS.Timeout>();

/**
 * Takes the folder for this process, until it ends. A lock whose process is dead is taken over. Throws a UserError
 * while another run lives, and what the file system throws.
 */
export function lockFolder(dir: string): void {
  const file = path.join(dir, LOCK_FILE);
  if (held.has(file)) return;
  const content = `${JSON.stringify(self())}\n`;
  for (let tries = 0; !isCreated(file, content); tries++) {
    const found = read(file);
    // Also a link that leads nowhere is there, and cannot be read.
    if (tries > TRIES || (found !== null && isAlive(file, found))) throw refusal(dir, file, found);
    if (found !== null) removeStale(file, found);
  }
  if (held.size === 0) process.once('exit', releaseAll);
  const timer = setInterval(() => touch(file), TOUCHED_EVERY_MS);
  timer.unref();
  held.set(file, timer);
}

function releaseAll(): void {
  for (const [file, timer] of held) {
    clearInterval(timer);
    rmSync(file, { force: true });
  }
  held.clear();
}

function self(): Holder {
  return {
    pid: process.pid,
    startTicks: readStat(process.pid)?.startTicks ?? null,
    host: hostname(),
    startedAt: new Date().toISOString(),
  };
}

/** False where there is one already. Follows no link. */
function isCreated(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Null when it is gone meanwhile. */
function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** What is no lock of ours, or torn, belongs to nobody once it has not been touched for a while. */
function isAlive(file: string, content: string): boolean {
  const holder = parse(content);
  if (holder === null || holder.host !== hostname()) {
    const touchedMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return Date.now() - touchedMs < STALE_AFTER_MS;
  }
  if (holder.startTicks !== null) {
    const stat = readStat(holder.pid);
    return stat !== null && !stat.zombie && stat.startTicks === holder.startTicks;
  }
  return isRunning(holder.pid);
}

/** Whether a process with this id lives, be it somebody else's. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function parse(content: string): Holder | null {
  try {
    const { pid, startTicks = null, host, startedAt } = JSON.parse(content) as Holder;
    const isHolder = Number.isSafeInteger(pid) && pid > 0 && typeof host === 'string';
    return isHolder ? { pid, startTicks, host, startedAt } : null;
  } catch {
    return null;
  }
}

/** Moves it aside first: another run may have taken it over since it was read, and gets it back. */
function removeStale(file: string, content: string): void {
  const aside = `${file}.${process.pid}.part`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    if (readFileSync(aside, 'utf8') !== content) linkSync(aside, file);
  } catch {
    // There is a newer one in its place.
  }
  rmSync(aside, { force: true });
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Somebody has removed it: there is nothing to keep.
  }
}

function refusal(dir: string, file: string, content: string | null): UserError {
  const holder = content === null ? null : parse(content);
  const who =
    holder === null
      ? 'another run'
      : `another run (process ${holder.pid}, since ${holder.startedAt})`;
  return new UserError({
    where: dir,
    message: `${who} is writing its results there`,
    hint: `let this run write to another folder (\`out\`), or wait for the other one to end; if there is none any more, remove ${file}`,
  });
}
