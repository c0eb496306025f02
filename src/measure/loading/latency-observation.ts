/** Segments of open-loop load as they are written down. */
import { LatencyHistogram } from '../../load/histogram.ts';
import type { LatencyObservation } from '../observed/arm-observation.ts';

export interface OpenLoopSegment {
  scheduled: number;
  /** Released more than a millisecond late by the generator itself. */
  late: number;
  /** From the first intended send to the last answer. */
  durationUs: number;
  latencies: LatencyHistogram;
}

/** At least one segment. */
export function latencyObservation(
  perSecond: number,
  segments: readonly OpenLoopSegment[],
): LatencyObservation {
  const all = new LatencyHistogram();
  for (const { latencies } of segments) all.add(latencies);
  const quantiles = (q: number) => segments.map(({ latencies }) => latencies.quantile(q));
  return {
    perSecond,
    scheduled: segments.reduce((sum, { scheduled }) => sum + scheduled, 0),
    segments: {
      scheduled: segments.map(({ scheduled }) => scheduled),
      late: segments.map(({ late }) => late),
      durationUs: segments.map(({ durationUs }) => Number(durationUs.toFixed(1))),
      p50Us: quantiles(0.5),
      p90Us: quantiles(0.9),
      p99Us: quantiles(0.99),
    },
    p50Us: all.quantile(0.5),
    p90Us: all.quantile(0.9),
    p99Us: all.quantile(0.99),
    p999Us: all.quantile(0.999),
    maxUs: all.max,
    histogram: all.encode(),
  };
}
