/**
 * Notices when a server runs the user's own files, of which each arm has a copy: both arms do so then, and a change of these files
 * changes nothing. A path in the start command is refused before; this is of what only shows once the server runs, such as a script
 * that changes into that folder, a link, or a package that was installed as a link (`pip install -e .`).
 */
import { existsSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type { Origin } from '../../checkout/own-paths.ts';
import { isInside, wayInside } from '../../system/files/inside.ts';
import { realOf } from '../../system/files/real-path.ts';
import { readStat } from '../../system/kernel/proc-stat.ts';
import { argumentsOf, cwdOf, executableOf } from '../../system/kernel/started-as.ts';
import { namedFiles } from '../../system/messages/named-files.ts';
import type { Arm } from '../../terms/arm.ts';
import { isCode, programsOf } from './process-files.ts';
import { linkedSourcesOf } from './python-packages.ts';
import { servedBy, servesFilesAlone } from './served-folders.ts';

/** Packages of others, which builds may share by a link: what a change changes is not in there. */
const PACKAGES = /(?:^|\/)(?:node_modules|\.?venv|site-packages|dist-packages|vendor)(?:\/|$)/;

/** No configuration has {dir}: servers read these files themselves. */
const LEAD_INTO_OWN =
  "Let `root` lead into the build's own copy: by a relative path, or by a configuration that the start command writes with {dir}";

const SHELLS = /^(?:ba|da|a|k|z)?sh$|^busybox$/;

interface Own {
  arm: Arm;
  /** The server is one of a pair of contenders: what its own folder of the user's has is no other one's. */
  isContender: boolean;
  /** What reports call the arm. */
  name: string;
  /** Root of its tree. */
  dir: string;
  /** From there to what `{dir}` stands for. */
  root: string;
  origins: readonly Origin[];
}

/** `same-code`: both builds are one and the same, so that nothing can be compared; `same-files`: what they read is. */
export interface InCommon {
  kind: 'same-code' | 'same-files';
  text: string;
}

/**
 * @param pids of the arm's server
 * @returns what it has of the user's working copy, as the other arm has too; null: nothing that is known
 */
export function inCommonOf(pids: readonly number[], own: Own): InCommon | null {
  const linked = linkedText(pids, own);
  if (linked !== null) return { kind: 'same-code', text: linked };
  const served = servedFrom(pids, own);
  if (served?.isAll) {
    const text = `${own.name}'s server serves files of your working copy (${namedFiles(served.folders)}): its configuration names that folder by its full path. So both builds would serve the same files, and a change of these could not show. ${LEAD_INTO_OWN}`;
    return { kind: 'same-code', text };
  }
  const files = pids.flatMap(programsOf).filter((path) => copiedWay(path, own) !== null);
  const works = worksIn(pids, own);
  const strangers = works.filter(({ runsOwn }) => !runsOwn).map(({ cwd }) => cwd);
  const found = [...new Set(files.length > 0 ? files : strangers)];
  if (found.length > 0) {
    const text = `${own.name}'s server ${files.length > 0 ? 'runs files of' : 'works in'} your working copy (${namedFiles(found)}), so both builds would be the same one, and no difference between them could show. Something that the start command runs leads there, such as a script with the full path of that folder: let it use relative paths, or {dir}`;
    return { kind: 'same-code', text };
  }
  if (served !== null) {
    const text = `serves files of your working copy (${namedFiles(served.folders)}): its configuration names that folder by its full path, so these files are the same for both builds, and a change of them does not show. ${LEAD_INTO_OWN}`;
    return { kind: 'same-files', text };
  }
  // A program of the arm's own is the arm's code.
  const [reader] = works;
  if (reader === undefined) return null;
  const text = `works in your working copy (${namedFiles([reader.cwd])}): files that it reads there by relative paths, such as templates and settings, are the same for both builds, and a change of these does not show. To have each read its own, start it in the build's folder ({dir})`;
  return { kind: 'same-files', text };
}

/** Null: it imports no modules of the user's. */
function linkedText(pids: readonly number[], own: Own): string | null {
  const linked = new Set<string>();
  for (const pid of pids) {
    for (const { path, isHidden } of linkedSourcesOf(pid)) {
      const way = copiedWay(path, own);
      if (way !== null && !isHidden(join(own.dir, way))) linked.add(way);
    }
  }
  if (linked.size === 0) return null;
  const ways = [...linked];
  const where = ways.map((way) => (way === '' ? 'its root' : `its folder ${way}`)).join(', ');
  const first = ways.map((way) => inArm(way, own)).join(':');
  return `${own.name}'s server imports Python modules from your working copy (${where}): an editable install (\`pip install -e\`, \`poetry install\`, \`uv sync\`) has linked it into the Python that the server runs on. So both builds run the same modules, and a change of these could not show. Put the build's own folder first, by \`PYTHONPATH=${first}\` before the start command; or have the build make a virtual environment in its tree (\`python3 -m venv .venv && .venv/bin/pip install -e .\`), and start the server with that one`;
}

/** What web servers serve of it; `isAll`: there is nothing else that they, or others beside them, could answer with. */
function servedFrom(
  pids: readonly number[],
  own: Own,
): { folders: string[]; isAll: boolean } | null {
  const servers = pids.flatMap((pid) => {
    const served = servedBy(pid);
    return served === null ? [] : [{ pid, ...served }];
  });
  const all = [...new Set(servers.flatMap(({ folders }) => folders))];
  const folders = all.filter((path) => copiedWay(path, own) !== null);
  if (folders.length === 0) return null;
  const isAll =
    folders.length === all.length &&
    servers.every(({ pid, hasMore }) => !hasMore && !programsOf(pid).some(isOwnIn(own))) &&
    pids.every((pid) => servesFilesAlone(pid) || isShell(pid));
  return { folders, isAll };
}

/** Whether a program is the arm's: a server that it builds, or a module of one, is what a change of it changes. */
function isOwnIn({ dir }: Pick<Own, 'dir'>): (path: string) => boolean {
  const root = realOf(dir);
  return (path) => {
    const way = wayInside(root, path);
    return way !== null && !PACKAGES.test(way);
  };
}

interface Working {
  cwd: string;
  /** It is a program of the arm's own, or runs one: what it runs of others, such as gunicorn, may look for code where it works. */
  runsOwn: boolean;
}

function worksIn(pids: readonly number[], own: Own): Working[] {
  const isOwn = isOwnIn(own);
  return pids.flatMap((pid) => {
    const cwd = cwdOf(pid);
    if (cwd === null || copiedWay(cwd, own) === null || onlyStarts(pid, pids)) return [];
    const executable = executableOf(pid);
    const settings = settingsOf(pid);
    const programs = programsOf(pid).filter((path) => path === executable || isCode(path));
    const runsOwn = programs.some((path) => isOwn(path) && !settings.includes(path));
    // Its server of development serves the folder in which it works.
    const servesFolder = /^php[\d.]*$/.test(basename(executable ?? ''));
    return [{ cwd, runsOwn: runsOwn && !servesFolder }];
  });
}

/** Settings of gunicorn and Puma are code, too: whose they are says nothing of what they have to serve. */
function settingsOf(pid: number): string[] {
  const words = argumentsOf(pid).flatMap((arg) => arg.split('='));
  const named = words.filter((_, i) => /^(?:-[cC]|--config)$/.test(words[i - 1] ?? ''));
  return named.map((word) => realOf(resolve(cwdOf(pid) ?? '/', word)));
}

/** A shell that has started another one of them is looked at by that. */
function onlyStarts(pid: number, pids: readonly number[]): boolean {
  return isShell(pid) && pids.some((other) => readStat(other)?.parent === pid);
}

function isShell(pid: number): boolean {
  return SHELLS.test(basename(executableOf(pid) ?? ''));
}

/**
 * The way to it from the root of the arm's tree; null where it is none of the user's files, or the tree lacks it. Who runs the folder that
 * this arm alone was made of runs its own code: head the working copy, base the folder that was given for it.
 */
function copiedWay(
  path: string,
  { arm, isContender, dir, root: ownFolder, origins }: Own,
): string | null {
  const real = realOf(path);
  if (isInside(realOf(dir), real)) return null;
  for (const { from, ofBase, folder } of origins) {
    if (isContender && folder === ownFolder) continue;
    for (const root of from) {
      if (!isContender && ofBase.includes(root) === (arm === 'base')) continue;
      const way = wayInside(realOf(root), real);
      if (way === null) continue;
      const own = join(folder, way);
      const copy = join(dir, own);
      if (!existsSync(copy) || (PACKAGES.test(own) && realOf(copy) === real)) return null;
      return own === '.' ? '' : own;
    }
  }
  return null;
}

/** As the start command names it. */
function inArm(way: string, { root }: Pick<Own, 'root'>): string {
  const from = relative(root, way);
  return from === '' ? '{dir}' : `{dir}/${from}`;
}
