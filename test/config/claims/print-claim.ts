/** A claim as one would write it: reading it gives the same claim. */

import { type Kind, kindOfMetric } from '../../../src/config/claims/units.ts';
import type { Claim, ClaimMetric, ClaimSide } from '../../../src/config/experiment/claim.ts';

export function printClaim({
  left,
  right,
  metric,
  op,
  factor,
  offset,
}: Omit<Claim, 'text' | 'gate'>): string {
  const kind = kindOfMetric(metric);
  const start = `${printSide(left, metric)} ${op}`;
  if (right === null) return `${start} ${writeValue(kind, offset)}`;
  const times = factor === 1 ? '' : ` * ${plain(factor)}`;
  const sign = offset < 0 ? '-' : '+';
  const plus = offset === 0 ? '' : ` ${sign} ${writeValue(kind, Math.abs(offset))}`;
  return `${start} ${printSide(right, metric)}${times}${plus}`;
}

/** `go.plain.throughput`; a name with a dot in it has quotes, so that it can be read in one way alone. */
function printSide({ server, scenario }: ClaimSide, metric: ClaimMetric): string {
  const name = (text: string) => (text.includes('.') ? `"${text}"` : text);
  return `${name(server)}.${name(scenario)}.${metric}`;
}

/** The value as one would write it, exactly: reading it gives the same number. */
function writeValue(kind: Kind, value: number): string {
  switch (kind) {
    case 'rate':
      // With a fourth digit, as three could mean thousands.
      return plain(value).replace(/^(\d{1,3}\.\d{3})$/, '$10');
    case 'share':
      return plain(value);
    case 'time':
      return exact(value, [
        ['s', 1],
        ['ms', 1e-3],
        ['us', 1e-6],
      ]);
    default:
      return exact(value, [
        ['GiB', 1024 ** 3],
        ['MiB', 1024 ** 2],
        ['KiB', 1024],
        ['B', 1],
      ]);
  }
}

/** In the largest unit of which it is one at least, of those that lose nothing; else in the unit of the metric. */
function exact(value: number, units: readonly (readonly [string, number])[]): string {
  const size = Math.abs(value);
  const fits = ([, factor]: readonly [string, number]) => {
    const number = plain(value / factor);
    return size >= factor && Number(number) * factor === value;
  };
  const [unit, factor] = units.find(fits) ?? units.find(([, one]) => one === 1) ?? ['', 1];
  return `${plain(value / factor)}${unit}`;
}

/** Without an exponent, which the grammar does not know. */
function plain(number: number): string {
  const text = String(number);
  return /e/.test(text) ? number.toFixed(40).replace(/\.?0+$/, '') : text;
}
