/**
 * One run at a time for a folder of results: a folder in it, whose only, empty folder names the process that holds it. No
 * file, because a snapshot of uncommitted work would take it along, and git does not see empty folders.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type Holder, isHeld, ownHolder, removeStale, touch } from '../files/lock-holder.ts';
import { UserError } from '../messages/problem.ts';

export const LOCK = '.throughput-gate.lock';
const TOUCHED_EVERY_MS = 30_000;
const STALE_AFTER_MS = 4 * TOUCHED_EVERY_MS;
/** Others may take it or let it go at the same moment. */
const TRIES = 5;

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
    if (tries > TRIES || (found !== null && isHeld(file, parse(found), STALE_AFTER_MS))) {
      throw refusal(dir, file, found);
    }
    if (found !== null) {
      removeStale(file, `${file}.${process.pid}.part`, (lock) => read(lock) === found);
    }
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
  const { pid, startTicks, host } = ownHolder();
  return `${pid}-${startTicks ?? ''}-${encodeURIComponent(host)}`;
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

function refusal(dir: string, file: string, content: string | null): UserError {
  const holder = content === null ? null : parse(content);
  const who =
    holder === null ? 'another run' : `another run (process ${holder.pid} on ${holder.host})`;
  return new UserError({
    where: dir,
    message: `${who} is writing its results there`,
    hint: `let this run write to another folder (--out DIR, input \`out\`), or wait for the other one to end; if there is none any more, remove ${file}`,
  });
}
