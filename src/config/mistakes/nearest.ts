/** The spelling that was probably meant. */
import { closest, distance } from 'fastest-levenshtein';

/** The candidate nearest to the word, or null when none is near enough to be a slip. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  if (candidates.length === 0) return null;
  const plain = new Map(candidates.map((candidate) => [fold(candidate), candidate]));
  const found = closest(fold(word), [...plain.keys()]);
  const allowedSlips = Math.max(1, Math.floor(Math.max(fold(word).length, found.length) * 0.4));
  return distance(fold(word), found) <= allowedSlips ? (plain.get(found) ?? null) : null;
}

/** "did you mean `ready`?", or undefined. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const meant = nearest(word, candidates);
  return meant === null ? undefined : `did you mean \`${meant}\`?`;
}

/** camelCase, snake_case and kebab-case of one word are no distance apart. */
function fold(word: string): string {
  return word.toLowerCase().replaceAll(/[-_\s]/g, '');
}
