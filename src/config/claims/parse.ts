/**
 * The grammar of a claim, before anything is known of servers and metrics:
 * `term op [number *] term [* number] [+ value]`, or `term op value`.
 */
import { type ClaimOp, ClaimOp as ClaimOps } from '../experiment/claim.ts';
import { type Token, tokensOf, type Wrong } from './lex.ts';
import {
  isOfSentence,
  isRange,
  ONE_BOUND,
  signedFactor,
  slipAt,
  twoWords,
  withoutGroups,
} from './slips.ts';

/** A name such as `go.idle.dropped`, with its place. */
export interface Term {
  text: string;
  at: number;
  end: number;
}

/** A number and what stands behind it as its unit; where the unit is missing, `unit` is empty. */
export interface Value {
  number: number;
  unit: string;
  at: number;
  end: number;
}

export interface ParsedClaim {
  left: Term;
  op: ClaimOp;
  right: Term | null;
  factor: number;
  /** What is added to the right side, or all of it; null where nothing is. */
  value: Value | null;
}

type Part = { term: Term } | { value: Value };

/** One summand: its factors, and the sign before it. */
interface Summand {
  sign: 1 | -1;
  parts: Part[];
  at: number;
  end: number;
}

export function parseClaim(text: string): { claim: ParsedClaim } | { wrong: Wrong } {
  try {
    return { claim: new Parser(text).claim() };
  } catch (error) {
    if (error instanceof WrongText) return { wrong: error.wrong };
    throw error;
  }
}

class WrongText extends Error {
  readonly wrong: Wrong;

  constructor(wrong: Wrong) {
    super(wrong.message);
    this.wrong = wrong;
  }
}

const OPS = ClaimOps.options;
const ALLOWED_OPS = '>=, <=, > or <';

/** What was written in place of an operator, and what may have been meant. */
const OP_SLIPS: Readonly<Record<string, string>> = {
  '=>': '>=',
  '=<': '<=',
  '≥': '>=',
  '≤': '<=',
  '>>': '>',
  '<<': '<',
};

const LARGEST = 1e15;

/** A factor in per cent up to here may be meant as a difference. */
const LIKELY_A_DIFFERENCE = 0.5;

/** A bare factor from here to here is per cent without its sign at least as often. */
const LIKELY_A_PERCENTAGE = [50, 500] as const;

const NUMBER = /^(\d[\d_]*(?:\.\d+)?|\.\d+)([\p{L}%]*)$/u;

