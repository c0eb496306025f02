/** How the figures of a claim are written when they lie around nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClaimVerdict } from '../../src/judge/claims/claim-verdict.ts';
import { claimRows } from '../../src/report/claims/rows.ts';

test('A difference next to nothing is written in the unit of its interval, and its bound without one', () => {
  const side = (server: string) => ({ server, scenario: 'echo' });
  const claim: ClaimVerdict = {
    claim: {
      text: 'gleam.longest-stall <= go.longest-stall',
      ...{ gate: false, metric: 'longest-stall', left: side('gleam'), op: '<=', right: side('go') },
      ...{ factor: 1, offset: 0 },
    },
    ...{ answer: 'undecided', scale: 'difference', unit: 's', estimate: 0.000167 },
    ...{ interval: [-0.04948, 0.04981], bound: 0, left: 0.052, right: 0.051, blocks: 6 },
    ...{
      subjects: ['go-vs-gleam/echo'],
      level: 0.001,
      p: null,
      machine: null,
      budgetNeededMs: null,
    },
    reasons: [],
  };
  const [row] = claimRows({ claims: [claim], subjects: [] });
  assert.deepEqual([row?.measured, row?.claimed], ['0.17 [−49.48, 49.81] ms', '≤ 0']);
});
