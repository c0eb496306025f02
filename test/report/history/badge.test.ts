/** What a subject's badge says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryLine } from '../../../src/history/line.ts';
import { badgeOf } from '../../../src/report/history/badge.ts';
import { lineOf, lineWith, metricOf } from '../../support/history.ts';

const saidOf = (...lines: HistoryLine[]) => {
  const { message, color } = badgeOf(lines) ?? { message: 'none', color: 'none' };
  return `${color}: ${message}`;
};

test('A badge has what shields.io asks of an endpoint, and nothing else', () => {
  assert.deepEqual(badgeOf([lineOf(1)]), {
    schemaVersion: 1,
    label: 'api/plain',
    message: 'no slowdown, 40,000 req/s',
    color: 'brightgreen',
  });
});

test('Green stands only for a branch that is no slower than it was', () => {
  assert.equal(saidOf(lineWith(1, 'improvement')), 'brightgreen: improved, 40,000 req/s');
  assert.equal(saidOf(lineWith(1, 'regression')), 'red: regression, 40,000 req/s');
  assert.equal(
    saidOf(lineWith(2, 'unchanged'), lineWith(1, 'regression')),
    'orange: slower since 0000000000, 40,000 req/s',
  );
  assert.equal(saidOf(lineWith(1, 'inconclusive')), 'yellow: inconclusive, 40,000 req/s');
  assert.equal(saidOf(lineWith(1, 'no-baseline')), 'blue: measured, 40,000 req/s');
  assert.equal(saidOf(lineWith(1, 'invalid')), 'lightgrey: not measured, 40,000 req/s');
  const accepted = lineWith(1, 'unchanged', { accepted: { reason: 'meant' } });
  assert.equal(saidOf(accepted), 'blue: slowdown accepted, 40,000 req/s');
});

test('A slowdown is named by the run that saw it first, as on the page, not by the last one that was red', () => {
  const commit = (letter: string) => ({ commit: letter.repeat(40) });
  const lines = [
    lineWith(1, 'regression', commit('a')),
    lineWith(2, 'regression', commit('b')),
    lineWith(3, 'inconclusive', commit('c')),
  ];
  assert.equal(saidOf(...lines), 'orange: slower since aaaaaaaaaa, 40,000 req/s');
  const mended = [
    lineWith(4, 'improvement', commit('d')),
    lineWith(5, 'regression', commit('e')),
    lineWith(6, 'inconclusive', commit('f')),
  ];
  assert.equal(saidOf(...lines, ...mended), 'orange: slower since eeeeeeeeee, 40,000 req/s');
});

test('A run against a release does not change what the badge says of the branch', () => {
  const release = { base: 'f'.repeat(40), before: null, reference: true } as const;
  const red = lineWith(2, 'regression', release);
  assert.equal(saidOf(lineWith(1, 'unchanged'), red), 'brightgreen: no slowdown, 40,000 req/s');
  assert.equal(saidOf(red), 'blue: measured, 40,000 req/s');
});

test('Of two jobs that measured the newest commit the slower one counts, and one that is gone does not', () => {
  const of = (job: string, number: number, word: 'unchanged' | 'regression', id = number) =>
    lineWith(number, word, { run: { id, attempt: 1, job, url: null } });
  const slow = of('arm', 2, 'regression', 12);
  const lines = [
    of('x64', 1, 'unchanged'),
    slow,
    { ...of('x64', 2, 'unchanged'), at: lineOf(3).at },
  ];
  assert.equal(saidOf(...lines), 'red: regression, 40,000 req/s');
  assert.equal(
    saidOf(...lines, of('x64', 4, 'unchanged')),
    'brightgreen: no slowdown, 40,000 req/s',
  );
  const later = [of('arm', 4, 'unchanged', 14), { ...of('x64', 4, 'unchanged'), at: lineOf(5).at }];
  assert.equal(saidOf(...lines, ...later), 'orange: slower since 0000000000, 40,000 req/s');
});

test('What was imported hides no run of our own, and is told where there is none', () => {
  const imported = lineOf(9, { imported: 'bencher', verdict: 'no-baseline' });
  assert.equal(saidOf(lineWith(1, 'regression'), imported), 'red: regression, 40,000 req/s');
  assert.match(saidOf(imported) ?? '', /^blue: imported/);
});

test('A slowdown is an error, so that no address can paint it green', () => {
  assert.equal(badgeOf([lineWith(1, 'regression')])?.isError, true);
  assert.equal(badgeOf([lineWith(1, 'regression'), lineWith(2, 'unchanged')])?.isError, true);
  assert.equal(badgeOf([lineWith(1, 'unchanged')])?.isError, undefined);
});

test('A subject without runs has no badge, one without throughput a badge without a figure', () => {
  assert.equal(badgeOf([]), null);
  const cpu = { cpu: metricOf(2e-5, 0, { unit: 's', better: 'lower' }) };
  assert.equal(saidOf(lineOf(1, { metrics: cpu })), 'brightgreen: no slowdown');
  const foreign = { throughput: metricOf(7, 0, { unit: 'furlongs' }) };
  assert.equal(saidOf(lineOf(1, { metrics: foreign })), 'brightgreen: no slowdown');
});

test('A long name is clipped', () => {
  const subject = { server: 's'.repeat(200), scenario: 'x' };
  assert.ok((badgeOf([lineOf(1, { subject })])?.label.length ?? 999) <= 60);
});
