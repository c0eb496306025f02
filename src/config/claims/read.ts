/** The claims of a file, or of inputs and flags: all of them resolved, and every mistake in them with its place. */

import type { Claim } from '../experiment/claim.ts';
import type { Mistake, Path } from '../mistakes/mistakes.ts';
import { get, list } from '../mistakes/untyped.ts';
import { contradicted } from './contradictions.ts';
import type { Wrong } from './lex.ts';
import { parseClaim } from './parse.ts';
import { type ClaimKeys, resolveClaim } from './resolve.ts';
import type { Known } from './terms.ts';

/**
 * `written`: a list of texts and of maps of `claim` and `gate`, as in a file; what is neither is passed over, and told by
 * the schema. `known` null: servers and scenarios are not known, because the rest is broken; then the grammar alone is
 * looked at. `at`: where the list stands. `earlier`: claims of another place that count as well.
 */
export function readClaims(
  written: unknown,
  known: Known | null,
  at: Path = ['claims'],
  earlier: readonly Claim[] = [],
): { claims: Claim[]; mistakes: Mistake[] } {
  const claims: Claim[] = [];
  const mistakes: Mistake[] = [];
  for (const [index, one] of list(written).entries()) {
    const isMap = typeof one === 'object';
    const text = isMap ? get(one, 'claim') : one;
    if (typeof text !== 'string' || text.trim() === '') continue;
    const found =
      known === null
        ? grammarAlone(text)
        : resolveClaim({ claim: text, gate: get(one, 'gate') === true }, known);
    const path = isMap ? [...at, index, 'claim'] : [...at, index];
    const wrong = [...found.wrong, ...againstEarlier(found.claims, [...earlier, ...claims], text)];
    claims.push(...found.claims);
    mistakes.push(...wrong.map((one) => mistakeOf(one, text, path)));
  }
  return { claims, mistakes };
}

/** The texts as they stand there, whether or not they are claims. */
export function writtenClaims(written: unknown): ClaimKeys[] {
  return list(written).flatMap((one) => {
    const claim = typeof one === 'object' ? get(one, 'claim') : one;
    return typeof claim === 'string' ? [{ claim, gate: get(one, 'gate') === true }] : [];
  });
}

/** Only what fails the job must be possible; other claims may well be guesses that exclude each other. */
function againstEarlier(found: readonly Claim[], earlier: readonly Claim[], text: string): Wrong[] {
  const gating = earlier.filter(({ gate }) => gate);
  for (const claim of found) {
    const other = claim.gate ? contradicted(claim, gating) : null;
    if (other === null) continue;
    const message = `no measurement can keep both this and \`${other.text}\``;
    const hint =
      'leave one out, or let only one of them fail the job (`gate`); a range is `>=` its smaller and `<=` its larger number';
    return [{ at: 0, end: text.trimEnd().length, message, hint }];
  }
  return [];
}

function grammarAlone(text: string): { claims: Claim[]; wrong: Wrong[] } {
  const parsed = parseClaim(text);
  return { claims: [], wrong: 'wrong' in parsed ? [parsed.wrong] : [] };
}

function mistakeOf({ at, end, message, hint }: Wrong, text: string, path: Path): Mistake {
  const marked = excerpt(text, at, end);
  return {
    path,
    part: 'value',
    message,
    hint: hint === undefined ? marked : `${marked}\n  ${hint}`,
    at,
  };
}

/** A long text is shown around its mistake. */
const SHOWN = 100;

/** The text with marks under what is wrong, indented as a hint is. */
function excerpt(text: string, at: number, end: number): string {
  const from = at > SHOWN / 2 ? at - SHOWN / 2 : 0;
  const shown = text.slice(from, from + SHOWN).replaceAll(/[\s\p{Cc}]/gu, ' ');
  const marks = '^'.repeat(Math.max(1, Math.min(end, from + SHOWN) - at));
  return `  ${shown}\n    ${' '.repeat(at - from)}${marks}`;
}
