/** What each block showed: in words, and as a picture that GitHub draws. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../../../src/judge/verdict/verdict.ts';
import { blocksText, tellingBlocks, tolerated } from '../../../src/report/chart/block-changes.ts';
import { blockPictures } from '../../../src/report/sections/block-picture.ts';
import { metric, subject, verdictOf } from '../build.ts';

const CHANGES = [-0.08, -0.091, null, -0.042, -0.085];
const red = (name = 'plaintext') =>
  subject('api', name, 'regression', [
    metric('throughput', 'regression', { change: -0.08, blockChanges: CHANGES }),
    metric('cpu', 'unchanged', { blockChanges: CHANGES.map(() => 0.001) }),
  ]);
const picturesOf = (verdict: Verdict) => blockPictures(verdict).join('\n\n');

test('The metric that regressed is told, else the first that can fail the job', () => {
  const cpu = metric('cpu', 'regression', { change: 0.06, blockChanges: [0.05, 0.07] });
  const calm = metric('throughput', 'unchanged', { blockChanges: [0, 0.01] });
  const both = subject('api', 'x', 'regression', [calm, cpu]);
  assert.equal(tellingBlocks(both)?.metric.name, 'cpu');
  assert.equal(tellingBlocks(subject('api', 'x', 'unchanged', [calm]))?.metric.name, 'throughput');
  assert.equal(tellingBlocks(subject('api', 'x', 'unchanged', [metric('cpu', 'unchanged')])), null);
});

test('Blocks that are worse than the tolerance are counted, whichever way is worse', () => {
  const telling = tellingBlocks(red());
  assert.ok(telling !== null);
  assert.deepEqual(
    telling.changes.map(([block]) => block),
    [1, 2, 4, 5],
  );
  assert.match(
    blocksText(telling),
    /^throughput: −8\.0% \[.*\] by 4 blocks, 3 of them worse than the tolerance of 5\.0%$/,
  );
  const cpu = metric('cpu', 'unchanged', { blockChanges: [0.06, -0.2] });
  assert.match(
    blocksText(tellingBlocks(subject('a', 'b', 'unchanged', [cpu])) ?? assert.fail()),
    /1 of them worse/,
  );
  assert.deepEqual(tolerated(metric('throughput', 'unchanged')), [-0.05, 0]);
  assert.deepEqual(tolerated(metric('cpu', 'unchanged')), [0, 0.05]);
});

test('Blocks on which the word stands are told apart from those that came later', () => {
  const textOf = (changes: number[]) => {
    const early = metric('throughput', 'unchanged', {
      change: 0.001,
      blocks: 3,
      blockChanges: changes,
    });
    return blocksText(tellingBlocks(subject('a', 'b', 'unchanged', [early])) ?? assert.fail());
  };
  assert.match(
    textOf([0, 0, 0.003, -0.06, -0.07]),
    /^throughput: \+0\.1% \[.*\] by the first 3 of 5 blocks, 2 of all 5 worse than the tolerance of 5\.0%$/,
  );
  assert.match(textOf([0, 0, 0.003, 0, 0]), /first 3 of 5 blocks, none of all 5 is worse than/);
});

test('The axis of the picture counts blocks only where each of them has a value', () => {
  const whole = subject('api', 'x', 'regression', [
    metric('throughput', 'regression', { blockChanges: [-0.08, -0.09] }),
  ]);
  assert.match(picturesOf(verdictOf('regression', [whole])), /x-axis "block" 1 --> 2\n/);
  assert.match(
    picturesOf(verdictOf('regression', [red()])),
    /x-axis "block that has a value" 1 --> 4\n/,
  );
});

test('The picture is a Mermaid chart with the blocks, the estimate, its interval and the tolerance', () => {
  const text = picturesOf(verdictOf('regression', [red()]));
  const [, chart = ''] = /```mermaid\n(.*?)\n```/s.exec(text) ?? [];
  assert.match(
    chart,
    /^%%\{init: .*\}%%\nxychart-beta\n {2}x-axis "block that has a value" 1 --> 4\n/,
  );
  assert.match(chart, /line \[-8\.00, -9\.10, -4\.20, -8\.50\]/);
  assert.equal(chart.match(/ {2}line /g)?.length, 5);
  assert.match(chart, /line \[-5\.00, -5\.00, -5\.00, -5\.00\]$/);
});

test('No name stands in the picture, so none can end it or draw anything else', () => {
  const hostile = '"]\n```\n<img src=x>%%{init: {}}%%';
  const text = picturesOf(verdictOf('regression', [red(hostile)]));
  const charts = [...text.matchAll(/```mermaid\n(.*?)\n```/gs)].map(([, chart]) => chart);
  assert.equal(charts.length, 1);
  assert.doesNotMatch(charts[0] ?? '', /img|<|plaintext/);
});

test('Of many subjects the first few are pictured, and of none nothing is said', () => {
  const many = Array.from({ length: 9 }, (_, i) => red(`s${i}`));
  const text = picturesOf(verdictOf('regression', many));
  assert.equal(text.match(/```mermaid/g)?.length, 3);
  assert.match(text, /… and 6 more pictures, in `report\.html`\./);
  assert.equal(picturesOf(verdictOf('unchanged', [])), '');
});
