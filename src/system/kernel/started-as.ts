/** What a process was started as, as Linux shows it. Links are resolved. */
import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { readProc } from './proc-stat.ts';

/** What comes behind so many words is data, and tells of no program. */
const WORDS_AT_MOST = 200;

/** The words that it was started with, or its title where it has overwritten them; none where that cannot be read. */
export function argumentsOf(pid: number): string[] {
  const words = (readProc(`${pid}/cmdline`) ?? '').split('\0').slice(0, WORDS_AT_MOST);
  return words.filter((word) => word !== '');
}

/** Null: not ours to read, or the process is gone. */
export function cwdOf(pid: number): string | null {
  return linkOf(`/proc/${pid}/cwd`);
}

/** The file that it executes, also one that is deleted by now. Null as above. */
export function executableOf(pid: number): string | null {
  return linkOf(`/proc/${pid}/exe`)?.replace(/ \(deleted\)$/, '') ?? null;
}

/** The name of that file. */
export function programOf(pid: number): string | null {
  const file = executableOf(pid);
  return file === null ? null : basename(file);
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
