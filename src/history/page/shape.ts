/** A line in so few letters that a table of a hundred of them costs nothing: for the small pictures of the overview. */

const PIECES = 48;
const LETTERS = 26;

/** A letter for the middle of each piece of the line, `a` the lowest, `z` the highest; `-` where a piece has no figure. */
export function shapeOf(figures: readonly (number | null)[], pieces: number = PIECES): string {
  const count = Math.min(pieces, figures.length);
  const means: (number | null)[] = [];
  for (let i = 0; i < count; i++) {
    const [from, to] = [i, i + 1].map((at) => Math.floor((at * figures.length) / count));
    const some = figures.slice(from, to).filter((one) => one !== null);
    means.push(some.length === 0 ? null : some.reduce((a, b) => a + b, 0) / some.length);
  }
  const known = means.filter((one) => one !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return means
    .map((one) => {
      if (one === null) return '-';
      const level = high === low ? 0.5 : (one - low) / (high - low);
      return String.fromCharCode(97 + Math.min(LETTERS - 1, Math.floor(level * LETTERS)));
    })
    .join('');
}

/** What `shapeOf` wrote, from 0 to 1. */
export function levelsOf(shape: string): (number | null)[] {
  return [...shape].map((letter) =>
    letter === '-' ? null : (letter.charCodeAt(0) - 97) / (LETTERS - 1),
  );
}
