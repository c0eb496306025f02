/** What a server's arms need beside it: `before` ahead of everything, `after` at the end. */

import { whoseOf } from '../../config/experiment/contenders.ts';
import type { Server } from '../../config/experiment/server.ts';
import { excerptsOf, messageOf } from '../../system/messages/printed.ts';
import type { Arm } from '../../terms/arm.ts';
import type { RunContext } from '../context/run-context.ts';
import type { ArmFailure } from '../failures/arm-failure.ts';
import { HookFailure, runHook } from './hooks.ts';

/** Runs `before` for each of these arms. Returns which cannot be measured for it. */
export async function prepareServer(
  context: RunContext,
  server: Server,
  arms: readonly Arm[],
): Promise<ArmFailure[]> {
  const failures: ArmFailure[] = [];
  for (const arm of arms) {
    try {
      await runHook(context, server, arm, 'before');
    } catch (error) {
      if (!(error instanceof HookFailure)) throw error;
      failures.push(error.ofArm);
      printHook(context, server, arm, error);
    }
  }
  return failures;
}

/** Runs `after` for each of these arms, also where `before` failed half way. Returns what went wrong. */
export async function releaseServer(
  context: RunContext,
  server: Server,
  arms: readonly Arm[],
): Promise<string[]> {
  const troubles: string[] = [];
  for (const arm of arms) {
    await runHook(context, server, arm, 'after').catch((error: unknown) => {
      troubles.push(messageOf(error));
      printHook(context, server, arm, error);
    });
  }
  return troubles;
}

function printHook({ printed }: RunContext, server: Server, arm: Arm, error: unknown): void {
  for (const excerpt of excerptsOf(error)) printed({ ...excerpt, ...whoseOf(server, arm) });
}
