/** How much else ran on the load generator's core. */
import { median } from 'simple-statistics';
import type { RunnerObservation } from '../../measure/observed/measurement.ts';

/** Median of wall over CPU time: 1 when nothing else ran on the core; null without spins. */
export function spinOf({ spinWallUs, spinCpuUs }: RunnerObservation): number | null {
  const ratios: number[] = [];
  for (let i = 0; i < spinWallUs.length; i++) {
    const cpu = spinCpuUs[i] ?? 0;
    if (cpu > 0) ratios.push((spinWallUs[i] as number) / cpu);
  }
  return ratios.length === 0 ? null : median(ratios);
}
