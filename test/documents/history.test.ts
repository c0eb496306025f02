/** The history that docs/history.md shows is printed so. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { HistoryLine } from '../../src/history/line.ts';
import { renderHistory } from '../../src/report/history/history-text.ts';
import { ownFile } from '../../src/system/program/runtime.ts';
import type { VerdictWord } from '../../src/terms/verdict-word.ts';
import { lineOf, metricOf } from '../support/history.ts';

const page = readFileSync(ownFile('docs/history.md'), 'utf8');

/** `throughput`, `cpu`: the change, as a share. */
function run(
  number: number,
  commit: string,
  verdict: VerdictWord,
  { throughput, cpu, ...edit }: { throughput: number; cpu: number } & Partial<HistoryLine>,
): HistoryLine {
  const logs = [throughput, cpu].map((change) => Math.log1p(change)) as [number, number];
  const word = verdict === 'no-baseline' ? null : verdict;
  return lineOf(number, {
    subject: { server: 'api', scenario: 'orders' },
    commit: commit.padEnd(40, '0'),
    verdict,
    metrics: {
      throughput: metricOf(40_000, logs[0], { word }),
      cpu: metricOf(2e-5, logs[1], { unit: 's', better: 'lower' }),
    },
    ...edit,
  });
}

test('docs/history.md shows what `history show` prints', () => {
  const reason = 'the change raised gate.tolerance.throughput from 5% to 10%';
  const lines = [
    run(1, '04c9aa8e51', 'unchanged', { throughput: 0.002, cpu: 0, pulls: [11] }),
    run(2, 'b8e6617f09', 'regression', { throughput: -0.049, cpu: 0.001, pulls: [12] }),
    run(3, '77d01e5a42', 'inconclusive', { throughput: -0.031, cpu: 0.009, pulls: [13] }),
    run(4, '3f2a9c1d0b', 'unchanged', {
      ...{ throughput: -0.047, cpu: 0.003, pulls: [14, 15] },
      accepted: { reason },
    }),
  ];
  const subject = { server: 'api', scenario: 'orders' };
  const runs = { subject, path: 'api/orders.ndjson', lines, damaged: [] };
  const style = { last: 10, marked: false, color: false, width: 110 };
  const text = renderHistory('the branch throughput-gate-history', [runs], style);
  const [, shown = ''] = /\$ throughput-gate history show\n([^`]+)```/.exec(page) ?? [];
  assert.equal(shown.trimEnd(), text.trimEnd());
});
