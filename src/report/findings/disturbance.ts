/** What else the machine did, as a clause. */
import type { Disturbance } from '../../measure/observed/disturbance.ts';
import { roughSize } from '../wording/format.ts';

export function disturbanceText(seen: Disturbance): string {
  switch (seen.kind) {
    case 'steal':
      return `the hypervisor gave ${roughSize(seen.share)} of the cores' time to others (steal)`;
    case 'throttled':
      return 'the control group had used up its CPU quota and was held back';
    case 'pressure':
      return `for ${roughSize(seen.share)} of the time nothing could run because no CPU was free`;
    case 'foreign':
      // They run on all the cores of the machine, and are counted against those that the run may use.
      return seen.share >= 1
        ? 'other processes used as much CPU time as all cores of the run have, or more'
        : `other processes used ${roughSize(seen.share)} of the cores' time`;
    case 'spin':
      return `something else ran on the load generator's core: short spins took ${roughSize(seen.longer)} longer than their CPU time`;
  }
}
