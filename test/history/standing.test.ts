import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryLine } from '../../src/history/line.ts';
import {
  baselineLines,
  lastAttempts,
  standings,
  subjectStanding,
} from '../../src/history/standing.ts';
import type { VerdictWord } from '../../src/terms/verdict-word.ts';
import { commitOf, lineOf, lineWith, metricOf } from '../support/history.ts';

const words = (lines: HistoryLine[]) => standings(lines).map(({ standing }) => standing);

test('A sound run is a baseline, whether or not it could tell anything of the change', () => {
  const lines = [lineWith(1, 'unchanged'), lineWith(2, 'inconclusive'), lineWith(3, 'no-baseline')];
  assert.deepEqual(words(lines), ['baseline', 'baseline', 'baseline']);
  assert.deepEqual(words([lineWith(1, 'invalid')]), ['broken']);
});

test('A slowdown is no baseline, and nor is what is as slow as that, until it is better again', () => {
  const lines = [
    lineWith(1, 'unchanged'),
    lineWith(2, 'regression'),
    lineWith(3, 'unchanged'),
    lineWith(4, 'inconclusive'),
    lineWith(5, 'improvement'),
    lineWith(6, 'unchanged'),
  ];
  assert.deepEqual(words(lines), [
    'baseline',
    'regressed',
    'after-regression',
    'after-regression',
    'baseline',
    'baseline',
  ]);
});

test('An improvement of another metric does not make up for a slowdown', () => {
  const faster = lineOf(2, { metrics: { cpu: metricOf(1, -0.1, { word: 'improvement' }) } });
  assert.deepEqual(words([lineWith(1, 'regression'), faster, lineWith(3, 'unchanged')]), [
    'regressed',
    'after-regression',
    'after-regression',
  ]);
});

test('A slowdown that was accepted is a baseline, and so is what follows it', () => {
  const accepted = { reason: 'worth it' };
  const lines = [lineWith(1, 'regression', { accepted }), lineWith(2, 'unchanged')];
  assert.deepEqual(words(lines), ['baseline', 'baseline']);
});

test('A slowdown can be accepted afterwards, by a further line of the same run', () => {
  const red = lineWith(1, 'regression');
  const lines = [red, lineWith(2, 'unchanged'), { ...red, accepted: { reason: 'worth it' } }];
  assert.deepEqual(words(lines), ['baseline', 'baseline']);
});

test('A later attempt at a run replaces the earlier one, in whatever order they stand', () => {
  const first = lineWith(1, 'regression');
  const second = lineWith(1, 'unchanged', { run: { id: 1001, attempt: 2, url: null } });
  for (const lines of [
    [first, second],
    [second, first],
  ]) {
    assert.deepEqual(lastAttempts(lines), [second]);
  }
});

test('A run that is attempted again later keeps its place: an old commit is not the newest', () => {
  const again = { id: 1001, attempt: 2, url: null };
  const second = lineWith(1, 'regression', { at: '2026-01-03T00:00:00.000Z', run: again });
  const later = [lineWith(2, 'improvement'), lineWith(3, 'unchanged')];
  const lines = [lineWith(1, 'regression'), ...later, second];
  assert.deepEqual(lastAttempts(lines), [second, ...later]);
  assert.deepEqual(words(lines), ['regressed', 'baseline', 'baseline']);
  // The line of the first attempt has moved into a file of older ones.
  const known = { ...second, run: { ...again, begun: lineOf(1).at } };
  assert.deepEqual(lastAttempts([...later, known]), [known, ...later]);
});

