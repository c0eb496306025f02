/** Latency at a fixed rate: segments of open-loop load, all of an arm's in one distribution. */

import { LatencyHistogram } from '../../load/histogram.ts';
import type { OpenLoopResult } from '../../load/results.ts';
import { armsOf } from '../../plan/order.ts';
import type { Phases } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';
import { latencyObservation } from '../loading/latency-observation.ts';
import { loadOpenLoop } from '../loading/load-blame.ts';
import type { LatencyObservation } from '../observed/arm-observation.ts';
import type { Meter } from '../probes/process-meter.ts';
import type { Watch } from './load-watchdog.ts';

/** One segment for each letter. Resolves to what each arm showed; to nothing where the plan has no such phase. */
export async function runOpenLoop(
  watch: Watch,
  order: string,
  meters: readonly Meter[],
): Promise<Map<Arm, LatencyObservation>> {
  const { context, live, plan } = watch;
  const phase = plan.phases.latency;
  if (phase === null) return new Map();
  const { perSecond, segmentRequests: work } = phase;
  const segments = new Map<Arm, OpenLoopResult[]>();
  const cpuMs = new Map<Arm, (number | null)[]>();
  for (const arm of armsOf(order)) {
    context.signal.throwIfAborted();
    const meter = meters.find((one) => one.arm === arm) as Meter;
    meter.mark();
    const { result, samples } = await loadOpenLoop(context, live, arm, { work, perSecond });
    cpuMs.set(arm, [...(cpuMs.get(arm) ?? []), meter.sinceMark()]);
    watch.saw([result], samples);
    segments.set(arm, [...(segments.get(arm) ?? []), result]);
  }
  return new Map(
    [...segments].map(([arm, own]) => {
      return [arm, { ...merged(own, phase), cpuMs: wholly(cpuMs.get(arm) ?? []) }];
    }),
  );
}

/** None when one is missing. */
function wholly(times: readonly (number | null)[]): number[] | null {
  const known = times.filter((ms) => ms !== null);
  return known.length === times.length ? known : null;
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
