/** Estimates for the tests of the plan. */
import type { PilotEstimate } from '../../src/plan/pilot-estimate.ts';

/** 40,000 requests per second on 32 connections, with these changes. */
export function estimateOf(wishes: Partial<PilotEstimate> = {}): PilotEstimate {
  return {
    startMs: 300,
    rate: 40_000,
    medianLatencyUs: 700,
    inFlight: 32,
    unit: 1,
    leastSliceMs: 0,
    keepsTime: true,
    runMs: null,
    slowness: 1,
    warmUpWork: 0,
    ...wishes,
  };
}