test('A run against a release says nothing of when the branch changed: it begins, ends and accepts nothing', () => {
  const release = { base: commitOf(90), before: null, reference: true } as const;
  const lines = [
    lineWith(1, 'unchanged'),
    lineWith(2, 'regression', release),
    lineWith(3, 'unchanged'),
    lineWith(4, 'regression'),
    lineWith(5, 'improvement', release),
    lineWith(6, 'unchanged', { ...release, accepted: { reason: 'raised since' } }),
    lineWith(7, 'unchanged'),
  ];
  assert.deepEqual(words(lines), [
    'baseline',
    'reference',
    'baseline',
    'regressed',
    'reference',
    'reference',
    'after-regression',
  ]);
  assert.deepEqual(
    standings(lines).flatMap(({ line, turns }) => (turns ? [line.run?.id] : [])),
    [1004],
  );
});

test('What is slower stays so where a later commit was only imported, or measured beside a release', () => {
  const arm = { id: 1002, attempt: 1, job: 'arm', url: null };
  const slow = lineWith(2, 'regression', { run: arm });
  const slower = (...lines: HistoryLine[]) => [...subjectStanding([slow, ...lines]).slower];
  const found = [['throughput', slow.commit]];
  assert.deepEqual(slower(lineOf(3, { imported: 'bencher', run: null })), found);
  const release = { base: commitOf(90), before: null, reference: true } as const;
  assert.deepEqual(slower(lineOf(3, release)), found);
  assert.deepEqual(slower(lineOf(3)), [], 'a job that measures the branch no more');
});

test('A job on a machine that is new since a slowdown says nothing of what is slower, and does not hide what another job has seen', () => {
  const of = (job: string, number: number, word: VerdictWord, edit: Partial<HistoryLine> = {}) =>
    lineWith(number, word, {
      at: lineOf(number + (job === 'arm' ? 0 : 10)).at,
      run: { id: 1000 + number, attempt: 1, job, url: null },
      ...edit,
    });
  const fingerprint = { hash: 'b'.repeat(12), parts: { cpu: 'Model B' } };
  const gathering = of('x64', 2, 'no-baseline', { base: null, fingerprint });
  const x64 = [of('x64', 1, 'regression'), gathering];
  assert.deepEqual(words(x64), ['regressed', 'slow-baseline']);
  assert.deepEqual([...subjectStanding(x64).slower], []);
  const arm = [of('arm', 1, 'regression'), of('arm', 2, 'inconclusive')];
  assert.deepEqual([...subjectStanding([...arm, ...x64]).slower], [['throughput', commitOf(1)]]);
});

test('Jobs that measure servers of one name say nothing of each other', () => {
  const of = (job: string, number: number, word: 'unchanged' | 'regression') =>
    lineWith(number, word, { run: { id: 1000 + number, attempt: 1, job, url: null } });
  const lines = [of('a', 1, 'regression'), of('b', 2, 'unchanged'), of('a', 3, 'unchanged')];
  assert.deepEqual(words(lines), ['regressed', 'baseline', 'after-regression']);
});

test('A limit that was broken is mended by a run that keeps it, which no improvement could be', () => {
  const stall = (word: 'regression' | 'unchanged' | 'inconclusive', number: number) =>
    lineOf(number, {
      verdict: word,
      metrics: {
        'longest-stall': metricOf(0.1, 0, { word, ratio: null, calibrated: null, better: 'lower' }),
      },
    });
  const lines = [stall('regression', 1), stall('inconclusive', 2), stall('unchanged', 3)];
  assert.deepEqual(words(lines), ['regressed', 'after-regression', 'baseline']);
});

test('A slowdown of a metric that cannot fail the job is a baseline', () => {
  const shown = lineOf(1, {
    metrics: { p99: metricOf(1, 0.5, { word: 'regression', gating: false }) },
  });
  assert.deepEqual(words([shown]), ['baseline']);
});

test('Figures of other programs are never compared with', () => {
  assert.deepEqual(words([lineOf(1, { imported: 'bencher' }), lineOf(2)]), [
    'imported',
    'baseline',
  ]);
});

test('Baselines come in the order in which the runs began, though jobs end when they like', () => {
  assert.deepEqual(baselineLines([lineOf(3), lineOf(1), lineOf(2)]), [
    lineOf(1),
    lineOf(2),
    lineOf(3),
  ]);
});

