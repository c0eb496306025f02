/** Whether each arm has room for the new connections of its load, and what becomes of a load that finds none. */
import type { HttpScenario } from '../../config/experiment/scenario.ts';
import { listenQueueOf } from '../../system/kernel/listen-queue.ts';
import type { Arm } from '../../terms/arm.ts';
import { plural } from '../../terms/plural.ts';
import { reconnectWith } from '../arms/reconnect.ts';
import { type LiveArms, serverFor } from '../arms/running-arms.ts';
import type { RunContext } from '../context/run-context.ts';
import { throwFailures } from '../failures/fates.ts';
import { loadSlices } from '../loading/load-blame.ts';
import type { Fitted } from '../observed/fitted.ts';
import { type FullQueue, findFullQueue } from './listen-queue.ts';

type QueueOf = Parameters<typeof findFullQueue>[0];

/**
 * Null: as it is. `mayLower`: the number of connections is the gate's to choose. `reference`: by whose queue; it need not be among these arms, as
 * where they are met one after the other. Rejects with the failure of each arm whose queue is full where fewer connections are not the gate's to
 * choose, or where the reference has room.
 */
export async function fitRoom(
  context: Pick<RunContext, 'generator'>,
  live: LiveArms,
  { connections }: Pick<HttpScenario, 'connections'>,
  { arms, reference, mayLower }: { arms: readonly Arm[]; reference: Arm; mayLower: boolean },
  queueOf: QueueOf = listenQueueOf,
): Promise<Fitted | null> {
  const fullUnder = async (most: number, asked: readonly Arm[]) => {
    const found = new Map<Arm, FullQueue>();
    for (const arm of asked) {
      const { endpoint } = serverFor(live, arm);
      const full = await findFullQueue(queueOf, endpoint, most, async (requests) => {
        await loadSlices(context, live, [arm], requests);
      });
      if (full !== null) found.set(arm, full);
    }
    return found;
  };
  const found = await fullUnder(connections, arms);
  const full = found.get(reference);
  if (full === undefined || !mayLower) {
    throwFailures(failuresOf(live, found));
    return null;
  }
  for (const arm of arms) await reconnectWith(context, live, arm, full.to);
  // Another one may have less room still, and its own queue is no reason to spare it.
  const shorter = [...found].flatMap(([arm, { to }]) => (to < full.to ? [arm] : []));
  throwFailures(failuresOf(live, await fullUnder(full.to, shorter)));
  return { kind: 'full', full };
}

function failuresOf(live: LiveArms, found: ReadonlyMap<Arm, FullQueue>) {
  return [...found].map(([arm, { overflows, requests, to }]) =>
    serverFor(live, arm).failure(
      'no-answer',
      `the server's queue of new connections holds ${to}, and ${plural(overflows, 'connection')} for ${requests} requests found it full: each waits for a second or more until the kernel tries again`,
      { mayWait: to },
    ),
  );
}
