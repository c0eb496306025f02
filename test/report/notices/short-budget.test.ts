/** The sentence about a budget that is too short: src/report/notices/short-budget.ts. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ShortBudget } from '../../../src/plan/short-budget.ts';
import { shortBudgetText } from '../../../src/report/notices/short-budget.ts';

const textOf = (budget: Partial<ShortBudget>) =>
  shortBudgetText({
    ...{ kind: 'http', overrunMs: 53_200, blockMs: 29_000, startMs: 200 },
    ...{ warmUpMs: 600, phasesMs: 0, phases: [] },
    ...budget,
  });

it('A budget that is too short says by how much, and nothing more where no part stands out', () => {
  assert.equal(
    textOf({}),
    'the budget is too short for four blocks of this server: it will take 54 s longer',
  );
});

it('A job whose own time is too short for four blocks says that it measures none', () => {
  const budget = { kind: 'hold', overrunMs: 0, blockMs: 62_800, startMs: 0 } as const;
  const short = { ...budget, warmUpMs: 0, phasesMs: 0, phases: [] };
  assert.match(
    shortBudgetText(short, 251_000),
    /^`job-budget` \(4 min 11 s\) is too short for four blocks of this server, which take 4 min 12 s: it will not be measured\. Each block opens/,
  );
  assert.match(shortBudgetText(short, 251_200), /^the budget is too short for four blocks/);
});

it('A slow start is named before what is measured beside the slices, and only what is measured is', () => {
  assert.match(
    textOf({ startMs: 20_400, phasesMs: 5_300, phases: ['latency'] }),
    /Of each block's 29\.0 s, 20\.4 s go to starting and ending the servers and 5\.3 s to measuring latency$/,
  );
  assert.match(
    textOf({ startMs: 20_400 }),
    /29\.0 s, 20\.4 s go to starting and ending the servers$/,
  );
  assert.match(
    textOf({ phasesMs: 6_400, phases: ['latency', 'steadiness'] }),
    /29\.0 s, 6\.4 s go to measuring latency and steadiness$/,
  );
  assert.match(
    textOf({ phasesMs: 6_400, phases: ['steadiness'] }),
    /6\.4 s go to measuring steadiness$/,
  );
});

it('A long warm-up is named, with its setting, and not what is measured beside it alone', () => {
  assert.match(
    textOf({ blockMs: 125_000, warmUpMs: 120_000, phasesMs: 2000, phases: ['latency'] }),
    /Of each block's 125\.0 s, 120\.0 s go to warming the servers up \(`warm-up`\) and 2\.0 s to measuring latency$/,
  );
  assert.match(
    textOf({ startMs: 9000, warmUpMs: 9000, phasesMs: 2000, phases: ['latency'] }),
    /9\.0 s go to starting and ending the servers, 9\.0 s to warming the servers up \(`warm-up`\) and 2\.0 s to/,
  );
});

it('A load command and a hold say what would make their blocks shorter', () => {
  assert.match(textOf({ kind: 'command' }), /Shorter runs of the load command would fit$/);
  assert.match(textOf({ kind: 'hold' }), /closes all connections, which takes 29\.0 s$/);
});
