/** What a server's arms need beside it: `before` ahead of everything, `after` at the end. */

import { whoseOf } from '../config/contenders.ts';
import type { Server } from '../config/experiment.ts';
import { excerptsOf, messageOf } from '../system/printed.ts';
import type { Arm } from '../terms/arm.ts';
import type { ArmFailure } from './failure.ts';
import { HookFailure, runHook } from './hooks.ts';
import type { Workbench } from './workbench.ts';

/** Runs `before` for each of these arms. Returns which cannot be measured for it. */
export async function prepareServer(
  bench: Workbench,
  server: Server,
  arms: readonly Arm[],
): Promise<ArmFailure[]> {
  const failures: ArmFailure[] = [];
  for (const arm of arms) {
    try {
      await runHook(bench, server, arm, 'before');
    } catch (error) {
      if (!(error instanceof HookFailure)) throw error;
      failures.push(error.ofArm);
      printHook(bench, server, arm, error);
    }
  }
  return failures;
}

/** Runs `after` for each of these arms, also where `before` failed half way. Returns what went wrong. */
export async function releaseServer(
  bench: Workbench,
  server: Server,
  arms: readonly Arm[],
): Promise<string[]> {
  const troubles: string[] = [];
  for (const arm of arms) {
    await runHook(bench, server, arm, 'after').catch((error: unknown) => {
      troubles.push(messageOf(error));
      printHook(bench, server, arm, error);
    });
  }
  return troubles;
}

function printHook({ printed }: Workbench, server: Server, arm: Arm, error: unknown): void {
  for (const excerpt of excerptsOf(error)) printed({ ...excerpt, ...whoseOf(server, arm) });
}
