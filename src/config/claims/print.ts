/** A claim as one would write it: reading it gives the same claim. */
import type { Claim, ClaimMetric, ClaimSide } from './claim.ts';
import { kindOfMetric, plain, writeValue } from './units.ts';

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
export function printSide({ server, scenario }: ClaimSide, metric: ClaimMetric): string {
  const name = (text: string) => (text.includes('.') ? `"${text}"` : text);
  return `${name(server)}.${name(scenario)}.${metric}`;
}
