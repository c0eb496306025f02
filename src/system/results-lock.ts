/**
 * One run at a time for a folder of results: a folder in it, whose only, empty folder names the process that holds it. No
 * file, because a snapshot of uncommitted work would take it along, and git does not see empty folders.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { UserError } from './problem.ts';
import { readStat } from './proc-stat.ts';

const LOCK = '.throughput-gate.lock';
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
}

/** Locks that this process holds, each by its path. */
const held = new Map<string, NodeJS.Timeout>();

/**
 * Takes the folder for this process, until it ends. A lock whose process is dead is taken over. Throws a UserError
 * while another run lives, and what the file system throws.
 */
export function lockFolder(dir: string): void {
  const file = path.join(dir, LOCK);
  if (held.has(file)) return;
  const content = self();
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
    rmSync(file, { force: true, recursive: true });
  }
  held.clear();
}

/** Name of the inner folder: `PID-STARTTICKS-HOST`. */
function self(): string {
  const startTicks = readStat(process.pid)?.startTicks ?? '';
  return `${process.pid}-${startTicks}-${encodeURIComponent(hostname())}`;
}

/** False where there is one already. Follows no link. */
function isCreated(file: string, content: string): boolean {
  try {
    mkdirSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  mkdirSync(path.join(file, content));
  return true;
}

/** What the lock says, empty where it says nothing; null when it is gone meanwhile. */
function read(file: string): string | null {
  try {
    return readdirSync(file)[0] ?? '';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code === 'ENOTDIR') return '';
    throw error;
  }
}

/** What is no lock of ours, or not yet one, belongs to nobody once it has not been touched for a while. */
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
  const [, pid, startTicks, host] = /^(\d+)-(\d*)-(.+)$/.exec(content) ?? [];
  if (pid === undefined || host === undefined) return null;
  const name = { pid: Number(pid), startTicks: startTicks ? Number(startTicks) : null };
  return { ...name, host: decoded(host) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
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
    if (read(aside) !== content) renameSync(aside, file);
  } catch {
    // There is a newer one in its place.
  }
  rmSync(aside, { force: true, recursive: true });
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
    holder === null ? 'another run' : `another run (process ${holder.pid} on ${holder.host})`;
  return new UserError({
    where: dir,
    message: `${who} is writing its results there`,
    hint: `let this run write to another folder (\`out\`), or wait for the other one to end; if there is none any more, remove ${file}`,
  });
}
