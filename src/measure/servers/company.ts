/** Two arms that are alive at once may want the same thing: the one that then fails is not broken. */
import type { Arm } from '../../config/experiment.ts';
import type { ServerFailure, ServerFailureKind } from './failure.ts';
import type { RunningServer } from './server.ts';

export interface Company {
  /** The arm that failed before it was ready. */
  server: RunningServer;
  /** The arm that was started beside it. */
  other: RunningServer;
  /** Whether the other one becomes ready; settles when that is known. */
  becomesReady: () => Promise<boolean>;
}

/** Ways to fail that fit an arm which waits in vain for what the other one has, or ends for want of it. */
const KINDS: readonly ServerFailureKind[] = ['exited', 'timeout', 'wrong-status'];
/** How programs say that somebody else has what they need. */
const CONTENTION =
  /EADDRINUSE|\bin use\b|already (running|bound|started|open)|another (instance|process)|\block(ed|s|file)?\b|EBUSY|\bbusy\b|\bbind(ing)?\b/i;
const REMEDY = 'set `pairs: exclusive`, and `port` where that is fixed';

/**
 * The failure, with a word on the other arm where that one may be what is in the way. What the server
 * printed may show it. Many servers say nothing, or say it in a language that is not known here; then
 * the other arm must be ready, for one that fails as well points to something else. It is waited
 * for, because the arm that finds the place taken often ends before the first is ready.
 */
export async function inCompany(
  failure: ServerFailure,
  { server, other, becomesReady }: Company,
): Promise<ServerFailure> {
  const isAlive = () => other.ended() === null;
  if (!KINDS.includes(failure.kind) || !isAlive()) return failure;
  if (CONTENTION.test(server.output())) return failure.adding(likely(other.arm));
  return (await becomesReady()) && isAlive() ? failure.adding(possible(other.arm)) : failure;
}

function likely(other: Arm): string {
  return `If it cannot run beside ${other} (a fixed port, a lock), ${REMEDY}`;
}

function possible(other: Arm): string {
  return `It ran beside ${other}, which is ready. Should both want the same thing (a fixed port, a lock, a file), ${REMEDY}`;
}