test('On a kind of machine that is met only after a slowdown, runs are compared with each other, and make up for nothing', () => {
  const old = { hash: 'aaaaaaaaaaaa', parts: {} };
  const fresh = { hash: 'bbbbbbbbbbbb', parts: {} };
  const alone = { base: null };
  const lines = [
    lineWith(1, 'unchanged', { ...alone, fingerprint: old }),
    lineWith(2, 'regression', { ...alone, fingerprint: old }),
    lineWith(3, 'inconclusive', { ...alone, fingerprint: old }),
    lineWith(4, 'no-baseline', { ...alone, fingerprint: fresh }),
    lineWith(5, 'no-baseline', { ...alone, fingerprint: fresh }),
    lineWith(6, 'unchanged', { ...alone, fingerprint: fresh }),
    // The old one comes back: it knows what was before.
    lineWith(7, 'inconclusive', { ...alone, fingerprint: old }),
    lineWith(8, 'unchanged', { ...alone, fingerprint: old }),
    lineWith(9, 'unchanged', { ...alone, fingerprint: fresh }),
  ];
  assert.deepEqual(words(lines), [
    'baseline',
    'regressed',
    'after-regression',
    'slow-baseline',
    'slow-baseline',
    'slow-baseline',
    'after-regression',
    'baseline',
    'baseline',
  ]);
  assert.equal(baselineLines(lines).length, 6);
  assert.deepEqual(
    standings(lines).flatMap(({ line, turns }) => (turns ? [line.run?.id] : [])),
    [1002, 1004, 1008],
  );
});

test('A run on a new machine that was asked for a comparison, and could not tell, begins a row like one that was not asked', () => {
  const alone = { base: null, fingerprint: { hash: 'bbbbbbbbbbbb', parts: {} } };
  const known = { base: null, fingerprint: { hash: 'aaaaaaaaaaaa', parts: {} } };
  const begin = [lineWith(1, 'unchanged', known), lineWith(2, 'regression', known)];
  const could = [...begin, lineWith(3, 'inconclusive', { ...alone, tooFew: true })];
  assert.deepEqual(words(could), ['baseline', 'regressed', 'slow-baseline']);
  const busy = [...begin, lineWith(3, 'inconclusive', alone)];
  assert.deepEqual(words(busy), ['baseline', 'regressed', 'after-regression']);
});

test('A run on a new machine that was built beside its base gathers nothing', () => {
  const lines = [lineWith(1, 'regression'), lineWith(2, 'no-baseline')];
  assert.deepEqual(words(lines), ['regressed', 'after-regression']);
});

test('What follows a second slowdown on a new machine is none to compare with, until a run there has made up for it', () => {
  const alone = { base: null, fingerprint: { hash: 'bbbbbbbbbbbb', parts: {} } };
  const known = { base: null, fingerprint: { hash: 'aaaaaaaaaaaa', parts: {} } };
  const lines = [
    lineWith(1, 'unchanged', known),
    lineWith(2, 'regression', known),
    lineWith(3, 'no-baseline', alone),
    lineWith(4, 'unchanged', alone),
    lineWith(5, 'regression', alone),
    lineWith(6, 'inconclusive', alone),
    lineWith(7, 'regression', alone),
    lineWith(8, 'unchanged', alone),
    lineWith(9, 'inconclusive', alone),
    lineWith(10, 'regression', { ...alone, accepted: { reason: 'worth it' } }),
  ];
  assert.deepEqual(words(lines), [
    'baseline',
    'regressed',
    'slow-baseline',
    'slow-baseline',
    'regressed',
    'after-regression',
    'regressed',
    'slow-baseline',
    'slow-baseline',
    'baseline',
  ]);
  assert.deepEqual(
    standings(lines).flatMap(({ line, turns }) => (turns ? [line.run?.id] : [])),
    [1002, 1003, 1005, 1008, 1010],
  );
});
