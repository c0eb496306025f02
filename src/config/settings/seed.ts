/** The number that fixes a run's random orders. */
import { randomInt } from 'node:crypto';
import { UserError } from '../../system/messages/problem.ts';

/** The generator takes 32 bits; this keeps seeds positive. */
const SEEDS = 2 ** 31;

export function drawSeed(): number {
  return randomInt(SEEDS);
}

/** `where`: the flag or input that it was given by. Throws a UserError for anything but a seed. */
export function parseSeed(text: string, where: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed < SEEDS) return seed;
  throw new UserError({
    where,
    message: `${JSON.stringify(text)} is not a whole number from 0 to ${SEEDS - 1}`,
    hint: 'take the one from an earlier run’s plan.json to repeat its order, or leave it out',
  });
}
