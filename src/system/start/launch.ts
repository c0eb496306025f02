/** Starts a command of the user's, so that all that comes of it can be found and ended. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { announce, withdraw } from '../cleanup/guard.ts';
import { asText, endAll } from '../processes/ending.ts';
import { Kin, knownOf } from '../processes/kin.ts';
import { MARKER } from '../processes/mark.ts';
import { killGroup, signalGroup } from '../processes/process-group.ts';
import { anewSince } from '../processes/started-anew.ts';
import { patience } from '../program/patience.ts';

export interface Launched {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Live processes of it, daemons included; off Linux its first one alone. */
  tree(): number[];
  /**
   * Ends all of them: SIGTERM, or another signal, then SIGKILL after this time. `onKill` hears, in words, of those that are
   * killed, and whether one of them was started anew meanwhile. Resolves to those that are left, in words: another user's, or stuck in
   * the kernel. May be called again.
   */
  end(
    graceMs: number,
    how?: {
      signal?: NodeJS.Signals | null;
      onKill?: (left: readonly string[], isAnew: boolean) => void;
    },
  ): Promise<string[]>;
  /** Tells the watchdog of everyone who is there now, and will not be ended before the run does. */
  adopt(): void;
}

/** A daemon may be known only while its parents live. To look costs a few milliseconds of one core. */
const LOOK_MS = 50;

/**
 * `env` has the marker. The command gets a session of its own, and the watchdog hears of it at once.
 * Rejects with the system's reason when it cannot be started.
 */
export async function launch(
  [file, ...args]: readonly [string, ...string[]],
  options: SpawnOptions & { env: NodeJS.ProcessEnv },
): Promise<Launched> {
  const child = spawn(file, args, { ...options, detached: true });
  const marker = options.env[MARKER] ?? '';
  if (child.pid !== undefined && marker !== '') announce(child.pid, marker);
  const kin = child.pid === undefined ? null : new Kin(knownOf(child.pid), marker);
  await once(child, 'spawn');
  const pid = child.pid as number;
  const look = () => (process.platform === 'linux' ? (kin?.look() ?? []) : []);
  return {
    child,
    pid,
    tree: () =>
      process.platform === 'linux'
        ? look().map((stat) => stat.pid)
        : signalGroup(pid, 0)
          ? [pid]
          : [],
    end: async (graceMs, { signal = 'SIGTERM', onKill = () => {} } = {}) => {
      const isAnew = anewSince(look());
      const left = await endAll(look, graceMs, {
        signal,
        onKill: (late) => onKill(late.map(asText), isAnew(late)),
      });
      if (process.platform !== 'linux') {
        await killGroup(pid, {
          graceMs: patience(graceMs),
          signal,
          onKill: () => onKill([], false),
        });
      }
      if (left.length === 0) withdraw(pid);
      return left.map(asText);
    },
    adopt: () => {
      for (const member of look()) announce(member.pid, marker);
    },
  };
}

/** Looks at the tree now and then until disposed. Not while anything is measured. */
export function keepLooking({ tree }: Pick<Launched, 'tree'>): Disposable {
  if (process.platform !== 'linux') return { [Symbol.dispose]() {} };
  const timer = setInterval(tree, LOOK_MS);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
