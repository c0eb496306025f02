/** The random choices of every block, all from one recorded seed. */

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Pairs } from '../config/experiment/server.ts';
import type { Arm } from '../terms/arm.ts';
import { NO_PHASES } from './phases.ts';
import type { BlockPlan, Phases } from './plan.ts';

/**
 * Orders for `count` blocks of `slices` slices (when there are two arms: a multiple of four, of
 * eight for exclusive pairs).
 *
 * Start, connect and warm-up order are balanced over each two consecutive blocks (permuted blocks
 * of two), so that no order can favour an arm by more than one block. Slices come in groups of four, ABBA or
 * BAAB, so that a linear drift inside a group cancels; as many of the one kind as of the other, in random order, because the
 * arm in the middle of a group follows itself, which makes it faster (docs/adr/0044-carry-over.md). So do open-loop segments (a single
 * one of each arm is balanced over two blocks, as the unbroken phases are). The arms of an exclusive
 * pair have one order for everything: all of the first, then all of the second.
 */
export function blockPlans(options: {
  seed: number;
  arms: readonly Arm[];
  pairs: Pairs;
  count: number;
  slices: number;
  phases?: Phases;
}): BlockPlan[] {
  // Its first coins are unrelated for any seed, which is not so of generators with a
  // smaller state: xoroshiro128+ throws its first two coins alike for every small seed.
  const random = mersenne(options.seed);
  const { arms, pairs, count, slices, phases = NO_PHASES } = options;
  const segments = phases.latency?.segmentsPerArm ?? 0;
  const isSteady = phases.steadyMs !== null;
  const start = balancedOrders(random, options);
  if (pairs === 'exclusive') {
    return start.map((order, index) => ({
      index,
      startOrder: order,
      connectOrder: order,
      warmupOrder: order,
      sliceOrder: inTurn(order, slices / order.length),
      latencyOrder: inTurn(order, segments),
      steadyOrder: isSteady ? order : [],
    }));
  }
  const connect = balancedOrders(random, options);
  const warmup = balancedOrders(random, options);
  const sliced = Array.from({ length: count }, () => sliceOrder(random, arms, slices));
  // Drawn last, so that phases leave the orders above as they are without them.
  const steady = isSteady ? balancedOrders(random, options) : [];
  const single = segments % 2 === 1 ? balancedOrders(random, options) : [];
  return sliced.map((order, index) => ({
    index,
    startOrder: start[index] as Arm[],
    connectOrder: connect[index] as Arm[],
    warmupOrder: warmup[index] as Arm[],
    sliceOrder: order,
    latencyOrder:
      sliceOrder(random, arms, arms.length * (segments - (segments % 2))) +
      inTurn(single[index] ?? [], 1),
    steadyOrder: steady[index] ?? [],
  }));
}

/**
 * The same blocks with a calibrator: head's slices take turns with its own as base's do in a live pair, in groups of four. Half of
 * `slices` are head's. Drawn from a seed of its own, so that head's other orders stay what they are without it.
 */
export function withCalibrator(blocks: readonly BlockPlan[], seed: number): BlockPlan[] {
  const random = mersenne(seed ^ CALIBRATED);
  return blocks.map((block) => {
    const slices = 2 * block.sliceOrder.length;
    return {
      ...block,
      calibratorOrder: sliceOrder(random, ['base', 'head'], slices).replaceAll('b', 'c'),
    };
  });
}

const CALIBRATED = 0x0ca1b;

/** The arms that the letters of an order stand for. */
export function armsOf(order: string): Arm[] {
  return [...order].map((letter): Arm => (letter === 'b' ? 'base' : 'head'));
}

/** So many of each arm, one arm after the other. */
function inTurn(order: readonly Arm[], each: number): string {
  return order.map((arm) => (arm === 'base' ? 'b' : 'h').repeat(each)).join('');
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

/** Half of the groups of each kind, shuffled (Fisher and Yates); of an odd number one more of either, by coin. */
function sliceOrder(random: RandomGenerator, arms: readonly Arm[], slices: number): string {
  if (arms.length === 1) return 'h'.repeat(slices);
  const kinds = coin(random) ? ['bhhb', 'hbbh'] : ['hbbh', 'bhhb'];
  const groups = Array.from({ length: Math.ceil(slices / 4) }, (_, i) => kinds[i % 2] as string);
  for (let i = groups.length - 1; i > 0; i--) {
    const other = uniformInt(random, 0, i);
    [groups[i], groups[other]] = [groups[other] as string, groups[i] as string];
  }
  return groups.join('');
}

function coin(random: RandomGenerator): boolean {
  return uniformInt(random, 0, 1) === 1;
}
