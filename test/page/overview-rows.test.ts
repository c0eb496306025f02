/** Rows of the overview: what comes first, and what is said of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PageChangePoint, PageMetric, PageModel } from '../../src/history/page/model.ts';
import { levelsOf, shapeOf } from '../../src/history/page/shape.ts';
import { overviewRows, shapePath } from '../../src/page/overview-rows.ts';

const metric = (change: number, edit: Partial<PageMetric> = {}): PageMetric => ({
  ...{ name: 'throughput', label: 'throughput', unit: 'req/s', isHigherBetter: true },
  kinds: ['value'],
  summary: { last: 9, since: 0, change, half: null, changePoint: edit.changePoints ? 0 : null },
  ...{ cutAt: null, last: 1, lastValue: 1, isLog: true, shape: 'aaz', changePoints: [] },
  lastWord: 'unchanged',
  slowerSince: null,
  ...edit,
});
const point = (logChange: number, isWorse: boolean): PageChangePoint => ({
  ...{ at: 3, from: 'a', to: 'b', interval: null, p: null, logChange, isWorse },
});
const model = (...subjects: PageMetric[][]): PageModel => ({
  runs: { count: 0, commits: '', at: '', pulls: {}, repository: null, ids: '' },
  machines: [],
  subjects: subjects.map((metrics, i) => ({
    ...{ server: i % 2 === 0 ? 'api' : 'web', scenario: `s${i}`, metrics },
  })),
  ...{ lost: 0, unread: 0 },
});
const rowsOf = (whole: PageModel, server: string | null = null, name: string | null = null) =>
  overviewRows(whole, { server, metric: name, summaryOf: (_, one) => one.summary });

test('What got worse comes first, the worst of it at the top, and what got better last', () => {
  const rows = rowsOf(
    model(
      [metric(0)],
      [metric(0.2, { changePoints: [point(0.2, false)] })],
      [metric(-0.05, { changePoints: [point(-0.05, true)] })],
      [metric(-0.1)],
      [metric(-0.2, { changePoints: [point(-0.2, true)] })],
      [metric(-0.001, { lastWord: 'regression' })],
      [metric(0, { slowerSince: 'c0ffee0' })],
    ),
  );
  assert.deepEqual(
    rows.map(({ index, state }) => `${index} ${state}`),
    ['4 worse', '2 worse', '5 regression', '6 slower', '3 worse-by-now', '0 steady', '1 better'],
  );
});

test('A chain that moved by no more than its own error is not called worse', () => {
  const moved = (half: number | null) =>
    metric(-0.1, { summary: { last: 9, since: 0, change: -0.1, half, changePoint: null } });
  assert.deepEqual(
    rowsOf(model([moved(0.2)], [moved(0.09)], [moved(null)])).map(
      ({ index, state }) => `${index} ${state}`,
    ),
    ['1 worse-by-now', '2 worse-by-now', '0 steady'],
  );
});

test('Of a subject its worst metric is shown, and how many others got worse', () => {
  const cpu = metric(0.3, {
    ...{ name: 'cpu', label: 'cpu', isHigherBetter: false, changePoints: [point(0.3, true)] },
  });
  const [row] = rowsOf(model([metric(-0.05, { changePoints: [point(-0.05, true)] }), cpu]));
  assert.equal(row?.metric.name, 'cpu');
  assert.equal(row?.others, 1);
});

test('Rows can be those of one server or of one metric', () => {
  const whole = model([metric(0)], [metric(0)], [metric(0, { name: 'cpu' })]);
  assert.deepEqual(
    rowsOf(whole, 'api').map(({ index }) => index),
    [0, 2],
  );
  assert.deepEqual(
    rowsOf(whole, null, 'cpu').map(({ index }) => index),
    [2],
  );
});

test('A small picture goes from the lowest to the highest figure and has gaps where there are none', () => {
  assert.equal(shapeOf([1, null, 3]), 'a-z');
  assert.deepEqual(levelsOf('a-z'), [0, null, 1]);
  assert.equal(shapeOf([5, 5]), 'nn');
  assert.equal(shapePath('a-z', 100, 10), 'M0.0 10.0M100.0 0.0');
});
