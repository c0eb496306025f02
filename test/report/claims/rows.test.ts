/** How the figures of a claim are written when they lie around nothing, and what stands in the way of its answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Finding } from '../../../src/judge/findings/finding.ts';
import type { ClaimVerdict } from '../../../src/judge/verdict/claim-verdict.ts';
import { claimRows } from '../../../src/report/claims/rows.ts';
import { claim, pair } from '../versus-examples.ts';

test('A difference next to nothing is written in the unit of its interval, and its bound without one', () => {
  const side = (server: string) => ({ server, scenario: 'echo' });
  const stall: ClaimVerdict = {
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
  const [row] = claimRows({ claims: [stall], subjects: [] });
  assert.deepEqual([row?.measured, row?.claimed], ['0.17 [−49.48, 49.81] ms', '≤ 0']);
});

test('What stands in the way of a claim is said in the names of the servers and in the unit of the claim', () => {
  const stalls = { code: 'rare-stalls', severity: 'doubt', subject: 'head', data: { share: 0.2 } };
  const whole = { scale: 'value', unit: 's', value: 0.05004 };
  const states = [
    { value: 40_120.4, blocks: 16 },
    { value: 36_800, blocks: 4 },
  ];
  const about = { severity: 'doubt', subject: null };
  const claims = [
    stalls,
    { code: 'claim-all-values-disagree', ...about, data: whole },
    { code: 'claim-all-values-disagree', ...about, data: { ...whole, scale: 'difference' } },
    { code: 'claim-states-disagree', ...about, data: { scale: 'value', unit: 'req/s', states } },
  ].map((reason) =>
    claim('gleam.throughput >= go.throughput', {
      answer: 'undecided',
      subjects: ['go-vs-gleam/plain'],
      reasons: [Finding.parse(reason)],
    }),
  );
  const rows = claimRows({ claims, subjects: [pair(['go', 'gleam'], 'plain', [])] });
  assert.deepEqual(
    rows.map(({ decides }) => decides),
    [
      'gleam stalls more than go does (pauses or periodic jobs, in few of the slices): it costs about 20% of throughput, which the judged figure leaves out.',
      'typical moments show it, but all requests together, with the rare slow ones, do not: they come to 50 ms',
      'typical moments show it, but all requests together, with the rare slow ones, do not: there the difference is 50 ms',
      'it has two states, and what is claimed lies between: 40,100 req/s in 16 blocks, 36,800 req/s in 4 blocks',
    ],
  );
});
