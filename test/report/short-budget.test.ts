/** The sentence about a budget that is too short: src/report/text/short-budget.ts. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type ShortBudget, shortBudgetText } from '../../src/report/text/short-budget.ts';

const LATENCY = { perSecond: 100, segmentRequests: 100, segmentsPerArm: 4 };
const textOf = (budget: Partial<ShortBudget>) =>
  shortBudgetText({
    ...{ kind: 'http', overrunMs: 53_200, blockMs: 29_000, startMs: 200, phasesMs: 0 },
    phases: { latency: null, steadyMs: null },
    ...budget,
  });

it('A budget that is too short says by how much, and nothing more where no part stands out', () => {
  assert.equal(
    textOf({}),
    'the budget is too short for four blocks of this server: it will take 54 s longer',
  );
});

it('A slow start is named before what is measured beside the slices, and only what is measured is', () => {
  const phases = { latency: LATENCY, steadyMs: null };
  assert.match(
    textOf({ startMs: 20_400, phasesMs: 5_300, phases }),
    /Of each block's 29\.0 s, 20\.4 s go to starting the servers and 5\.3 s to measuring latency$/,
  );
  assert.match(textOf({ startMs: 20_400 }), /29\.0 s, 20\.4 s go to starting the servers$/);
  assert.match(
    textOf({ phasesMs: 6_400, phases: { latency: LATENCY, steadyMs: 2000 } }),
    /29\.0 s, 6\.4 s go to measuring latency and steadiness$/,
  );
  assert.match(
    textOf({ phasesMs: 6_400, phases: { latency: null, steadyMs: 2000 } }),
    /6\.4 s go to measuring steadiness$/,
  );
});

it('A load command and a hold say what would make their blocks shorter', () => {
  assert.match(textOf({ kind: 'command' }), /Shorter runs of the load command would fit$/);
  assert.match(textOf({ kind: 'hold' }), /closes all connections, which takes 29\.0 s$/);
});
