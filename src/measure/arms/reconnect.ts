/** An arm whose load is connected anew: with another target, or after its connections were closed for something else. */
import type { Target } from '../../load/target.ts';
import { loadedWith } from '../../plan/loaded-with.ts';
import type { Arm } from '../../terms/arm.ts';
import type { RunContext } from '../context/run-context.ts';
import { connect, type LiveArms, serverFor } from './running-arms.ts';

/** `wasLoaded`: a server that takes no connection now has failed under its load. Rejects with the server's failure. */
export async function reconnect(
  context: Pick<RunContext, 'generator'>,
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

/** With so many connections from now on. Rejects with the server's failure. */
export async function reconnectWith(
  context: Pick<RunContext, 'generator'>,
  live: LiveArms,
  arm: Arm,
  connections: number,
): Promise<void> {
  const target = live.targets.get(arm) as Target;
  const changed = { ...target, scenario: loadedWith(target.scenario, connections) };
  await reconnect(context, live, arm, { target: changed });
  live.targets.set(arm, changed);
}
