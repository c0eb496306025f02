/**
 * Notices when a server runs the user's own files, of which each arm has a copy: both arms do so then, and a change of these files
 * changes nothing. A path in the start command is refused before; this is of what only shows once the server runs, such as a script
 * that changes into that folder, a link, or a package that was installed as a link (`pip install -e .`).
 */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Origin } from '../../checkout/own-paths.ts';
import { isInside, wayInside } from '../../system/files/inside.ts';
import { realOf } from '../../system/files/real-path.ts';
import { cwdOf } from '../../system/kernel/started-as.ts';
import { namedFiles } from '../../system/messages/named-files.ts';
import type { Arm } from '../../terms/arm.ts';
import { programsOf } from './process-files.ts';
import { linkedSourcesOf } from './python-packages.ts';

/** Packages of others, which builds may share by a link: what a change changes is not in there. */
const PACKAGES = /(?:^|\/)(?:node_modules|\.?venv|site-packages|dist-packages|vendor)(?:\/|$)/;

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

/**
 * @param pids of the arm's server
 * @returns why it does not run this arm's files; null when nothing says so
 */
export function runsWorkingCopy(pids: readonly number[], own: Own): string | null {
  const linked = new Set<string>();
  for (const pid of pids) {
    for (const { path, isHidden } of linkedSourcesOf(pid)) {
      const way = copiedWay(path, own);
      if (way !== null && !isHidden(join(own.dir, way))) linked.add(way);
    }
  }
  if (linked.size > 0) {
    const ways = [...linked];
    const where = ways.map((way) => (way === '' ? 'its root' : `its folder ${way}`)).join(', ');
    const first = ways.map((way) => inArm(way, own)).join(':');
    return `${own.name}'s server imports Python modules from your working copy (${where}): an editable install (\`pip install -e\`, \`poetry install\`, \`uv sync\`) has linked it into the Python that the server runs on. So both builds run the same modules, and a change of these could not show. Put the build's own folder first, by \`PYTHONPATH=${first}\` before the start command; or have the build make a virtual environment in its tree (\`python3 -m venv .venv && .venv/bin/pip install -e .\`), and start the server with that one`;
  }
  const files = pids.flatMap(programsOf).filter((path) => copiedWay(path, own) !== null);
  const folders = pids.flatMap((pid) => cwdOf(pid) ?? []);
  const works = folders.filter((path) => copiedWay(path, own) !== null);
  const found = [...new Set(files.length > 0 ? files : works)];
  if (found.length === 0) return null;
  return `${own.name}'s server ${files.length > 0 ? 'runs files of' : 'works in'} your working copy (${namedFiles(found)}), so both builds would be the same one, and no difference between them could show. Something that the start command runs leads there, such as a script with the full path of that folder: let it use relative paths, or {dir}`;
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
