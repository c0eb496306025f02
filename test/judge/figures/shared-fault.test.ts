/** Whether what made an open loop none is nobody's, or head's. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OpenLoopFault } from '../../../src/judge/figures/kept-figures.ts';
import { isSharedFault } from '../../../src/judge/figures/open-loop.ts';
import type { BlockMeasurement } from '../../../src/measure/observed/measurement.ts';

type Shares = readonly [base: number, head: number];

const late = ([base, head]: Shares): OpenLoopFault => ({
  arm: base > 0.5 ? 'base' : 'head',
  kind: 'late',
  isOfBoth: false,
  shares: { base, head },
});

const queue = (arm: 'base' | 'head'): OpenLoopFault => ({
  arm,
  kind: 'unreached',
  isOfBoth: false,
  shares: { base: arm === 'base' ? 1 : 0, head: arm === 'head' ? 1 : 0 },
});

const isShared = (faults: readonly (OpenLoopFault | null)[]) =>
  isSharedFault(faults.map((openLoopFault) => ({ openLoopFault }) as unknown as BlockMeasurement));

/** Head is over the half in each of nine blocks, and base in four. */
const ALIKE: readonly Shares[] = [
  [0.4, 0.6],
  [0.6, 0.6],
  [0.5, 0.6],
  [0.6, 0.55],
  [0.45, 0.55],
  [0.7, 0.6],
  [0.5, 0.6],
  [0.6, 0.55],
  [0.5, 0.6],
];

describe('lateness in blocks of which head alone is named in more than base', () => {
  it('It is shared where both are late alike, whatever blocks without a fault lie between', () => {
    assert.equal(isShared(ALIKE.map(late)), true);
    assert.equal(isShared(ALIKE.flatMap((shares) => [late(shares), null])), true);
  });

  it('It is not where seven blocks are all that there is', () => {
    const seven = ALIKE.filter((_, i) => i !== 3 && i !== 5);
    assert.equal(isShared(seven.map(late)), false);
  });

  it('It is not where head is later by as much in every block, also by little', () => {
    assert.equal(isShared(ALIKE.map(() => late([0.5, 0.55]))), false);
    assert.equal(isShared(ALIKE.map(([base], i) => late([base - 0.1, base + 0.01 * i]))), false);
  });

  it('It is not where base is late by less than half of it, however much that varies', () => {
    const wild = ALIKE.map((_, i) => late(i === 0 ? [0.5, 0.51] : [0.2, i % 2 === 0 ? 1 : 0.51]));
    assert.equal(isShared(wild), false);
  });

  it('A queue of head alone ends it, and one of base says nothing of head', () => {
    const more: Shares[] = [
      [0.5, 0.51],
      [0.5, 0.52],
    ];
    const most = [...ALIKE, ...more].map(late);
    assert.equal(isShared(most), true);
    assert.equal(isShared([...most, queue('head')]), false);
    assert.equal(isShared([...most, queue('base')]), true);
  });
});

it('What base met in as many blocks as head alone is shared, in however few blocks', () => {
  assert.equal(isShared([]), true);
  assert.equal(isShared([late([1, 1]), late([0, 1])]), true);
  assert.equal(isShared([queue('base'), queue('head')]), true);
  assert.equal(isShared([late([1, 1]), late([0, 1]), queue('head')]), false);
});
