import assert from 'node:assert/strict';
import { test } from 'node:test';
import { favoured, marksOf, ratioText } from '../../../src/report/forest/mark.ts';
import { quoting } from '../../support/english.ts';
import { metric, subject } from '../build.ts';

const versus = { names: { base: 'go', head: 'gleam' } };

test('A mark is the ratio of the two, in the order of the reports', () => {
  const marks = marksOf(
    subject(
      'go-vs-gleam',
      'plaintext',
      'regression',
      [
        metric('memory', 'regression', { change: 3.92, interval: [3.8, 4.1] }),
        metric('throughput', 'regression', { change: -0.43, interval: [-0.45, -0.41] }),
        metric('errors', 'unchanged'),
      ],
      versus,
    ),
  );
  assert.deepEqual(
    marks.map(({ label, ratio, favours }) => [label, Number(ratio.toFixed(2)), favours]),
    [
      ['throughput', 0.57, 'base'],
      ['memory', 4.92, 'base'],
    ],
  );
});

test('Of contenders the interval says which one is better, and more is better of throughput alone', () => {
  const told = (name: 'throughput' | 'cpu', interval: [number, number]) =>
    favoured(
      metric(name, 'unchanged', { change: (interval[0] + interval[1]) / 2, interval }),
      subject('a', 'b', 'unchanged', [], versus),
    );
  assert.equal(told('throughput', [0.01, 0.02]), 'head');
  assert.equal(told('throughput', [-0.02, -0.01]), 'base');
  assert.equal(told('cpu', [0.01, 0.02]), 'base');
  assert.equal(told('cpu', [-0.02, -0.01]), 'head');
  assert.equal(told('cpu', [-0.02, 0.01]), null);
});

test('A figure that is in doubt favours nobody, one that is merely wide may', () => {
  const open = (reasons: Parameters<typeof metric>[2]) =>
    metric('throughput', 'inconclusive', { change: -0.05, interval: [-0.09, -0.01], ...reasons });
  const own = subject('a', 'b', 'inconclusive', [], versus);
  const limited = {
    code: 'throughput-is-generators',
    severity: 'doubt',
    subject: 'throughput',
    data: {},
  } as const;
  const wide = {
    code: 'interval-spans-tolerance',
    severity: 'doubt',
    subject: 'throughput',
    data: {},
  } as const;
  assert.equal(favoured(open({ reasons: [limited] }), own), null);
  assert.equal(favoured(open({ reasons: [wide] }), own), 'base');
  const unsteady = {
    code: 'never-steady',
    severity: 'doubt',
    subject: null,
    data: { drifts: [{ arm: 'head', perSecond: 0.1, blocks: null }] },
  } as const;
  const doubted = subject('a', 'b', 'inconclusive', [], {
    ...versus,
    reasons: [{ ...unsteady, data: { drifts: [...unsteady.data.drifts] } }],
  });
  assert.equal(favoured(open({ reasons: [] }), doubted), null);
});

test('Of two builds the word says it, so that what is within the tolerance favours neither', () => {
  const own = subject('api', 'x', 'unchanged', []);
  const small = { change: -0.01, interval: [-0.015, -0.005] as [number, number] };
  assert.equal(favoured(metric('throughput', 'unchanged', small), own), null);
  assert.equal(favoured(metric('throughput', 'regression', small), own), 'base');
  assert.equal(favoured(metric('throughput', 'improvement', small), own), 'head');
});

test('What was not measured soundly has no marks', () => {
  const broken = subject('a', 'b', 'invalid', [metric('throughput', 'invalid')], {
    ...versus,
    reasons: [quoting('go: exit code 1')],
  });
  assert.deepEqual(marksOf(broken), []);
});

test('The tolerance is a band on both sides of contenders, and on the worse side of two builds', () => {
  const bands = (changes: object) =>
    marksOf(
      subject(
        'a',
        'b',
        'unchanged',
        [metric('throughput', 'unchanged'), metric('cpu', 'unchanged')],
        changes,
      ),
    ).map(({ band }) => band?.map((end) => Number(end.toFixed(3))));
  assert.deepEqual(bands(versus), [
    [0.95, 1.053],
    [0.952, 1.05],
  ]);
  assert.deepEqual(bands({}), [
    [0.95, 1],
    [1, 1.05],
  ]);
});

test('A ratio has as many digits as it needs', () => {
  assert.equal(ratioText({ ratio: 0.57, interval: [0.55, 0.59] }), '0.57 [0.55, 0.59]');
  assert.equal(ratioText({ ratio: 1.004, interval: [0.995, 1.013] }), '1.004 [0.995, 1.013]');
  assert.equal(ratioText({ ratio: 12.31, interval: [11.9, 12.8] }), '12.3 [11.9, 12.8]');
  assert.equal(ratioText({ ratio: 1.3, interval: null }), '1.30 (no interval)');
  assert.equal(ratioText({ ratio: 5e6, interval: [4e6, 6e6] }), '>1,000 [>1,000, >1,000]');
});
