/** How many of something, as a flag of `history` gives it. */
import { InvalidArgumentError } from 'commander';

export function count(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number from 1 on is needed.');
}
