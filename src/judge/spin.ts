/** How much else ran on the load generator's core. */
import { median } from 'simple-statistics';
import type { RunnerObservation } from '../measure/measurement.ts';

/** Median of wall over CPU time: 1 when nothing else ran on the core; null without spins. */
export function spinOf({ spinWallUs, spinCpuUs }: RunnerObservation): number | null {
  const ratios = spinWallUs.flatMap((wall, i) => {
    const cpu = spinCpuUs[i] ?? 0;
    return cpu > 0 ? [wall / cpu] : [];
  });
  return ratios.length === 0 ? null : median(ratios);
}
