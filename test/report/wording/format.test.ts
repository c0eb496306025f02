import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatChange,
  formatChangeWithInterval,
  formatClock,
  formatDuration,
  formatInterval,
  formatProbability,
  formatRoughDuration,
  formatSetting,
  formatShare,
  formatSize,
  plural,
} from '../../../src/report/wording/format.ts';

test('Changes are signed with a true minus, and zero has no sign', () => {
  assert.equal(formatChange(-0.0812), '−8.1%');
  assert.equal(formatChange(0.05), '+5.0%');
  assert.equal(formatChange(-0.00001), '0.0%');
  assert.equal(formatChange(12.5), '+1,250%');
  assert.equal(formatChange(1e9), '>+10,000%');
  assert.equal(formatChange(null), '–');
  assert.equal(formatInterval([-0.09, -0.072]), '[−9.0%, −7.2%]');
  assert.equal(formatChangeWithInterval(-0.081, [-0.09, -0.072]), '−8.1% [−9.0%, −7.2%]');
  assert.equal(formatChangeWithInterval(0.6, [-0.2, 1.4]), '+60% [−20%, +140%]');
  assert.equal(formatChangeWithInterval(0.1, null), '+10.0%');
  assert.equal(formatChangeWithInterval(null, [-1, 1]), '–');
});

test('Sizes and settings are unsigned', () => {
  assert.equal(formatSize(0.0238), '2.4%');
  assert.equal(formatSize(-0.0238), '2.4%');
  assert.equal(formatSetting(0.05), '5%');
  assert.equal(formatSetting(0.025), '2.5%');
  assert.equal(formatSetting(0), '0%');
  assert.equal(formatSetting(1e-9), '0.0000001%', 'not nothing');
  assert.deepEqual([0.57, 0.99998, 1].map(formatShare), ['57.00%', '99.99%', '100%']);
});

test('Durations read as people say them', () => {
  assert.equal(formatDuration(0), '0 ms');
  assert.equal(formatDuration(850), '850 ms');
  assert.equal(formatDuration(12_400), '12.4 s');
  assert.equal(formatDuration(59_960), '1 min');
  assert.equal(formatDuration(90_000), '1 min 30 s');
  assert.equal(formatDuration(3_900_000), '1 h 5 min');
  assert.equal(formatRoughDuration(31_000), '40 s');
  assert.equal(formatRoughDuration(327_000), '6 min');
  assert.equal(formatRoughDuration(9_000_000), '3 h');
  assert.equal(formatClock(42_999), '0:42');
  assert.equal(formatClock(3_725_000), '1:02:05');
  assert.equal(formatClock(-5), '0:00');
});

test('Probabilities have two digits', () => {
  assert.equal(formatProbability(0.00002), '<0.0001');
  assert.equal(formatProbability(0.0123), '0.012');
  assert.equal(formatProbability(1), '1');
  assert.equal(formatProbability(null), '–');
});

test('A noun has its plural beside every number but one', () => {
  assert.equal(plural(1, 'row'), '1 row');
  assert.equal(plural(1200, 'row'), '1,200 rows');
});
