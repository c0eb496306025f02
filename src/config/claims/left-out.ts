/** In words, which claims are not judged: nobody should take their silence for an answer. */
import type { Claim } from '../experiment/claim.ts';

type Written = Pick<Claim, 'text' | 'gate'>;

/** How many are written out: a file that compares many servers has many claims about others. */
const FEW_CLAIMS = 3;

/**
 * What is said of the claims of `all` that are not in `judged`, in one note; none where nothing was left out. A text that is judged
 * for one scenario at least counts as judged. Those that would fail the job come first, and are marked.
 */
export function leftOutInWords(
  all: readonly Written[],
  judged: readonly Written[],
  why: { one: string; several: string },
): string[] {
  const written = (claim: Written) => (claim.gate ? `gate: ${claim.text}` : claim.text);
  const kept = new Set(judged.map(written));
  const absent = [...all.filter(({ gate }) => gate), ...all.filter(({ gate }) => !gate)];
  const texts = [...new Set(absent.map(written))].filter((text) => !kept.has(text));
  const [first, ...others] = texts;
  if (first === undefined) return [];
  if (others.length === 0) return [`a claim is not judged, ${why.one}: ${first}`];
  const few = texts.length <= FEW_CLAIMS;
  const shown = few ? texts.join('; ') : `${texts.slice(0, FEW_CLAIMS).join('; ')}; …`;
  return [`${texts.length} claims are not judged, ${why.several}: ${shown}`];
}
