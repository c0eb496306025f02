/** The random choices of every block, all from one recorded seed. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Arm, Pairs } from '../config/experiment.ts';
import type { BlockPlan } from './plan.ts';

/**
 * Orders for `count` blocks of `slices` slices (when there are two arms: a multiple of four, of
 * eight for exclusive pairs).
 *
 * Start, connect and warm-up order are balanced over each two consecutive blocks (permuted blocks
 * of two), so that no order can favour an arm by more than one block. Slices come in quads, ABBA or
 * BAAB by coin, so that a linear drift inside a quad cancels. The arms of an exclusive pair have one
 * order for everything: all of the first, then all of the second.
 */
export function blockPlans(options: {
  seed: number;
  arms: readonly Arm[];
  pairs: Pairs;
  count: number;
  slices: number;
}): BlockPlan[] {
  // Its first coins are unrelated for any seed, which is not so of generators with a
  // smaller state: xoroshiro128+ throws its first two coins alike for every small seed.
  const random = mersenne(options.seed);
  const { arms, pairs, slices } = options;
  const start = balancedOrders(random, options);
  if (pairs === 'exclusive') return start.map((order, index) => inTurn(order, index, slices));
  const connect = balancedOrders(random, options);
  const warmup = balancedOrders(random, options);
  return Array.from({ length: options.count }, (_, index) => ({
    index,
    startOrder: start[index] as Arm[],
    connectOrder: connect[index] as Arm[],
    warmupOrder: warmup[index] as Arm[],
    sliceOrder: sliceOrder(random, arms, slices),
  }));
}

function inTurn(order: Arm[], index: number, slices: number): BlockPlan {
  const letters = order.map((arm) => (arm === 'base' ? 'b' : 'h'));
  return {
    index,
    startOrder: order,
    connectOrder: order,
    warmupOrder: order,
    sliceOrder: letters.map((letter) => letter.repeat(slices / order.length)).join(''),
  };
}

/** A seed per subject, so that adding a subject leaves the others' orders alone. */
export function seedFor(seed: number, name: string): number {
  // FNV-1a, 32 bit (Fowler, Noll, Vo): spreads names over seeds; no cryptography is needed.
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const byte of new TextEncoder().encode(name)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

function balancedOrders(
  random: RandomGenerator,
  { arms, count }: { arms: readonly Arm[]; count: number },
): Arm[][] {
  const orders: Arm[][] = [];
  while (orders.length < count) {
    const first = coin(random) ? [...arms] : [...arms].reverse();
    orders.push(first, [...first].reverse());
  }
  return orders.slice(0, count);
}

function sliceOrder(random: RandomGenerator, arms: readonly Arm[], slices: number): string {
  if (arms.length === 1) return 'h'.repeat(slices);
  let order = '';
  while (order.length < slices) order += coin(random) ? 'bhhb' : 'hbbh';
  return order;
}

function coin(random: RandomGenerator): boolean {
  return uniformInt(random, 0, 1) === 1;
}
