/**
 * Whether a server answers on several connections at once. One that serves the next only when the last has closed would keep all
 * others waiting for their whole time, in every slice; that is told here, in seconds and by its name.
 */
import type { SliceResult } from '../load/results.ts';
import type { Target } from '../load/target.ts';
import type { RunContext } from './run-context.ts';
import { connect } from './running-arms.ts';
import type { RunningServer } from './servers/server.ts';

/** Connections that are tried: few enough that the shortest queue of a listener takes most of them. */
const TRIED = 4;
/** How long a connection may wait while all others are idle; longer where an answer takes long, but both arms within seconds. */
const PATIENCE = { leastMs: 1500, answers: 3, mostMs: 3000 };

/** Leaves nothing open. Rejects with the server's failure. What else may be wrong with its answers, others tell. */
export async function assertServesAtOnce(
  context: Pick<RunContext, 'generator'>,
  server: RunningServer,
  target: Target,
): Promise<void> {
  const tried = triedOf(target);
  if (tried < 2) return;
  const { generator } = context;
  const { arm } = server;
  const ask = async (connections: number, timeoutMs: number): Promise<SliceResult> => {
    const { scenario } = target;
    const own = { ...scenario, connections, streams: 1, timeoutMs } as typeof scenario;
    await connect(context as RunContext, server, { ...target, scenario: own, processes: 1 });
    try {
      // The first answer of a server may take long. One that has none is not asked again.
      if (connections === 1) {
        const [first] = (await generator.slices([arm], 1)).slices;
        if (first?.good === 0) return first;
      }
      const last = (await generator.slices([arm], connections)).slices[0] as SliceResult;
      if (connections > 1 || last.good === 0) return last;
      // The quicker of two: on a busy machine one alone may be late.
      const again = (await generator.slices([arm], 1)).slices[0] as SliceResult;
      return again.good > 0 && again.durationUs < last.durationUs ? again : last;
    } finally {
      await generator.close(arm);
    }
  };
  const alone = await ask(1, target.scenario.timeoutMs);
  if (alone.good === 0) return;
  const patienceMs = Math.min(
    target.scenario.timeoutMs,
    PATIENCE.mostMs,
    Math.max(PATIENCE.leastMs, (PATIENCE.answers * tried * alone.durationUs) / 1000),
  );
  // A server that works on one request after the other needs so long, or a half more: then silence says nothing.
  if ((1.5 * tried * alone.durationUs) / 1000 > patienceMs) return;
  const { good, errors } = await ask(tried, patienceMs);
  const silent = errors.timeout + errors.connect;
  if (good === 0 || silent === 0 || good + silent < tried) return;
  const again = await ask(1, target.scenario.timeoutMs);
  if (again.good === 0) return;
  const seconds = (patienceMs / 1000).toFixed(1);
  const what =
    good === 1
      ? `the server serves one connection at a time: of ${tried} that were open, one was answered, and the others had no answer in ${seconds} s while it was idle`
      : `the server serves ${good} connections at a time: ${silent} of ${tried} that were open had no answer in ${seconds} s while the others were idle`;
  throw server.failure('no-answer', what, { served: good });
}

/** A load command opens what it likes, and a fan-out needs all of its connections. */
function triedOf({ scenario }: Target): number {
  if (scenario.kind === 'http' && scenario.engine === 'builtin') {
    return Math.min(TRIED, scenario.connections);
  }
  return scenario.kind === 'websocket' && scenario.mode === 'echo'
    ? Math.min(TRIED, scenario.connections)
    : 0;
}
