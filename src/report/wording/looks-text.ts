/** When a plan is judged, in words. */
import { joinList } from './verdict-labels.ts';

/** "after every block from the 4th on", or after which blocks. */
export function looksText(looks: readonly number[]): string {
  const [first, second] = looks;
  if (first === undefined) return 'never';
  const isEvery = looks.every((look, i) => look === first + i);
  if (second === undefined || !isEvery) return `after ${joinList(looks.map(String))} blocks`;
  return `after every block from the ${ordinal(first)} on`;
}

function ordinal(n: number): string {
  const tens = n % 100;
  const ending = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}
