/** Whether head differs from base more than two servers of the same code would by chance. Pure. */

/** Of unchanged code, at one place: so often at most it is told there that head differs. */
const CHANCE = 0.02;
/** The same where many values are asked, by the starts and by the answers that show it. */
export const CHANCE_OF_MANY = { starts: 0.01, answers: 0.001 };

/** So many times out of so many. */
export interface Shown {
  shown: number;
  of: number;
}

/**
 * Of head and of base: in how many of their starts, or of their answers, they answered at some place what base does not answer
 * otherwise. Servers may answer something once in a while: whatever its probability, both arms have it alike. That head has it
 * each time, and base never, is told in any case.
 */
export function isMoreThanChance(head: Shown, base: Shown, chance = CHANCE): boolean {
  if (head.shown === 0) return false;
  if (head.shown >= head.of && base.shown === 0) return true;
  return greatestChance(head, base) <= chance;
}

/** Probabilities of a thing that happens once in a while: every percent, and finer ones below. */
const PROBABILITIES = [
  ...Array.from({ length: 60 }, (_, i) => 0.0001 * 1.08 ** i),
  ...Array.from({ length: 99 }, (_, i) => (i + 1) / 100),
];

/** At the probability for which it is greatest: head has it so often or more, and base so often or less. */
function greatestChance(head: Shown, base: Shown): number {
  let greatest = 0;
  for (const p of PROBABILITIES) {
    const chance = (1 - atMost(head.shown - 1, head.of, p)) * atMost(base.shown, base.of, p);
    greatest = Math.max(greatest, chance);
  }
  return greatest;
}

/** Of the binomial distribution. */
function atMost(most: number, of: number, p: number): number {
  let log = of * Math.log1p(-p);
  let sum = most < 0 ? 0 : Math.exp(log);
  for (let k = 1; k <= Math.min(most, of); k++) {
    log += Math.log((of - k + 1) / k) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(log);
  }
  return Math.min(1, sum);
}
