/** What must be undone when the gate ends, however it ends. */
import { existsSync } from 'node:fs';
import { asText, endAll } from '../processes/ending.ts';
import { sweep } from '../processes/kill-strays.ts';
import { Kin, type Known } from '../processes/kin.ts';
import { signalGroup } from '../processes/process-group.ts';
import { removeFolderSync } from './remove.ts';

/** Sent to the watchdog as one line of JSON each. */
export type Duty =
  /** End every process whose marker begins so. */
  | { kill: string }
  /** End what is left of this command: its group, its session, and their children. */
  | { command: Known; marker: string }
  /** Remove this folder. */
  | { remove: string };

const GRACE_MS = 500;

/** Does all of them, whichever fails, and says what is left. Processes first: one that runs may write again. */
export async function doDuties(duties: readonly Duty[]): Promise<string[]> {
  const left = new Set<string>();
  const attempt = async (what: string, act: () => void | Promise<void>) => {
    try {
      await act();
    } catch (error) {
      left.add(error instanceof Error ? error.message : `${what}: ${String(error)}`);
    }
  };
  for (const duty of duties) {
    if ('kill' in duty) {
      await attempt(duty.kill, async () => {
        for (const process of await sweep(duty.kill)) left.add(asText(process));
      });
    } else if ('command' in duty) {
      await attempt(`process ${duty.command.pid}`, async () => {
        for (const process of await endCommand(duty)) left.add(asText(process));
      });
    }
  }
  for (const duty of duties) {
    if (!('remove' in duty)) continue;
    await attempt(duty.remove, () => removeFolderSync(duty.remove));
  }
  for (const duty of duties) {
    if (!('remove' in duty) || !existsSync(duty.remove)) continue;
    if (![...left].some((what) => what.startsWith(duty.remove))) left.add(duty.remove);
  }
  return [...left];
}

async function endCommand({
  command,
  marker,
}: Extract<Duty, { command: Known }>): Promise<readonly Known[]> {
  if (process.platform !== 'linux') {
    // Without /proc nobody can tell who has the number now: the gate withdraws what it has ended.
    signalGroup(command.pid, 'SIGKILL');
    return [];
  }
  const kin = new Kin(command, marker);
  return await endAll(() => kin.look(), GRACE_MS);
}

/** A line from the gate; null for one that makes no sense, which must not keep the others from being done. */
export function readDuty(line: string): Duty | { withdrawn: number } | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { kill, command, marker, remove, withdrawn } = value as Record<string, unknown>;
  // An empty marker would be every marked process, an empty folder the current one.
  if (isText(kill)) return { kill };
  if (isText(remove)) return { remove };
  if (isKnown(command) && isText(marker)) return { command, marker };
  if (typeof withdrawn === 'number') return { withdrawn };
  return null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isKnown(value: unknown): value is Known {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startTicks } = value as Record<string, unknown>;
  return Number.isInteger(pid) && (pid as number) > 1 && Number.isInteger(startTicks);
}
