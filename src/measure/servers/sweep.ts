/** Ends what no process group holds any more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ProcStat, readStat } from '../../proc-stat.ts';
import { markedProcesses } from '../probes/tree.ts';

const ASK_ROUNDS = 10;
const KILL_ROUNDS = 50;
const ROUND_MS = 50;

/**
 * Ends every process whose marker begins with this value: daemons and other processes that left
 * their group. SIGTERM first, SIGKILL after half a second. Linux only; elsewhere it does nothing.
 */
export async function sweep(marker: string): Promise<void> {
  if (process.platform === 'linux') await endAll(() => markedProcesses(marker));
}

/**
 * Ends, in the same way, what is left of these processes: members of a tree that left its group and
 * were given an environment without marker. One whose number belongs to another by now is spared.
 */
export async function sweepMembers(members: readonly ProcStat[]): Promise<void> {
  await endAll(() => members.filter(isStillAlive).map(({ pid }) => pid));
}

async function endAll(find: () => number[]): Promise<void> {
  for (let round = 0; round < ASK_ROUNDS + KILL_ROUNDS; round++) {
    const left = find();
    if (left.length === 0) return;
    for (const pid of left) signalOne(pid, round < ASK_ROUNDS ? 'SIGTERM' : 'SIGKILL');
    await sleep(ROUND_MS);
  }
}

function isStillAlive({ pid, startTicks }: ProcStat): boolean {
  const now = readStat(pid);
  return now !== null && !now.zombie && now.startTicks === startTicks;
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone between the look and the signal.
  }
}
