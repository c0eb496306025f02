/** Latency at a fixed rate: segments of open-loop load, all of an arm's in one distribution. */

import { LatencyHistogram } from '../load/histogram.ts';
import type { OpenLoopResult } from '../load/protocol.ts';
import { armsOf } from '../plan/order.ts';
import type { Phases } from '../plan/plan.ts';
import type { Arm } from '../terms/arm.ts';
import { latencyObservation } from './latency-observation.ts';
import { loadOpenLoop } from './load-blame.ts';
import type { Watch } from './load-watchdog.ts';
import type { LatencyObservation } from './measurement.ts';

/** One segment for each letter. Resolves to what each arm showed; to nothing where the plan has no such phase. */
export async function runOpenLoop(
  watch: Watch,
  order: string,
): Promise<Map<Arm, LatencyObservation>> {
  const { context, live, plan } = watch;
  const phase = plan.phases.latency;
  if (phase === null) return new Map();
  const { perSecond, segmentRequests: work } = phase;
  const segments = new Map<Arm, OpenLoopResult[]>();
  for (const arm of armsOf(order)) {
    context.signal.throwIfAborted();
    const { result, samples } = await loadOpenLoop(context, live, arm, { work, perSecond });
    watch.saw([result], samples);
    segments.set(arm, [...(segments.get(arm) ?? []), result]);
  }
  return new Map([...segments].map(([arm, own]) => [arm, merged(own, phase)]));
}

function merged(
  results: readonly OpenLoopResult[],
  { perSecond, segmentRequests }: NonNullable<Phases['latency']>,
): LatencyObservation {
  return latencyObservation(
    perSecond,
    results.map(({ late, durationUs, latencies }) => ({
      scheduled: segmentRequests,
      late,
      durationUs,
      latencies: LatencyHistogram.decode(latencies),
    })),
  );
}
