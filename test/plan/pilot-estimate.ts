/** Estimates for the tests of the plan. */
import type { CountedEstimate, RunsEstimate } from '../../src/plan/pilot-estimate.ts';

/** 40,000 requests per second on 32 connections, with these changes. */
export function estimateOf(wishes: Partial<CountedEstimate> = {}): CountedEstimate {
  return {
    kind: 'counted',
    startMs: 300,
    rate: 40_000,
    medianLatencyUs: 700,
    inFlight: 32,
    unit: 1,
    leastSliceMs: 0,
    keepsTime: true,
    slowness: 1,
    warmUpWork: 0,
    ...wishes,
  };
}

/** Runs of a load command of so many milliseconds, with these changes. */
export function runsOf(runMs: number, wishes: Partial<RunsEstimate> = {}): RunsEstimate {
  return { kind: 'runs', startMs: 300, slowness: 1, runMs, ...wishes };
}
