/** The folder of profiles among the results: what the user's profilers wrote, copied out of the run's own folder. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../files/make-folder.ts';
import { withoutSecrets } from '../messages/secrets.ts';

export const PROFILES = 'profiles';

/** Of one build. A profile of seconds is much smaller. */
const MOST_FILES = 20;
const MOST_BYTES = 64 * 1024 * 1024;

/** Only a folder that says so is an earlier run's, and may be removed with all that is in it. */
const MARK_FILE = 'README.txt';
const MARK = `Profiles that Throughput Gate had taken, a folder for each server, scenario and build.
A .cpuprofile opens in Chrome's DevTools and in https://www.speedscope.app, which takes folded stacks too.
The next run removes this folder.
`;

export interface KeptProfile {
  /** From the folder of results, with slashes. */
  readonly file: string;
  readonly name: string;
  /** As it was kept; null: it is no text that anybody reads here. */
  readonly text: string | null;
}

/** Removes an earlier run's. */
export function clearProfiles(results: string): void {
  const folder = path.join(results, PROFILES);
  if (isOurs(folder)) rmSync(folder, { recursive: true, force: true });
}

/**
 * Copies the files that a profiler wrote. Links, pipes and folders are left, as the builds may have made them. Of those that `isText` the
 * secrets of this run are taken out. Throws where nothing can be written, or another's folder is in the way.
 */
export function keepProfiles(
  from: string,
  { results, place, isText }: { results: string; place: string; isText: (name: string) => boolean },
): { kept: KeptProfile[]; left: string[] } {
  const folder = path.join(results, PROFILES);
  const isThere = lstatSync(folder, { throwIfNoEntry: false }) !== undefined;
  if (isThere && !isOurs(folder))
    throw new Error(`${folder} is there, and not from an earlier run`);
  const target = path.join(folder, place);
  makeFolder(target);
  writeFileSync(path.join(folder, MARK_FILE), MARK);
  const kept: KeptProfile[] = [];
  const left: string[] = [];
  for (const name of readdirSync(from).sort()) {
    const bytes = kept.length < MOST_FILES ? contentOf(path.join(from, name)) : null;
    if (bytes === null) {
      left.push(name);
      continue;
    }
    const text = isText(name) ? withoutSecrets(bytes.toString('utf8')) : null;
    const own = safeName(name, kept);
    writeFileSync(path.join(target, own), text ?? bytes);
    kept.push({ file: [PROFILES, place, own].join('/'), name: own, text });
  }
  return { kept, left };
}

function isOurs(folder: string): boolean {
  try {
    if (!lstatSync(folder).isDirectory()) return false;
    return readFileSync(path.join(folder, MARK_FILE), 'utf8') === MARK;
  } catch {
    return false;
  }
}

/** Null for what is no file, is empty, or is too large. */
function contentOf(file: string): Buffer | null {
  let descriptor: number;
  try {
    // A pipe would wait for who writes, and a link may lead anywhere.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size === 0 || stat.size > MOST_BYTES) return null;
    const bytes = Buffer.alloc(stat.size);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(descriptor);
  }
}

/** For any file system and any address; of another name than those before it. */
function safeName(name: string, before: readonly KeptProfile[]): string {
  const plain = name
    .replaceAll(/[^A-Za-z0-9._@-]/g, '_')
    .replace(/^[.-]/, '_')
    .slice(-100);
  const isTaken = (own: string) => before.some((one) => one.name === own);
  let own = plain.replace(/^[.-]/, '_');
  for (let i = 2; isTaken(own); i++) own = `${i}_${plain}`;
  return own;
}
