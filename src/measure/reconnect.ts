/** An arm whose load is connected anew: with another target, or after its connections were closed for something else. */
import type { Target } from '../load/target.ts';
import type { Arm } from '../terms/arm.ts';
import { serverFor } from './load-blame.ts';
import type { RunContext } from './run-context.ts';
import { connect, type LiveArms } from './running-arms.ts';

/** `wasLoaded`: a server that takes no connection now has failed under its load. Rejects with the server's failure. */
export async function reconnect(
  context: RunContext,
  live: LiveArms,
  arm: Arm,
  {
    target = live.targets.get(arm) as Target,
    wasLoaded = false,
  }: { target?: Target; wasLoaded?: boolean } = {},
): Promise<void> {
  await context.generator.close(arm);
  await connect(context, serverFor(live, arm), target, { wasLoaded });
}
