/** How people write a bound, a number or a name where a claim has another form, and what to write instead. Pure. */
import type { Token } from './lex.ts';

/** Words that are never a unit, though they stand behind a number: "12 % more than", "1.1 and". */
const OF_A_SENTENCE =
  /^(and|or|to|more|less|fewer|faster|slower|higher|lower|better|worse|than|of|between|times)$/i;

export function isOfSentence(word: string): boolean {
  return OF_A_SENTENCE.test(word);
}

/** `1.12..1.15`, `12-15%`, `5ms-10ms`; no name of a metric ends so. */
const RANGE = /^(\d[\d_]*(\.\d+)?[\p{L}%]*)(?:\.{2,}|-)(\d[\d_]*(\.\d+)?[\p{L}%]*)$/u;

export function isRange(word: string): boolean {
  return RANGE.test(word);
}

/** A million as some languages write it, `1.000.000`: without its dots; null for any other word. */
export function withoutGroups(word: string): string | null {
  return /^\d{1,3}(\.\d{3}){2,}$/.test(word) ? word.replaceAll('.', '') : null;
}

/** `50.000`, which is fifty, and fifty thousand where a dot parts the thousands. */
export function isLikeThousands(written: string): boolean {
  return /^[1-9]\d{0,2}\.\d{3}(?!\d)/.test(written);
}

export const ONE_BOUND =
  'a claim has one bound, so a range takes two: `go.throughput >= node.throughput * 1.12` and `go.throughput <= node.throughput * 1.15`';
const ONE_STATEMENT = 'a claim is one statement: write what follows as another claim';
const AS_FACTOR =
  'differences are factors: 12 % more is `go.throughput >= node.throughput * 1.12`, 20 % less `go.memory <= node.memory * 0.8`';

/** What to write in place of a part that no claim has there; undefined where nobody can tell. */
export function slipAt(text: string, { kind, text: word, at }: Token): string | undefined {
  if (kind === 'op' || /^(…|to|between)$/i.test(word)) return ONE_BOUND;
  if (/^[–—−]$/.test(word)) return isBehindNumber(text, at) ? ONE_BOUND : 'the sign is `-`';
  if (word === ',') return commaAt(text, at) ?? ONE_STATEMENT;
  if (/^(and|or|;|&)$/i.test(word)) return ONE_STATEMENT;
  return isOfSentence(word) ? AS_FACTOR : undefined;
}

/** `12–15` and `5 ms – 10 ms`, and no `p99 – 5ms`. */
function isBehindNumber(text: string, at: number): boolean {
  return /(?:^|\s)\d[\d_.]*\s*[\p{L}%]*\s*$/u.test(text.slice(0, at));
}

/** A comma in a number. Several part the thousands; one is a decimal point as often. */
function commaAt(text: string, at: number): string | undefined {
  const [before] = /(?<![\w.])(?:\d{1,3}(?:\.\d{3})+|\d[\d_]*)$/.exec(text.slice(0, at)) ?? [];
  const [after] = /^\d+(?:,\d+)*(?:\.\d+)?/.exec(text.slice(at + 1)) ?? [];
  if (before === undefined || after === undefined) return undefined;
  if (/[,.]/.test(after)) {
    return `write \`${before}${after.replaceAll(',', '')}\`: nothing parts the thousands`;
  }
  const decimal = `${before.replaceAll('.', '')}.${after}`;
  return /^[1-9]\d{0,2}$/.test(before) && after.length === 3
    ? eitherNumber(Number(decimal))
    : `write \`${decimal}\`: decimals have a point`;
}

/** @param size with three decimals, which may be meant as thousands */
export function eitherNumber(size: number): string {
  return `it could mean ${size} or ${Math.round(size * 1000)}: write one of these`;
}

/** `* -20%` and `* +12%`; undefined where no factor is meant. @param percent without its sign */
export function signedFactor(sign: '+' | '-', percent: number): string | undefined {
  const factor = Number(((100 + (sign === '-' ? -percent : percent)) / 100).toPrecision(12));
  if (!(factor > 0)) return undefined;
  return `write \`* ${factor}\` for ${percent}% ${sign === '-' ? 'less' : 'more'}`;
}

/** Two words before the operator. */
export function twoWords(first: string, second: string): string | undefined {
  if (/^gate$/i.test(first)) {
    return 'write `gate:`, with a colon, before a claim that is to fail the job; in the config file, `gate: true` beside it';
  }
  if (isOfSentence(second) || /^\d.*%$/.test(second)) return AS_FACTOR;
  return second.includes('.') ? 'names of servers have no spaces' : undefined;
}
