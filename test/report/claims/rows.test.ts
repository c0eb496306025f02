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

test('A measured figure has as many digits as it takes not to look like what it is above or below', () => {
  const measured = (figures: Partial<ClaimVerdict>) =>
    claimRows({
      claims: [claim('gleam.throughput >= go.throughput * 1.12', figures)],
      subjects: [],
    }).map((row) => row.measured)[0];
  const ratio = { scale: 'ratio', answer: 'refuted', bound: 1.12 } as const;
  assert.equal(
    measured({ ...ratio, estimate: 1.1175, interval: [1.1155, 1.1193] }),
    '1.118 [1.116, 1.119]',
  );
  assert.equal(
    measured({ ...ratio, estimate: 1.05, interval: [1.04, 1.06] }),
    '1.050 [1.040, 1.060]',
  );
  assert.equal(measured({ ...ratio, estimate: 1.12, interval: [1.11, 1.13] }), '1.12 [1.11, 1.13]');
  const small = { ...ratio, bound: 0.005, estimate: 0.0042 };
  assert.equal(measured({ ...small, interval: [0.0038, 0.0047] }), '0.0042 [0.0038, 0.0047]');
  const time = { scale: 'value', unit: 's', bound: 0.005 } as const;
  assert.equal(
    measured({ ...time, estimate: 0.0050031, interval: [0.0050004, 0.005006] }),
    '5.003 [5.000, 5.006] ms',
  );
  const rate = { scale: 'value', unit: 'req/s', bound: 50_000 } as const;
  assert.equal(
    measured({ ...rate, estimate: 49_996.8, interval: [49_120, 50_871.4] }),
    '49,997 [49,120, 50,871] req/s',
  );
  assert.equal(
    measured({ ...rate, estimate: 52_347, interval: [51_222, 53_611] }),
    '52,350 [51,220, 53,610] req/s',
  );
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

test('The unit of a figure stands once, also where it ends in a number, and nothing is written in the unit of what is claimed', () => {
  const written = (unit: 'B/1k' | 's', figures: number, bound: number) => {
    const seen = { estimate: figures, interval: [figures, figures] as [number, number], bound };
    const one = claim('b.x <= a.x', { scale: 'difference', unit, ...seen });
    return claimRows({ claims: [one], subjects: [] })[0]?.measured;
  };
  assert.equal(written('B/1k', 2048, 4096), '2.00 [2.00, 2.00] KiB/1,000');
  assert.equal(written('s', 0, 0.001), '0 [0, 0] ms');
});
