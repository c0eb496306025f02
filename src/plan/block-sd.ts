/** How much blocks will differ, from how much slices of one and the same arm differ. */

/**
 * Standard deviation of the 20 % trimmed mean of normal values over that of their plain mean: the root of
 * (1 - 2α - 2zφ(z) + 2αz²) / (1 - 2α)² at α = 0.2, where z is the 80 % quantile of the standard normal distribution and
 * φ its density (Tukey and McLaughlin 1963, Sankhya A 25).
 */
export const TRIMMED_MEAN_SD = 1.07;

/**
 * Standard deviation of ln(throughput) between two processes of one build, which no number of slices takes away. It is a
 * floor: block standard deviations between 0.8 % and 1.5 % were measured where slices alone would explain less.
 */
export const BETWEEN_PROCESSES_SD = 0.007;

/**
 * Expected standard deviation of a block's log-ratio of throughput. `sliceSd`: of the log-ratio of neighbouring slices;
 * `pairs`: of neighbouring slices, one of each arm, in a block.
 */
export function expectedBlockSd(sliceSd: number, pairs: number): number {
  const within = (TRIMMED_MEAN_SD * sliceSd) / Math.sqrt(pairs);
  return Math.hypot(within, BETWEEN_PROCESSES_SD);
}