class Parser {
  private readonly text: string;
  private readonly tokens: Token[];
  private next = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokensOf(text);
  }

  claim(): ParsedClaim {
    const left = this.leftSide();
    const op = this.operator();
    const summands = this.summands();
    const extra = this.peek();
    if (extra !== undefined) throw this.unexpected(extra, '`*`, `+` or the end of the claim');
    if (!('term' in left)) throw this.turned(left.value, op, summands);
    return { left: left.term, op, ...this.rightSide(summands) };
  }

  /** A value is a mistake here, told when the rest is known. */
  private leftSide(): Part {
    const first = this.peek();
    if (first === undefined) {
      throw this.wrong({ at: 0, end: 0 }, 'found nothing; expected a claim', EXAMPLE);
    }
    const part = this.part();
    const sign = this.peek();
    if (sign !== undefined && ['*', '+', '-', '/'].includes(sign.kind)) {
      const hint = 'only the right side is calculated with: go.throughput >= node.throughput * 1.1';
      throw this.wrong(sign, `found \`${sign.text}\`; expected ${ALLOWED_OPS}`, hint);
    }
    return part;
  }

  private operator(): ClaimOp {
    const found = this.peek();
    if (found === undefined) {
      throw this.wrong(this.end(), `the claim ends here; expected ${ALLOWED_OPS}`, EXAMPLE);
    }
    const op = OPS.find((one) => one === found.text);
    if (op === undefined) {
      const meant = OP_SLIPS[found.text];
      const equal = /^[=!]=*$/.test(found.text);
      const hint =
        meant !== undefined
          ? `write \`${meant}\``
          : equal
            ? 'measured figures are never exactly equal: claim a bound, such as >= or <='
            : this.insteadOf(found);
      throw this.wrong(found, `found \`${found.text}\`; expected ${ALLOWED_OPS}`, hint);
    }
    this.next += 1;
    return op;
  }

  /** What was meant by a part that stands where the operator should. */
  private insteadOf(found: Token): string | undefined {
    const slip = slipAt(this.text, found);
    const before = this.tokens[this.next - 1];
    if (slip !== undefined || found.kind !== 'word' || before?.kind !== 'word') return slip;
    return twoWords(before.text, found.text);
  }

  private summands(): Summand[] {
    const summands = [this.summand(1)];
    for (let sign = this.peek(); sign?.kind === '+' || sign?.kind === '-'; sign = this.peek()) {
      this.next += 1;
      summands.push(this.summand(sign.kind === '+' ? 1 : -1));
    }
    return summands;
  }

  private summand(sign: 1 | -1): Summand {
    const parts = [this.part()];
    for (let next = this.peek(); next?.kind === '*' || next?.kind === '/'; next = this.peek()) {
      if (next.kind === '/') {
        const hint = 'divide by multiplying: `/ 2` is `* 0.5`';
        throw this.wrong(next, 'found `/`; expected `*`, `+` or the end of the claim', hint);
      }
      this.next += 1;
      this.assertUnsigned();
      parts.push(this.part());
    }
    const [first, last] = [parts[0] as Part, parts.at(-1) as Part];
    return { sign, parts, at: placeOf(first).at, end: placeOf(last).end };
  }

  /** A factor has no sign. */
  private assertUnsigned(): void {
    const [sign, number] = this.tokens.slice(this.next, this.next + 2);
    if (sign === undefined || (sign.kind !== '+' && sign.kind !== '-')) return;
    const [, size] = /^([\d.]+)(?:%|$)/.exec(number?.text ?? '') ?? [];
    const isPercent = number?.text.endsWith('%') || this.tokens[this.next + 2]?.text === '%';
    const hint =
      size !== undefined && isPercent ? signedFactor(sign.kind, Number(size)) : undefined;
    throw this.wrong(sign, `found \`${sign.text}\`; expected a factor, such as 1.12`, hint);
  }

  private part(): Part {
    const found = this.peek();
    if (found === undefined) {
      throw this.wrong(this.end(), `the claim ends here; expected ${TERM_OR_VALUE}`, EXAMPLE);
    }
    // No bound is complete yet, to which this could add another one.
    if (found.kind === 'op') {
      throw this.wrong(found, `found \`${found.text}\`; expected ${TERM_OR_VALUE}`, EXAMPLE);
    }
    if (found.kind !== 'word') throw this.unexpected(found, TERM_OR_VALUE);
    this.next += 1;
    if (isRange(found.text)) {
      throw this.wrong(found, `found the range \`${found.text}\`; expected one number`, ONE_BOUND);
    }
    const plain = withoutGroups(found.text);
    if (plain !== null) {
      const hint = `write \`${plain}\`: nothing parts the thousands`;
      throw this.wrong(found, `found \`${found.text}\`; expected a number`, hint);
    }
    const number = NUMBER.exec(found.text);
    if (number === null) return { term: { text: found.text, at: found.at, end: found.end } };
    return { value: this.value(found, number) };
  }

  /** The unit may stand apart, and have a `/` in it: `100k req/s`. */
  private value(first: Token, number: RegExpExecArray): Value {
    const own = number[2] as string;
    let [unit, end] = [own, first.end];
    const follows = this.peek();
    if (follows?.kind === 'word' && !isOfSentence(follows.text)) {
      this.next += 1;
      unit = own === '' ? follows.text : `${own} ${follows.text}`;
      end = follows.end;
    }
    const slash = this.peek();
    const per = this.tokens[this.next + 1];
    if (slash?.kind === '/' && per?.kind === 'word' && /^(s|sec|1k)$/.test(per.text)) {
      this.next += 2;
      unit = `${unit}/${per.text}`;
      end = per.end;
    }
    const size = Number((number[1] as string).replaceAll('_', ''));
    const place = { at: first.at, end };
    // What is measured never reaches it, and no file could hold what it would be multiplied to.
    if (size > LARGEST) throw this.wrong(place, 'the number is too large; allowed: up to 1e15');
    return { number: size, unit, ...place };
  }

  /** One term with at most one factor, and at most one value; or one value. */
  private rightSide(summands: readonly Summand[]): Pick<ParsedClaim, 'right' | 'factor' | 'value'> {
    let right: { term: Term; factor: number } | null = null;
    let value: Value | null = null;
    for (const summand of summands) {
      const terms = summand.parts.flatMap((part) => ('term' in part ? [part.term] : []));
      const numbers = summand.parts.flatMap((part) => ('value' in part ? [part.value] : []));
      const [term, second] = terms;
      if (second !== undefined || (term !== undefined && right !== null)) {
        const hint = 'a claim compares two servers; for a third, write another claim';
        const at = second ?? (term as Term);
        throw this.wrong(at, `found \`${at.text}\`; only one server may stand on the right`, hint);
      }
      const extra = numbers[1];
      if (extra !== undefined) {
        const message = 'found a second number; expected one factor at most';
        throw this.wrong(extra, message, 'multiply the numbers, and write the product');
      }
      const [number] = numbers;
      if (term !== undefined) {
        if (summand.sign === -1) {
          throw this.wrong(term, 'a server cannot be subtracted', EXAMPLE);
        }
        right = { term, factor: this.factorOf(number) };
        continue;
      }
      if (value !== null) {
        const message = 'found a second value; expected one at most';
        throw this.wrong(summand, message, 'add the values, and write the sum');
      }
      const found = number as Value;
      value = { ...found, number: summand.sign * found.number };
    }
    return { right: right?.term ?? null, factor: right?.factor ?? 1, value };
  }

  private factorOf(value: Value | undefined): number {
    if (value === undefined) return 1;
    if (value.unit !== '' && value.unit !== '%') {
      const message = `found the factor \`${this.cut(value)}\`; allowed: a number above 0, such as 1.12`;
      throw this.wrong(value, message, `write \`+ ${this.cut(value)}\` to add it`);
    }
    const factor = value.unit === '%' ? value.number / 100 : value.number;
    if (value.unit === '%' && factor > 0 && factor <= LIKELY_A_DIFFERENCE) throw this.aPart(value);
    const [from, to] = LIKELY_A_PERCENTAGE;
    if (value.unit === '' && factor >= from && factor <= to) throw this.percentOrTimes(value);
    if (factor > 0) return factor;
    const message = `found the factor \`${this.cut(value)}\`; allowed: a number above 0, such as 1.12`;
    throw this.wrong(value, message);
  }

  /** "Outperforms by 12 %" is easily written as `* 12%`, which holds for a server that has an eighth of the other's. */
  private aPart(value: Value): WrongText {
    const [more, less, of] = [100 + value.number, 100 - value.number, value.number].map(
      (percent) => `\`* ${Number((percent / 100).toPrecision(12))}\``,
    );
    const percent = this.cut(value);
    const message = `found the factor \`${percent}\`, which is a part of the other and no difference to it`;
    return this.wrong(
      value,
      message,
      `write ${more} for ${percent} more, ${less} for ${percent} less, ${of} for ${percent} of it`,
    );
  }

  /** `* 80` for 80 % holds of every server that needs less than eighty times as much. */
  private percentOrTimes(value: Value): WrongText {
    const { number } = value;
    const times = Number((100 * number).toPrecision(12));
    return this.wrong(
      value,
      `found the factor \`${this.cut(value)}\`, which could mean ${number} % or ${number} times as much`,
      `write \`* ${number}%\` or \`* ${times}%\``,
    );
  }

  /** A value on the left: what would be right, where it can be said. */
  private turned(value: Value, op: ClaimOp, summands: readonly Summand[]): WrongText {
    const [only] = summands;
    const part = only?.parts[0];
    const isBare = summands.length === 1 && only?.parts.length === 1;
    const isTerm = part !== undefined && 'term' in part;
    const turned = op.includes('>') ? op.replace('>', '<') : op.replace('<', '>');
    const hint =
      isBare && isTerm ? `write \`${part.term.text} ${turned} ${this.cut(value)}\`` : EXAMPLE;
    return this.wrong(value, `found \`${this.cut(value)}\`; expected ${TERM}, on the left`, hint);
  }

  private unexpected(found: Token, expected: string): WrongText {
    const hint = slipAt(this.text, found);
    return this.wrong(found, `found \`${found.text}\`; expected ${expected}`, hint);
  }

  private wrong(at: { at: number; end: number }, message: string, hint?: string): WrongText {
    return new WrongText({ at: at.at, end: at.end, message, hint });
  }

  private cut({ at, end }: { at: number; end: number }): string {
    return this.text.slice(at, end);
  }

  private peek(): Token | undefined {
    return this.tokens[this.next];
  }

  private end(): { at: number; end: number } {
    const at = this.text.trimEnd().length;
    return { at, end: at };
  }
}

function placeOf(part: Part): { at: number; end: number } {
  return 'term' in part ? part.term : part.value;
}

const TERM = 'a server and a metric, such as go.throughput';
const TERM_OR_VALUE = `${TERM}, or a value`;
const EXAMPLE = 'a claim is such as `go.throughput >= node.throughput * 1.1` or `go.p99 <= 5ms`';
