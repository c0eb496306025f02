/** The bounds of the looks as readers know them: critical values of Student's t with n − 1 degrees of freedom. */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { nominalLevels, type Schedule } from '../../src/judge/statistics/sequential.ts';

export function criticalValues(alpha: number, schedule: Schedule): number[] {
  return nominalLevels(alpha, schedule).map((level, k) =>
    tQuantile(1 - level, (schedule.looks[k] as number) - 1),
  );
}
