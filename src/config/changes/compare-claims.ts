/** What one config alters of another's claims. Pure. */

import { parseClaim } from '../claims/parse.ts';
import type { ClaimKeys } from '../claims/resolve.ts';
import { type Claim, isAtLeast, isStrict } from '../experiment/claim.ts';
import type { ConfigChange } from './bar.ts';

/** A claim as it was written, however many scenarios it is about. */
interface Row {
  /** As an input would have it: `gate: api.p99 <= 5ms`. */
  text: string;
  gate: boolean;
  /** What it is about, and which way it points: of two such claims one is the other with another bound. */
  about: string;
  claim: Claim;
}

/**
 * One change for each text, not for each scenario. Only a claim with `gate` can fail the job, so only of these can be said which
 * way they changed. `given`: claims that count whatever either config says; they are no part of the comparison.
 */
export function claimChanges(
  base: readonly Claim[],
  head: readonly Claim[],
  given: readonly ClaimKeys[] = [],
): ConfigChange[] {
  const isGiven = (claim: Claim) =>
    given.some(({ claim: text, gate }) => text.trim() === claim.text && gate === claim.gate);
  const [before, after] = [base, head].map((claims) =>
    rowsOf(claims.filter((claim) => !isGiven(claim))),
  ) as [Row[], Row[]];
  const left = [...after];
  const lost = before.filter((row) => take(left, (one) => isSame(one, row)) === null);
  const changes = lost.map((row): ConfigChange => {
    // A bound that the job is held to is compared with another such bound, if there is one.
    const about = (one: Row) => one.about === row.about;
    const now = take(left, (one) => about(one) && one.gate === row.gate) ?? take(left, about);
    if (now === null) return changeOf('removed', row, null, row.gate ? 'looser' : 'other');
    return changeOf('changed', row, now, effectOf(row, now));
  });
  const won = left.map((row) => changeOf('added', null, row, row.gate ? 'stricter' : 'other'));
  return [...changes, ...won];
}

function changeOf(
  kind: ConfigChange['kind'],
  base: Row | null,
  head: Row | null,
  effect: ConfigChange['effect'],
): ConfigChange {
  return { key: 'claims', kind, base: base?.text ?? null, head: head?.text ?? null, effect };
}

/** Those that can fail the job come first, and so find their like first. */
function rowsOf(claims: readonly Claim[]): Row[] {
  const rows = new Map<string, Row>();
  for (const claim of claims) {
    const text = claim.gate ? `gate: ${claim.text}` : claim.text;
    if (!rows.has(text)) rows.set(text, { text, gate: claim.gate, about: aboutOf(claim), claim });
  }
  const all = [...rows.values()];
  return [...all.filter(({ gate }) => gate), ...all.filter(({ gate }) => !gate)];
}

/** As the names were written: without a scenario, a claim is about all of them. */
function aboutOf({ text, op }: Claim): string {
  const parsed = parseClaim(text);
  if ('wrong' in parsed) return text;
  const { left, right } = parsed.claim;
  return [left.text, isAtLeast(op) ? '>' : '<', right?.text ?? ''].join(' ');
}

/** Takes the first such row out. */
function take(rows: Row[], isWanted: (row: Row) => boolean): Row | null {
  const index = rows.findIndex(isWanted);
  return index < 0 ? null : (rows.splice(index, 1)[0] ?? null);
}

function isSame(one: Row, other: Row): boolean {
  const meaning = ({ about, gate, claim }: Row) =>
    JSON.stringify([about, gate, claim.op, rounded(claim.factor), rounded(claim.offset)]);
  return meaning(one) === meaning(other);
}

function effectOf(base: Row, head: Row): ConfigChange['effect'] {
  if (base.gate !== head.gate) return base.gate ? 'looser' : 'stricter';
  return base.gate ? boundEffect(base.claim, head.claim) : 'other';
}

/** Which of the two bounds is harder to reach; `other`, where that depends on the other side's figure. */
function boundEffect(base: Claim, head: Claim): ConfigChange['effect'] {
  const more = isAtLeast(base.op) ? 1 : -1;
  const steps = [
    rounded(head.factor) - rounded(base.factor),
    rounded(head.offset) - rounded(base.offset),
  ].map((step) => Math.sign(step) * more);
  const [isHarder, isEasier] = [steps.includes(1), steps.includes(-1)];
  if (isHarder && isEasier) return 'other';
  if (isHarder || isEasier) return isHarder ? 'stricter' : 'looser';
  return isStrict(head.op) ? 'stricter' : 'looser';
}

/** Without what binary fractions add where a unit was changed: `0.1s` is `100ms`. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
