import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, RUNS_AT_MOST, stepOfMachine } from '../../../src/judge/past/chosen.ts';
import { pastRuns, scatter } from '../../support/past.ts';

const STEADY = pastRuns(scatter(20, 0.005));

test('The last thirty sound runs count', () => {
  const { runs, left } = choose(pastRuns(scatter(45, 0.005)));
  assert.equal(runs.length, RUNS_AT_MOST);
  assert.equal(runs.at(-1)?.at, pastRuns(scatter(45)).at(-1)?.at);
  assert.deepEqual(left, { other: 0, beforeStep: 0, beforeLevel: 0, red: 0, odd: 0 });
});

test('A run without a figure that could be compared is left out', () => {
  const empty = { ...STEADY[3], metrics: {} } as (typeof STEADY)[number];
  const { runs, left } = choose([...STEADY.slice(0, 3), empty, ...STEADY.slice(4)]);
  assert.equal(runs.length, 19);
  assert.equal(left.red, 1);
});

test('An improvement that lasts begins a level of its own', () => {
  const faster = pastRuns(scatter(4, 0.005).map((log) => log - 0.2));
  const [first, ...rest] = faster;
  assert.ok(first);
  const { runs, left } = choose([...STEADY, { ...first, verdict: 'improvement' }, ...rest]);
  assert.equal(runs.length, 4);
  assert.equal(left.beforeLevel, 20);
});

test('A machine that became slower cuts the history where it did, whatever its runs were', () => {
  const slower = pastRuns(scatter(12, 0.005), {
    calibratorRates: { work: 30_000, light: 400_000 },
  });
  const { runs, left } = choose([...STEADY, ...slower]);
  assert.equal(runs.length, 12);
  assert.equal(left.beforeStep, 20);
});

test('A machine that became slow at waking up alone cuts the history likewise', () => {
  const slower = pastRuns(scatter(12, 0.005), {
    calibratorRates: { work: 40_000, light: 250_000 },
  });
  const { left, steppedAt } = choose([...STEADY, ...slower]);
  assert.equal(left.beforeStep, 20);
  assert.equal(steppedAt, slower[0]?.at);
  const little = pastRuns(scatter(12, 0.005), {
    calibratorRates: { work: 40_000, light: 340_000 },
  });
  assert.equal(choose([...STEADY, ...little]).left.beforeStep, 0);
});

test('Runs of an unknown rate cut nothing', () => {
  const unknown = pastRuns(scatter(20, 0.005), { calibratorRates: { work: null, light: null } });
  assert.equal(choose(unknown).runs.length, 20);
  // Nor where they are known from some run on.
  const { runs, left, steppedAt } = choose([...unknown, ...pastRuns(scatter(10, 0.005))]);
  assert.deepEqual([runs.length, left.beforeStep, steppedAt], [30, 0, null]);
});

test('Runs that lack one of the figures are not of another speed', () => {
  const lacking = STEADY.map((run, i): (typeof STEADY)[number] => {
    const { throughput } = run.metrics;
    return i < 8 && throughput ? { ...run, metrics: { throughput } } : run;
  });
  const { runs, left } = choose(lacking);
  assert.deepEqual([runs.length, left.beforeLevel], [20, 0]);
});

/** As often as fast, whichever path is asked for. */
const both = (rate: number | null) => ({ work: rate, light: rate });

test('One run steps when its calibrator is further out than the rates scatter, and by a tenth', () => {
  const rates = scatter(20, 0.02).map((log) => both(10_000 * Math.exp(log)));
  const usual = 10_000;
  assert.equal(stepOfMachine(both(usual), rates), null);
  assert.equal(stepOfMachine(both(9_300), rates), null);
  assert.ok((stepOfMachine(both(7_500), rates) ?? 0) < -0.2);
  assert.ok((stepOfMachine(both(14_000), rates) ?? 0) > 0.3);
  assert.ok((stepOfMachine({ work: usual, light: 7_000 }, rates) ?? 0) < -0.2);
  assert.equal(stepOfMachine({ work: usual, light: 8_500 }, rates), null);
  const wild = scatter(20, 0.2).map((log) => both(10_000 * Math.exp(log)));
  assert.equal(stepOfMachine(both(7_500), wild), null);
});

