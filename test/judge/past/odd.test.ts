import assert from 'node:assert/strict';
import { test } from 'node:test';
import { betterFrom, oddOne } from '../../../src/judge/past/odd.ts';
import { scatter } from '../../support/past.ts';

const points = (logs: readonly number[]) => logs.map((log) => ({ log, light: 2 }));
const STEADY = scatter(20, 0.01);

test('One run that lies far from all others is odd, wherever it stands and to whichever side', () => {
  for (const at of [0, 7, 19]) {
    for (const far of [-0.12, 0.12]) {
      assert.equal(oddOne(points(STEADY.with(at, far))), at, `${far} at ${at}`);
    }
  }
});

test('None is odd among runs that are alike, and two that are far tell how far runs lie apart', () => {
  assert.equal(oddOne(points(STEADY)), null);
  assert.equal(oddOne(points(STEADY.with(3, 0.035))), null);
  assert.equal(oddOne(points(STEADY.with(3, 0.12).with(11, -0.12))), null);
  assert.equal(oddOne(points(STEADY.with(3, 0.3).with(11, 0.1))), null);
  assert.equal(oddOne([]), null);
  assert.equal(oddOne(points([0, 0.1, 0.2])), null);
});

test('A run is not odd where the machine explains it: it lies on the line of the others', () => {
  const along = STEADY.map((log, i) => ({ log: log + 0.1 * (i % 5), light: 0.2 * (i % 5) }));
  const slow = { log: 0.5, light: 1 };
  assert.equal(oddOne([...along, slow]), null);
  assert.equal(oddOne([...along, { ...slow, light: 0 }]), 20);
});

test('Two runs that are faster than all before begin a level, one does not', () => {
  const given = { sign: 1, least: 0.025 } as const;
  assert.equal(betterFrom(points([...STEADY, 0.1, 0.11]), given), 20);
  assert.equal(betterFrom(points([...STEADY, 0.1]), given), 0);
  assert.equal(betterFrom(points([...STEADY, -0.1, -0.11]), given), 0);
  // In CPU time less is better.
  assert.equal(betterFrom(points([...STEADY, -0.1, -0.11]), { ...given, sign: -1 }), 20);
});

test('Runs that are faster by less than would be an improvement begin none', () => {
  const faster = [...STEADY, ...scatter(10, 0.001).map((log) => log + 0.02)];
  assert.equal(betterFrom(points(faster), { sign: 1, least: 0.025 }), 0);
  assert.ok(betterFrom(points(faster), { sign: 1, least: 0.005 }) >= 18);
  assert.equal(betterFrom(points(STEADY), { sign: 1, least: 0 }), 0);
  assert.equal(betterFrom([], { sign: 1, least: 0 }), 0);
});
