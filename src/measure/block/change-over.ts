/**
 * Arms that have cores of their own change places: one core may be slower than another, by a neighbour or by its make. In the
 * middle of a block's slices they change over, so that each of its halves has the difference with another sign; and which arm begins
 * where takes turns from block to block, for what comes after the slices.
 */
import { spawnSync } from 'node:child_process';
import { coresOfArm } from '../../system/cpus/cores.ts';
import type { Cores } from '../../terms/core-sets.ts';
import type { LiveArms } from '../arms/running-arms.ts';
import type { RunContext } from '../context/run-context.ts';

/** A thread that starts another one meanwhile gives it the old place. */
const TIMES = 2;

/** The context of one block. */
export function placedFor<Context extends Pick<RunContext, 'cores'>>(
  context: Context,
  blockIndex: number,
): Context {
  const { halves } = context.cores;
  if (halves === undefined || blockIndex % 2 === 0) return context;
  const cores: Cores = { ...context.cores, halves: [halves[1], halves[0]] };
  return { ...context, cores };
}

/** Moves both arms, with all that they have started. Nothing where they share their cores, or where one is alone. Not under load. */
export function changeOver(
  { cores }: Pick<RunContext, 'cores'>,
  { servers }: Pick<LiveArms, 'servers'>,
): void {
  if (cores.halves === undefined || servers.size < 2) return;
  for (let i = 0; i < TIMES; i++) {
    for (const [arm, server] of servers) {
      const list = coresOfArm(cores, arm, true)?.join() ?? '';
      // A process that has ended meanwhile is no trouble.
      for (const pid of server.tree()) spawnSync('taskset', ['-a', '-c', '-p', list, String(pid)]);
    }
  }
}
