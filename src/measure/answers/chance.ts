/** Whether head differs from base more than two servers of the same code would by chance. Pure. */

/** Of unchanged code, at one place: so often at most it is told there that head differs. */
const CHANCE = 0.02;

/**
 * `shown`: of head's starts, those in which it answered what base never did. Servers may answer something once in a
 * while: whatever its probability, both arms have it alike. That head has it in every start is told in any case.
 */
export function isMoreThanChance(shown: number, headStarts: number, baseStarts: number): boolean {
  if (shown === 0) return false;
  return shown >= headStarts || greatestChance(shown, headStarts, baseStarts) <= CHANCE;
}

/** At the probability for which it is greatest: `shown` or more of head's starts have it, and none of base's. */
function greatestChance(shown: number, headStarts: number, baseStarts: number): number {
  let greatest = 0;
  for (let percent = 1; percent < 100; percent++) {
    const p = percent / 100;
    let once = (1 - p) ** headStarts;
    let fewer = 0;
    for (let k = 0; k < shown; k++) {
      fewer += once;
      once *= (((headStarts - k) / (k + 1)) * p) / (1 - p);
    }
    greatest = Math.max(greatest, (1 - fewer) * (1 - p) ** baseStarts);
  }
  return greatest;
}
