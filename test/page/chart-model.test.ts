/** What the chart draws, and two runs against each other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LineKind, PageMetric } from '../../src/history/page/model.ts';
import {
  chartModel,
  clamped,
  machineSpans,
  nearestPlace,
  nextPlace,
  startsOf,
} from '../../src/page/chart-model.ts';
import { compareRuns } from '../../src/page/compare.ts';
import type { Line, SubjectData } from '../../src/page/data.ts';
import { figureText } from '../../src/page/figure-text.ts';

const line: Line = {
  figures: [100, null, 110, 220],
  lows: [99, null, null, 200],
  highs: [101, null, null, 240],
  halves: [0.01, null, null, 0.09],
};
const data: SubjectData = {
  runs: [0, 1, 2, 3],
  at: [10, 20, 30, 40],
  words: [0, 2, 2, 10],
  machines: [0, 0, 1, 1],
  line: () => line,
};

test('A line of measured values has them as they are; one against the calibrator begins at 0', () => {
  const value = chartModel(data, line, { kind: 'value', machine: null, changePoints: [] });
  assert.deepEqual(value.columns[1], [100, null, 110, 220]);
  const calibrated = chartModel(data, line, { kind: 'calibrated', machine: 1, changePoints: [] });
  assert.deepEqual(calibrated.columns[1], [null, null, 0, 1]);
});

test('Against the calibrator each machine begins at 0, in the chart and in words; a chain goes on', () => {
  const all = { machine: null, changePoints: [] };
  const { columns } = chartModel(data, line, { kind: 'calibrated', ...all });
  assert.deepEqual(columns[1], [0, null, 0, 1]);
  const chain = chartModel(data, line, { kind: 'chain', ...all }).columns[1];
  assert.deepEqual([chain[0], chain[3]], [0, 220 / 100 - 1]);
  const metric = { unit: 'req/s' } as PageMetric;
  const said = (kind: LineKind, machine: number | null = null) => {
    const starts = startsOf(data, line, { kind, machine });
    return figureText({ metric, kind, line, values: null, starts }, 3);
  };
  assert.match(said('calibrated'), /^\+100% since the start on this machine ±/);
  assert.match(said('calibrated', 1), /^\+100% since the start ±/);
  assert.match(said('chain'), /^\+120% since the start ±/);
});

test('A line breaks where another machine begins, but for a chain, and where runners take turns not in the line of one of them', () => {
  const breaks = (kind: LineKind, machine: number | null) =>
    chartModel(data, line, { kind, machine, changePoints: [] }).breaksAtMachines;
  assert.deepEqual([breaks('value', null), breaks('calibrated', null)], [true, true]);
  assert.deepEqual([breaks('value', 1), breaks('calibrated', 1)], [false, false]);
  assert.equal(breaks('chain', null), false);
});

test('Regressions are marked where the line has a figure, accepted ones by themselves', () => {
  const { regressions } = chartModel(data, line, {
    kind: 'value',
    machine: null,
    changePoints: [],
  });
  assert.deepEqual(regressions, [
    { place: 2, isAccepted: false },
    { place: 3, isAccepted: true },
  ]);
});

test('Neighbouring runs on one machine are one span', () => {
  assert.deepEqual(machineSpans([0, 0, null, 1, 1, 0]), [
    { from: 0, to: 1, machine: 0 },
    { from: 2, to: 2, machine: null },
    { from: 3, to: 4, machine: 1 },
    { from: 5, to: 5, machine: 0 },
  ]);
});

test('The window stays within the line, and shows at least a few runs', () => {
  assert.deepEqual(clamped([-50, 20], 100), [0, 70]);
  assert.deepEqual(clamped([90, 190], 100), [0, 99]);
  assert.deepEqual(clamped([50, 50], 100), [47.5, 52.5]);
  assert.deepEqual(clamped([0, 0], 1), [0, 1]);
});

test('The cursor goes from figure to figure and stops at the last one', () => {
  assert.equal(nextPlace(line.figures, 0, 1), 2);
  assert.equal(nextPlace(line.figures, 3, 10), 3);
  assert.equal(nextPlace(line.figures, 3, -10), 0);
  assert.equal(nearestPlace(line.figures, 1), 0);
  assert.equal(nearestPlace(line.figures, Number.MAX_SAFE_INTEGER), 3);
  assert.equal(nearestPlace(line.figures, -5), 0);
  assert.equal(nearestPlace([null, null], 1), null);
});

const NONE = { kind: 'value', changePoints: [] } as const;
const machine = (hash: string, parts: Record<string, string>) => ({ hash, parts });

test('Two runs are compared in the order of time, whichever was chosen first', () => {
  const early = { place: 0, figure: 100, half: 0.03, machine: machine('a', { cpu: 'A' }) };
  const late = { place: 3, figure: 95, half: 0.04, machine: machine('a', { cpu: 'A' }) };
  const points = [
    { at: 2, from: 'x', to: 'y', logChange: -0.05, interval: null, p: null, isWorse: true },
    { at: 4, from: 'x', to: 'y', logChange: -0.05, interval: null, p: null, isWorse: true },
  ];
  const compared = compareRuns(late, early, { kind: 'value', changePoints: points });
  assert.ok(Math.abs((compared.log ?? 0) - Math.log(0.95)) < 1e-12);
  assert.ok(Math.abs((compared.interval?.[0] ?? 0) - (Math.log(0.95) - 0.05)) < 1e-12);
  assert.equal(compared.runs, 3);
  assert.deepEqual(compared.differs, []);
  assert.deepEqual(
    compared.changePoints.map(({ at }) => at),
    [2],
  );
});

test('Two runs of a chain are told apart by what came between them, and not by the errors that both have', () => {
  const at = (place: number, figure: number, half: number) => ({
    place,
    figure,
    half,
    machine: null,
  });
  const [early, late] = [at(99, 1, 0.05), at(100, Math.exp(-0.051), Math.hypot(0.05, 0.005))];
  const compared = compareRuns(early, late, { kind: 'chain', changePoints: [] });
  assert.deepEqual(
    compared.interval?.map((end) => end.toFixed(4)),
    ['-0.0560', '-0.0460'],
  );
});

test('What differs between two machines is named, and an unknown one is no equal one', () => {
  const run = (hash: string, parts: Record<string, string>) => ({
    ...{ place: 0, figure: 0, half: null, machine: machine(hash, parts) },
  });
  const differs = (a: ReturnType<typeof run>, b: ReturnType<typeof run>) =>
    compareRuns(a, b, NONE).differs;
  assert.deepEqual(differs(run('a', { cpu: 'A', os: 'x' }), run('b', { cpu: 'B', os: 'x' })), [
    ['cpu', 'A', 'B'],
  ]);
  assert.deepEqual(differs(run('a', { toString: 'A' }), run('b', {})), [
    ['toString', 'A', 'not known'],
  ]);
  assert.equal(differs(run('a', {}), run('b', {}))?.[0]?.[0], 'fingerprint');
  assert.equal(compareRuns({ ...run('a', {}), machine: null }, run('a', {}), NONE).differs, null);
  assert.equal(compareRuns(run('a', {}), run('a', {}), NONE).log, null);
});
