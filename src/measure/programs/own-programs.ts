/**
 * Notices when an arm's server runs files that are not the arm's any more: each arm has a tree of its own, but what a build
 * installs for the whole machine (`go build -o /tmp/app`, `pip install .`, `npm install -g`) the next build installs again,
 * and then both arms run the build that came last. Linux alone has the tables for it.
 */

import type { Origin } from '../../checkout/own-paths.ts';
import { armNames, rootFor, whoseOf } from '../../config/experiment/contenders.ts';
import type { Server } from '../../config/experiment/server.ts';
import { isInside } from '../../system/files/inside.ts';
import { realOf } from '../../system/files/real-path.ts';
import { namedFiles } from '../../system/messages/named-files.ts';
import { type Arm, otherArm } from '../../terms/arm.ts';
import { programsOf, statOf } from './process-files.ts';
import { packagesOf } from './python-packages.ts';
import { inCommonOf } from './working-copy.ts';

/** When each server was built, by the clock that stamps files. */
export class BuildTimes {
  readonly #endsMs = new Map<string, Map<Arm, number>>();

  /** A build of this server, or of this contender, has ended. */
  built(server: string, arm: Arm, nowMs = Date.now()): void {
    const ends = this.#endsMs.get(server) ?? new Map<Arm, number>();
    this.#endsMs.set(server, ends.set(arm, nowMs));
  }

  /**
   * From the end of this arm's build to that of the other's; null where that one did not come later. All contenders are
   * each other's rivals, so that of a pair every later build counts.
   */
  after(server: Pick<Server, 'name' | 'contenders'>, arm: Arm): Window | null {
    const fromMs = this.#endsMs.get(whoseOf(server, arm).about)?.get(arm);
    const rivals = server.contenders === undefined ? [server.name] : [...this.#endsMs.keys()];
    const toMs = Math.max(
      ...rivals.flatMap((name) => [...(this.#endsMs.get(name)?.values() ?? [])]),
    );
    return fromMs === undefined || toMs <= fromMs ? null : { fromMs, toMs };
  }
}

interface Window {
  fromMs: number;
  toMs: number;
}

/** A package manager that starts the server is no part of it. */
const STARTERS = /\/node_modules\/(?:npm|pnpm|yarn|corepack)\//;

/**
 * @param pids of the arm's server
 * @param names what reports call the arms
 * @param dirs roots of the arms' trees
 * @param window in which the other arm was built, after this one
 * @returns why it does not run this arm's files; null when nothing says so
 */
export function notItsOwn(
  pids: readonly number[],
  {
    arm,
    names,
    dirs,
    window,
  }: { arm: Arm; names: Record<Arm, string>; dirs: Record<Arm, string>; window: Window | null },
): string | null {
  const another = otherArm(arm);
  const [name, other] = [names[arm], names[another]];
  const [own, others] = [realOf(dirs[arm]), realOf(dirs[another])];
  const files = [...new Set(pids.flatMap((pid) => [...programsOf(pid), ...packagesOf(pid)]))];
  const borrowed = files.filter((file) => isInside(others, file));
  if (borrowed.length > 0) {
    return `${name}'s server runs files of ${other} (${namedFiles(borrowed)}), so that build would be compared with itself. What a build installs must be installed into its own tree`;
  }
  if (window === null) return null;
  const replaced = files.filter(
    (file) => !isInside(own, file) && !STARTERS.test(file) && isWrittenIn(file, window),
  );
  if (replaced.length === 0) return null;
  const build = other === another ? `${other}'s build` : 'a later build';
  return `${build} wrote files that ${name}'s server runs as well (${namedFiles(replaced)}), so ${name} is no longer what it is called. Build and install into the arm's own tree (a relative path, {dir}, a virtual environment, one fat jar), or in a step before the gate if it is the same for both`;
}

/** Throws where an arm's server does not run that arm: then neither is to blame, and nothing would be shown. */
export function assertOwnPrograms(
  {
    dirs: { base, head },
    builds,
    env: { origins },
    remarks,
  }: {
    dirs: Partial<Record<Arm, string>>;
    builds: Pick<BuildTimes, 'after'>;
    env: { origins: readonly Origin[] };
    remarks?: { shares(who: string, what: string | null): void };
  },
  server: Pick<Server, 'name' | 'contenders'>,
  { arm, tree }: { arm: Arm; tree(): number[] },
): void {
  if (process.platform !== 'linux' || base === undefined || head === undefined) return;
  const names = armNames(server);
  const window = builds.after(server, arm);
  const pids = tree();
  const dirs = { base, head };
  const own = {
    ...{ arm, name: names[arm], dir: dirs[arm], root: rootFor(server, arm), origins },
    isContender: server.contenders !== undefined,
  };
  const why = notItsOwn(pids, { arm, names, dirs, window });
  if (why !== null) throw new Error(why);
  const inCommon = inCommonOf(pids, own);
  if (inCommon?.kind === 'same-code') throw new Error(inCommon.text);
  const who = server.contenders === undefined ? server.name : names[arm];
  remarks?.shares(who, inCommon?.text ?? null);
}

/**
 * Of a folder its birth counts, as a package is replaced whole; what a program writes into it is not. Another name for the
 * same file (a package manager's store) changes nothing but the time of its record.
 */
function isWrittenIn(path: string, { fromMs, toMs }: Window): boolean {
  const stat = statOf(path);
  if (stat === null) return false;
  const recordMs = stat.nlink > 1 ? stat.mtimeMs : stat.ctimeMs;
  const writtenMs = stat.isDirectory() ? stat.birthtimeMs : recordMs;
  return writtenMs > fromMs && writtenMs <= toMs;
}
