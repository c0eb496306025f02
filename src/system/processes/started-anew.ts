/** Who has started a program again that was asked to end. */
import { programOf } from '../kernel/started-as.ts';
import type { Known } from './kin.ts';

/** What they run at the end of a server, such as a clean-up, is no server. */
const SHELLS: readonly (string | null)[] = ['sh', 'bash', 'dash', 'busybox', 'sleep'];

/** Told of those that are left: whether one of them runs a program of `before`, and was not there then. */
export function anewSince(
  before: readonly Known[],
  program: (pid: number) => string | null = programOf,
): (left: readonly Known[]) => boolean {
  const known = new Map(before.map(({ pid, startTicks }) => [pid, startTicks]));
  const programs = new Set(before.map(({ pid }) => program(pid)));
  return (left) =>
    left.some(({ pid, startTicks }) => {
      if (known.get(pid) === startTicks) return false;
      const own = program(pid);
      return own !== null && programs.has(own) && !SHELLS.includes(own);
    });
}
