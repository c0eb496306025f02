/** The files and variables that a process was started with, as Linux shows them. Links are resolved. */
import { readdirSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { realOf } from '../../system/files/real-path.ts';
import { readProc } from '../../system/kernel/proc-stat.ts';
import { argumentsOf, cwdOf } from '../../system/kernel/started-as.ts';

/** What tells that an argument is a program: how its name ends, or that it may be run. */
const CODE = /\.(?:[cm]?[jt]s|py|pyz|rb|php|pl|jar|war|dll|phar|exs?|lua)$/;

/** A JVM keeps those open that it may load code from, however it was told of them: by a variable, a file of arguments, or code. */
const ARCHIVE = /\.(?:jar|war)$/;

/** Its executable, the libraries that it has loaded, the scripts and archives that it was started with, and the archives that it has open. */
export function programsOf(pid: number): string[] {
  const cwd = cwdOf(pid) ?? '/';
  const named = argumentsOf(pid)
    .flatMap((arg) => arg.split(/[:=,]/))
    .filter((word) => word !== '')
    .flatMap((word) => programAt(resolve(cwd, word)));
  return [...new Set([...named, ...mappedBy(pid), ...archivesOpenIn(pid)])];
}

/** By its name. */
export function isCode(path: string): boolean {
  return CODE.test(path);
}

function programAt(path: string): string[] {
  const stat = statOf(path);
  if (!stat?.isFile()) return [];
  const real = realOf(path);
  return (stat.mode & 0o111) !== 0 || CODE.test(real) ? [real] : [];
}

/** The executable is one of them. */
function mappedBy(pid: number): string[] {
  const rows = readProc(`${pid}/maps`)?.split('\n') ?? [];
  const paths = rows.flatMap((row) => /^\S+ ..x\S* \S+ \S+ \S+ +(\/.*)$/.exec(row)?.[1] ?? []);
  return [...new Set(paths)];
}

function archivesOpenIn(pid: number): string[] {
  return entriesOf(`/proc/${pid}/fd`).flatMap((link) => {
    try {
      const path = readlinkSync(link);
      return ARCHIVE.test(path) ? [path] : [];
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
}

/** Of the environment that it was started with. Null: not there, or empty. */
export function variableOf(pid: number, name: string): string | null {
  const entry = readProc(`${pid}/environ`)
    ?.split('\0')
    .find((one) => one.startsWith(`${name}=`));
  return entry?.slice(name.length + 1) || null;
}

/** Whether the environment that it was started with is still there: who gives itself another title may have written over it. */
export function hasEnvironment(pid: number): boolean {
  return /(?:^|\0)\w+=/.test(readProc(`${pid}/environ`) ?? '');
}

/** Null also for what cannot be a path, such as a long argument. */
export function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** With their paths. */
export function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}
