/** The claims with their answers, as rows of a table, whatever it is drawn with. Texts are still to be escaped. */
import { subjectName } from '../../config/experiment/experiment.ts';
import type { ClaimAnswer, ClaimVerdict } from '../../judge/verdict/claim-verdict.ts';
import type { Verdict } from '../../judge/verdict/verdict.ts';
import { BUILDS } from '../../terms/arm.ts';
import { findingText } from '../findings/finding.ts';
import { formatNumber, NOTHING } from '../wording/format.ts';
import { namesOf, type Words } from '../wording/names.ts';
import {
  commonScale,
  formatQuantity,
  formatValues,
  moreDigits,
  type Scale,
} from '../wording/values.ts';

export interface ClaimRow {
  /** As it was written. */
  claim: string;
  answer: ClaimAnswer;
  isGate: boolean;
  /** `0.57 [0.55, 0.59]`, `4.91 ms [4.80, 5.02]` */
  measured: string;
  /** `≥ 1.12`, `≤ 5 ms` */
  claimed: string;
  /** Of an undecided claim; empty where there is nothing to say. */
  decides: string;
  /** How far the answer reaches; mostly empty. */
  reach: string;
}

export const CLAIM_TITLES = ['Claim', 'Answer', 'Measured', 'Claimed', 'What would decide it'];

/** Signs that stay beside the word, and mean nothing about a merge. */
export const ANSWER_SIGN: Record<ClaimAnswer, string> = {
  holds: '✓',
  refuted: '✗',
  undecided: '?',
};

export function claimRows({
  claims = [],
  subjects,
}: Pick<Verdict, 'claims' | 'subjects'>): ClaimRow[] {
  return claims.map((one) => {
    const subject = subjects.find((other) => one.subjects.includes(subjectName(other)));
    const names = subject === undefined ? BUILDS : namesOf(subject);
    return {
      claim: claimName(one, claims),
      answer: one.answer,
      isGate: one.claim.gate,
      measured: measuredText(one),
      claimed: `${OPERATORS[one.claim.op]} ${boundText(one)}`,
      decides: reasonsText(one, 'doubt', names),
      reach: reasonsText(one, 'note', names),
    };
  });
}

function reasonsText({ reasons }: ClaimVerdict, severity: 'doubt' | 'note', names: Words): string {
  const own = reasons.filter((reason) => reason.severity === severity);
  return own.map((reason) => findingText(reason, names)).join('; ');
}

/** "2 hold, 1 is refuted, 1 is undecided": of all of them. */
export function claimCounts({ claims = [] }: Pick<Verdict, 'claims'>): string {
  const count = (answer: ClaimAnswer) => claims.filter((one) => one.answer === answer).length;
  const [holds, refuted, open] = [count('holds'), count('refuted'), count('undecided')];
  const is = (many: number) => (many === 1 ? 'is' : 'are');
  return [
    ...(holds > 0 ? [`${holds} ${holds === 1 ? 'holds' : 'hold'}`] : []),
    ...(refuted > 0 ? [`${refuted} ${is(refuted)} refuted`] : []),
    ...(open > 0 ? [`${open} ${is(open)} undecided`] : []),
  ].join(', ');
}

/** Where one text is claimed of several scenarios, the scenario stands with it. */
function claimName(one: ClaimVerdict, claims: readonly ClaimVerdict[]): string {
  const { text, left } = one.claim;
  const isOfSeveral = claims.some(
    (other) => other.claim.text === text && other.claim.left.scenario !== left.scenario,
  );
  return isOfSeveral ? `${text} (${left.scenario})` : text;
}

const OPERATORS = { '>=': '≥', '<=': '≤', '>': '>', '<': '<' } as const;

function measuredText({ scale, unit, estimate, interval, bound }: ClaimVerdict): string {
  if (estimate === null) return NOTHING;
  const all = [estimate, ...(interval ?? [])];
  const texts = apartFrom(bound, all, (values, more) =>
    scale === 'ratio'
      ? ratios(values, all, more)
      : formatValues(unit, values, scaleFor(unit, all, bound), 3 + more),
  );
  const [middle = NOTHING, low = '', high = ''] = texts;
  return interval === null ? middle : unitOnce(middle, low, high);
}

/** `2.31 [2.10, 2.50] ms`: where all three have the same unit. */
function unitOnce(...texts: [string, string, string]): string {
  const units = texts.map((text) => /(?: .*|%)$/.exec(text)?.[0] ?? '');
  const [unit = ''] = units;
  const isShared = unit !== '' && units.every((one) => one === unit);
  const [middle, low, high] = texts.map((text) => (isShared ? text.slice(0, -unit.length) : text));
  return `${middle} [${low}, ${high}]${isShared ? unit : ''}`;
}

/** That of the largest: a difference may be next to nothing in a wide interval. Of nothing at all, that of what is claimed. */
function scaleFor(
  unit: ClaimVerdict['unit'],
  values: readonly number[],
  bound: number,
): Scale | null {
  const largest = Math.max(...values.map(Math.abs));
  return commonScale(unit, [largest > 0 ? largest : bound]);
}

function boundText({ scale, unit, bound }: ClaimVerdict): string {
  if (bound === 0 && unit !== 'share') return '0';
  return scale === 'ratio' ? String(Number(bound.toPrecision(4))) : formatQuantity(unit, bound);
}

/**
 * With as many digits as it takes for the first of the values, the estimate, not to look like the bound, which it is above or below: else
 * "measured 1.12, claimed ≥ 1.12" would be refuted.
 */
function apartFrom(
  bound: number,
  values: readonly number[],
  write: (values: readonly number[], more: number) => string[],
): string[] {
  const [estimate = bound] = values;
  if (estimate === bound) return write(values, 0);
  const more = moreDigits((more) => {
    const [limit, text] = write([bound, ...values], more);
    return text !== limit;
  });
  return write(values, more);
}

/** To the same number of decimals: three where all lie close to 1, and as many as the smallest of `all` needs to be seen. */
function ratios(values: readonly number[], all: readonly number[], more: number): string[] {
  const isClose = all.every((value) => value > 0.9 && value < 1.1);
  const most = Math.max(...all.map(Math.abs));
  const usual = isClose ? 3 : most < 10 ? 2 : most < 100 ? 1 : 0;
  const least = Math.min(...all.map(Math.abs));
  const small = most < 0.1 && least > 0 ? 1 - Math.floor(Math.log10(least)) : 0;
  const decimals = Math.min(MOST_DECIMALS, Math.max(usual, small) + more);
  return values.map((value) => formatNumber(value, decimals));
}

const MOST_DECIMALS = 6;