test('Too few rates tell of no step', () => {
  assert.equal(stepOfMachine(both(1), [both(10_000), both(10_000)]), null);
  const steady = Array.from({ length: 20 }, () => both(10_000));
  assert.equal(stepOfMachine(both(null), steady), null);
});

const ELSEWHERE = 'feedfacefeedface';
const by = (more: number) => scatter(12, 0.005).map((log) => log + more);

test('A slowdown that was accepted on another machine is none that a run here is blamed for', () => {
  const there = pastRuns(by(0.1), { fingerprint: ELSEWHERE });
  const accepted = there.map((run, i) => ({ ...run, accepted: i === 0 }));
  const { runs, left } = choose(STEADY, [...STEADY, ...accepted]);
  assert.equal(runs.length, 0);
  assert.equal(left.beforeLevel, 20);
  // Runs that came here since show for themselves whether they differ.
  const asFast = pastRuns(by(0));
  assert.equal(
    choose([...STEADY, ...asFast], [...STEADY, ...accepted, ...asFast]).left.beforeLevel,
    0,
  );
  const asSlow = pastRuns(by(0.1));
  assert.equal(choose([...STEADY, ...asSlow], [...STEADY, ...accepted, ...asSlow]).runs.length, 12);
});

test('An improvement that another machine has seen hides no slowdown here, unless that machine shows none', () => {
  const start = pastRuns(by(0), { fingerprint: ELSEWHERE });
  const labelled = (more: number) =>
    pastRuns(by(more), { fingerprint: ELSEWHERE }).map((run, i) =>
      i === 0 ? { ...run, verdict: 'improvement' as const } : run,
    );
  assert.equal(choose(STEADY, [...STEADY, ...start, ...labelled(-0.1)]).runs.length, 0);
  assert.equal(choose(STEADY, [...STEADY, ...start, ...labelled(0)]).runs.length, 20);
});

test('What another machine has seen before the runs here cuts nothing', () => {
  const there = pastRuns(by(0.1), { fingerprint: ELSEWHERE, accepted: true });
  assert.equal(choose(STEADY, [...there, ...STEADY]).runs.length, 20);
});

test('One run far from all others does not count, as long as ten others are left', () => {
  const far = pastRuns([0.2]).map((run) => ({ ...run, at: '2026-01-01T03:30:00.000Z' }));
  const { runs, left } = choose([...STEADY.slice(0, 4), ...far, ...STEADY.slice(4)]);
  assert.deepEqual([runs.length, left.odd], [20, 1]);
  const few = choose([...far, ...STEADY.slice(0, 9)]);
  assert.deepEqual([few.runs.length, few.left.odd], [10, 0]);
});

test('A run on a machine that was another for it alone does not count, whatever its figures are', () => {
  const rates = { work: 30_000, light: 400_000 };
  const slow = pastRuns([0], { calibratorRates: rates });
  const { runs, left } = choose([...STEADY.slice(0, 12), ...slow, ...STEADY.slice(12)]);
  assert.deepEqual([runs.length, left.odd], [20, 1]);
});

test('Where head became faster without a word, what gives it back is not compared with the slow runs', () => {
  const slow = pastRuns(scatter(28, 0.01));
  const fast = pastRuns([-0.1, -0.11]);
  const { runs, left } = choose([...slow, ...fast]);
  assert.deepEqual([runs.length, left.beforeLevel], [2, 28]);
  // A tolerance so wide that it would be no improvement either.
  const wide = choose([...slow, ...fast], undefined, { throughput: 0.5, cpu: 0.5 });
  assert.equal(wide.left.beforeLevel, 0);
  // Slower without a word is none: nobody has accepted it.
  assert.equal(choose([...slow, ...pastRuns([0.1, 0.11])]).left.beforeLevel, 0);
});
