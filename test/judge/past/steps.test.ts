import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastLevelFrom } from '../../../src/judge/past/steps.ts';
import { scatter } from '../../support/past.ts';

const LEAST = Math.log(1.1);

test('A series of one level has none but the first', () => {
  assert.equal(lastLevelFrom(scatter(30, 0.03), LEAST), 0);
  assert.equal(lastLevelFrom([], LEAST), 0);
  assert.equal(lastLevelFrom([1], LEAST), 0);
});

test('A step is found where it is, and of two steps the last one', () => {
  const one = [...scatter(15, 0.02), ...scatter(15, 0.02).map((log) => log + 0.3)];
  assert.equal(lastLevelFrom(one, LEAST), 15);
  const two = [...one, ...scatter(20, 0.02).map((log) => log - 0.3)];
  assert.equal(lastLevelFrom(two, LEAST), 30);
});

test('A step that is smaller than what counts is none', () => {
  const small = [...scatter(20, 0.005), ...scatter(20, 0.005).map((log) => log + 0.05)];
  assert.equal(lastLevelFrom(small, LEAST), 0);
});

test('One odd run, be it the last, is no step', () => {
  const odd = scatter(30, 0.02);
  odd[12] = 2;
  odd[29] = -2;
  assert.equal(lastLevelFrom(odd, LEAST), 0);
});
