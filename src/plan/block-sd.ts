/** How much blocks will differ, from how much slices of one and the same arm differ. */

/**
 * Standard deviation of the 30 % trimmed mean of normal values over that of their plain mean: the root of
 * (1 - 2α - 2zφ(z) + 2αz²) / (1 - 2α)² at α = 0.3, where z is the 70 % quantile of the standard normal distribution and
 * φ its density (Tukey and McLaughlin 1963, Sankhya A 25).
 */
export const TRIMMED_MEAN_SD = 1.119;

/**
 * Standard deviation of ln(throughput) between two processes of one build, which no number of slices takes away: of recorded blocks
 * slices explain all but 0 to 0.5 % (Go) and 0.5 % (Node.js).
 */
export const BETWEEN_PROCESSES_SD = 0.004;

/**
 * Expected standard deviation of a block's log-ratio of throughput. `sliceSd`: of the log-ratio of neighbouring slices;
 * `pairs`: of neighbouring slices, one of each arm, in a block.
 */
export function expectedBlockSd(sliceSd: number, pairs: number): number {
  const within = (TRIMMED_MEAN_SD * sliceSd) / Math.sqrt(pairs);
  return Math.hypot(within, BETWEEN_PROCESSES_SD);
}
