import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axisFor, positionOf, tickText } from '../../../src/report/forest/axis.ts';
import type { Mark } from '../../../src/report/forest/mark.ts';
import { fc } from '../../support/properties.ts';

const mark = (ratio: number, interval: [number, number] | null = null): Mark => ({
  label: 'throughput',
  ratio,
  interval,
  band: null,
  favours: null,
});

test('The axis is logarithmic: twice as much and half as much lie equally far from 1', () => {
  const axis = axisFor([mark(0.6, [0.5, 0.7]), mark(1.7, [1.5, 1.9])]);
  assert.equal(axis.extent, 2);
  assert.equal(positionOf(1, axis), 0.5);
  assert.equal(positionOf(0.5, axis), 0);
  assert.equal(positionOf(2, axis), 1);
  const [half, twice] = [positionOf(0.8, axis), positionOf(1.25, axis)];
  assert.ok(Math.abs(half + twice - 1) < 1e-12);
});

test('A small difference gets a fine axis, a large one a coarse axis', () => {
  assert.equal(axisFor([mark(1, [0.97, 1.02])]).extent, 1.1);
  assert.equal(axisFor([mark(0.3, [0.25, 0.4])]).extent, 5);
  assert.equal(axisFor([]).extent, 1.1);
});

test('One extreme figure goes off the scale before it presses the others into dots', () => {
  const near = [0.9, 1.02, 1.05].map((ratio) => mark(ratio, [ratio - 0.02, ratio + 0.02]));
  const axis = axisFor([...near, mark(64, [60, 68])]);
  assert.ok(axis.extent <= 2, `${axis.extent}`);
  assert.ok(positionOf(64, axis) > 1);
});

test('What is only a little larger than the rest is given its room', () => {
  const near = [0.9, 1.02, 1.05].map((ratio) => mark(ratio, [ratio - 0.001, ratio + 0.001]));
  const axis = axisFor([...near, mark(1.35, [1.3, 1.4])]);
  assert.ok(positionOf(1.4, axis) <= 1, `${axis.extent}`);
});

test('Nothing at all has a place, left of everything', () => {
  assert.equal(positionOf(0, { extent: 2 }), Number.NEGATIVE_INFINITY);
  assert.equal(axisFor([mark(0, [0, 0.1])]).extent, 10);
});

test('Any marks get an axis whose ticks ascend, with both ends and 1 on the scale', () => {
  const ratio = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(ratio, { maxLength: 12 }), (ratios) => {
      const axis = axisFor(ratios.map((one) => mark(one, [one * 0.9, one * 1.1])));
      const positions = axis.ticks.map((tick) => positionOf(tick, axis));
      assert.deepEqual(
        positions,
        [...positions].sort((a, b) => a - b),
      );
      assert.equal(positions[0], 0);
      assert.equal(positions.at(-1), 1);
      assert.ok(positions.includes(0.5));
    }),
  );
});

test('Ticks are written with two decimals at most', () => {
  assert.equal(tickText(1 / 3), '0.33');
  assert.equal(tickText(1), '1');
  assert.equal(tickText(1.25), '1.25');
});
