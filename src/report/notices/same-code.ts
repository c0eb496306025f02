/** What stands where a measurement would, when there is nothing to compare. */
export const SAME_CODE =
  'base and head are the same code, file by file: there is nothing to compare';
