/** A recorded block in groups of four slices, from which blocks of any length are drawn again. Pure. */
import { stayed, stayOf, withoutCarryOver } from '../../src/judge/figures/carry-over.ts';
import { SLICE_TRIM, trimmedMean } from '../../src/judge/figures/trimmed.ts';
import type { BlockMeasurement } from '../../src/measure/observed/measurement.ts';

/** ln(cost of head ÷ cost of base), and by how many slices more head followed itself than base did. */
export interface Compared {
  log: number;
  stay: number;
}

export interface Quad {
  kind: 'bhhb' | 'hbbh';
  /** The two pairs of neighbours. */
  pairs: readonly [Compared, Compared];
  /** CPU time per request over all four. */
  cpu: Compared;
}

export interface BlockValue {
  throughput: number;
  cpu: number;
}

/** Groups in which both arms answered and their CPU time was read. */
export function quadsOf({
  sliceOrder,
  sliceUs,
  sliceGood,
  arms,
}: Pick<BlockMeasurement, 'sliceOrder' | 'sliceUs' | 'sliceGood' | 'arms'>): Quad[] {
  const cost = (i: number) => Math.log((sliceUs[i] as number) / (sliceGood[i] as number));
  const pairAt = (i: number): Compared => {
    const sign = sliceOrder[i] === 'h' ? 1 : -1;
    return { log: sign * (cost(i) - cost(i + 1)), stay: stayed(sliceOrder, i) ? sign : 0 };
  };
  return Array.from({ length: Math.floor(sliceUs.length / 4) }, (_, group): Quad => {
    const begin = 4 * group;
    const good = (letter: string) => {
      let sum = 0;
      for (let i = begin; i < begin + 4; i++) {
        if (sliceOrder[i] === letter) sum += sliceGood[i] as number;
      }
      return sum;
    };
    const perRequest = (arm: 'base' | 'head') =>
      (arms[arm]?.cpuMs?.[group] ?? Number.NaN) / good(arm.charAt(0));
    return {
      kind: sliceOrder[begin] === 'b' ? 'bhhb' : 'hbbh',
      pairs: [pairAt(begin), pairAt(begin + 2)],
      cpu: {
        log: Math.log(perRequest('head') / perRequest('base')),
        stay: stayOf(sliceOrder, begin, begin + 4),
      },
    };
  }).filter(({ pairs, cpu }) => [...pairs, cpu].every(({ log }) => Number.isFinite(log)));
}

/** As a block was judged before: neighbours as they are, a fifth trimmed. */
export function valueBefore(quads: readonly Quad[]): BlockValue | null {
  return blockValueOf(quads, ({ logs }, share) => trimmedMean(logs, share), 0.2);
}

/** As it is judged now: without carry-over, three tenths trimmed, of CPU time a fifth. */
export function valueNow(quads: readonly Quad[]): BlockValue | null {
  const value = ({ logs, stays }: Columns, share: number) =>
    trimmedMean(withoutCarryOver(logs, stays), share);
  return blockValueOf(quads, value, SLICE_TRIM);
}

export interface Columns {
  logs: number[];
  stays: number[];
}

function blockValueOf(
  quads: readonly Quad[],
  value: (columns: Columns, share: number) => number | null,
  share: number,
): BlockValue | null {
  const throughput = value(columnsOf(quads.flatMap(({ pairs }) => pairs)), share);
  const cpu = value(columnsOf(quads.map((quad) => quad.cpu)), 0.2);
  return throughput === null || cpu === null ? null : { throughput, cpu };
}

export function columnsOf(compared: readonly Compared[]): Columns {
  return { logs: compared.map(({ log }) => log), stays: compared.map(({ stay }) => stay) };
}

/**
 * A block of so many groups from a longer one: of either kind as many, none twice where there are enough. `below(n)`: a random whole number
 * from 0 on and below n.
 */
export function shortBlock(
  quads: readonly Quad[],
  groups: number,
  below: (n: number) => number,
): Quad[] {
  return (['bhhb', 'hbbh'] as const).flatMap((kind) => {
    const own = quads.filter((quad) => quad.kind === kind);
    const from = own.length === 0 ? quads : own;
    const wanted = Math.floor(groups / 2);
    if (from.length < wanted) {
      return Array.from({ length: wanted }, () => from[below(from.length)] as Quad);
    }
    const left = [...from];
    return Array.from({ length: wanted }, () => left.splice(below(left.length), 1)[0] as Quad);
  });
}
