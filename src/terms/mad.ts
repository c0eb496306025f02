/** Median absolute deviation → standard deviation of a normal distribution: 1 / Φ⁻¹(3/4). */
export const MAD_TO_SD = 1.4826;
