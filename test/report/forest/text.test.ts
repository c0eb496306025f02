import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axisFor } from '../../../src/report/forest/axis.ts';
import type { Mark } from '../../../src/report/forest/mark.ts';
import { FOREST_COLUMNS, textForest } from '../../../src/report/forest/text.ts';
import { displayWidth } from '../../../src/report/screen/width.ts';

const mark = (label: string, ratio: number, changes: Partial<Mark> = {}): Mark => ({
  label,
  ratio,
  interval: [ratio * 0.97, ratio * 1.03],
  band: null,
  favours: null,
  ...changes,
});

const SOME = [
  mark('throughput', 0.57, { interval: [0.55, 0.59], favours: 'base' }),
  mark('CPU per request', 1.75, { interval: [1.7, 1.8], favours: 'base' }),
  mark('p50 latency', 1.01, { interval: [0.7, 1.4] }),
  mark('p99.9 latency', 1.3, { interval: null }),
  mark('memory', 4.92, { interval: [4.8, 5.1], favours: 'base' }),
  mark('throughput spread (100 ms)', 0.02, { interval: [0, 0.4], favours: 'head' }),
];

test('A plot has one line for each metric, its figures, and the line at 1 in every row', () => {
  const lines = textForest(SOME, { extent: 2, ticks: [0.5, 1 / 1.4, 1, 1.4, 2] });
  assert.deepEqual(lines, [
    '                       0.5  0.71     1     1.4     2',
    'throughput               ├●          │               0.57 [0.55, 0.59]',
    'CPU per request                      │          ●┤   1.75 [1.70, 1.80]',
    'p50 latency                   ├──────○──────┤        1.01 [0.70, 1.40]',
    'p99.9 latency                        │    ○          1.30 (no interval)',
    'memory                               │             ► 4.92 [4.80, 5.10]',
    'throughput spread (10… ◄             │               0.02 [0.00, 0.40]',
  ]);
});

test('No line is wider than what a comment and a mail show without breaking it', () => {
  for (const width of [40, 60, FOREST_COLUMNS, 110]) {
    for (const line of textForest(SOME, axisFor(SOME), width)) {
      assert.ok(displayWidth(line) <= Math.max(54, width), `${width}: ${line}`);
    }
  }
  assert.equal(FOREST_COLUMNS, 72);
});

test('A ring is what cannot be told apart, a dot what can', () => {
  const [, told, open] = textForest(
    [mark('a', 0.8, { favours: 'head' }), mark('b', 0.99)],
    axisFor(SOME),
  );
  assert.match(told ?? '', /●/);
  assert.match(open ?? '', /○/);
});

test('An interval that goes on beyond the scale has an arrow there', () => {
  const axis = { extent: 1.1, ticks: [1 / 1.1, 1, 1.1] };
  const lines = textForest(
    [mark('wide', 1, { interval: [0.5, 2] }), mark('far', 3, { interval: [2.9, 3.1] })],
    axis,
  );
  assert.match(lines[1] ?? '', /◄─+○─+►/);
  assert.match(lines[2] ?? '', /^far +│ +► 3\.00/);
});

test('Without marks there is nothing to draw', () => {
  assert.deepEqual(textForest([], axisFor([])), []);
});
