/** Command sessions in a folder of their own. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandScenario } from '../../../src/config/experiment/scenario.ts';
import { CommandSession } from '../../../src/load/command/session.ts';
import type { Target } from '../../../src/load/target.ts';
import { readStat } from '../../../src/system/kernel/proc-stat.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';

export function commandTarget(
  scenario: Partial<CommandScenario>,
  target: Partial<Target> = {},
): Target<CommandScenario> {
  return {
    host: '127.0.0.1',
    port: 4711,
    socketPath: null,
    root: '/',
    env: null,
    processes: null,
    ...target,
    scenario: {
      kind: 'command',
      name: 'test',
      protocol: 'http1',
      tls: null,
      command: 'true',
      output: 'lines',
      path: '/',
      timeoutMs: 20_000,
      serverCores: null,
      ...scenario,
    },
  };
}

export interface CommandHarness extends Disposable {
  session: CommandSession;
  /** The folder in which the command runs. */
  root: string;
  /** What the session said about failed requests. */
  heard: string[];
  /** What the command wrote into a file of its folder. */
  file(name: string): string;
}

export function commandHarness(
  scenario: Partial<CommandScenario>,
  {
    cores = null,
    ...target
  }: Partial<Omit<Target, 'scenario' | 'root'>> & { cores?: number[] | null } = {},
): CommandHarness {
  const root = mkdtempSync(path.join(tmpdir(), 'command-test-'));
  const heard: string[] = [];
  const session = new CommandSession(
    commandTarget(scenario, { ...target, root }),
    cores,
    (kind, message) => heard.push(unmarked(`${kind}: ${message}`)),
  );
  return {
    session,
    root,
    heard,
    file: (name) => readFileSync(path.join(root, name), 'utf8'),
    [Symbol.dispose]: () => {
      session[Symbol.dispose]();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** A shell command that prints figures. */
export const FIGURES = "printf 'requests 100 count\\nerrors 0 count\\nduration 1 ms\\n'";

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

export function isAlive(pid: number): boolean {
  if (process.platform === 'linux') return readStat(pid)?.zombie === false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
