/**
 * A promise that is never kept holds nothing open: once there is nothing else to wait for, Node.js ends the program in the
 * middle, without a word and with exit code 0, which says that all is well.
 */

/** To be called first. `report`: tells it, and gives the exit code. */
export function reportStandstill(report: (error: Error) => number): void {
  process.once('beforeExit', () => process.exit(report(new Error(STANDSTILL))));
}

const STANDSTILL =
  'it stopped in the middle: nothing is left that it could wait for, and it has not come to its end';
