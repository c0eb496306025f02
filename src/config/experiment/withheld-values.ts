/** What stands in a file for the values of a server or a load that are not written down. */

import * as z from 'zod';

/**
 * `salt:hash` of the values that a file does not hold, which stand there as `…`; none in memory, where all values are,
 * and none where nothing was left out.
 */
export const WithheldValues = z
  .string()
  .regex(/^[0-9a-f]{32}:[0-9a-f]{64}$/)
  .optional();
