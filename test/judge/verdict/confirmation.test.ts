/** The rule of a confirmation, by examples. What it does to error rates: confirmation-simulation.test.ts. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { claimsToConfirm } from '../../../src/attempts/confirmation.ts';
import { judge, unresolved } from '../../../src/judge/judge.ts';
import { CONFIRM_ALPHA, failSide, rejections } from '../../../src/judge/rule/alpha-allocation.ts';
import type { BlockRatios } from '../../support/block.ts';
import {
  type Claim,
  type ClaimsToConfirm,
  draftOf,
  type Measurement,
  Verdict,
} from '../../support/draft.ts';
import { reasonOf } from '../../support/english.ts';
import {
  type MeasurementSpec,
  measurementOf,
  observed,
  type SubjectSpec,
} from '../../support/measurement.ts';

const FRESH = { onRegression: 'confirm-on-fresh-runner' } as const;

/** Blocks around these true ratios: a spread of about 1 %, the same at every call. */
function around(ratios: BlockRatios, count = 20): BlockRatios[] {
  const noise = [0.01, -0.01, 0.005, -0.005, 0.012, -0.012];
  return Array.from({ length: count }, (_, i) => ({
    throughput: (ratios.throughput ?? 0) + (noise[i % 6] as number),
    cpu: (ratios.cpu ?? 0) + (noise[(i + 1) % 6] as number),
    memory: (ratios.memory ?? 0) + (noise[(i + 2) % 6] as number) / 10,
  }));
}

/** Of two commits, which another runner can measure again. */
function first(
  subjects: readonly SubjectSpec[],
  gate: MeasurementSpec['gate'] = FRESH,
): Measurement {
  const source = (arm: string) => ({ commit: arm.repeat(40), description: arm });
  return {
    ...measurementOf({ subjects, gate }),
    sources: { base: source('b'), head: source('a') },
  };
}

/** The same again elsewhere, with the claims of the first. */
function second(claims: ClaimsToConfirm | null, subjects: readonly SubjectSpec[]): Measurement {
  assert.ok(claims);
  const measurement = measurementOf({ subjects, gate: FRESH });
  return {
    ...measurement,
    environment: { ...measurement.environment, cpuModel: 'Model B' },
    confirmationOf: claims,
  };
}

const SLOWER: BlockRatios = { throughput: 0.08, cpu: 0.002 };
const claimed = () => draftOf(claimsToConfirm(first([{ blocks: around(SLOWER) }])));

describe('a first measurement', () => {
  it('A first measurement that finds a regression awaits its confirmation, if that is asked for', () => {
    const { verdict, awaitsConfirmation, confirmationOf } = judge(
      first([{ blocks: around(SLOWER) }]),
    );
    assert.deepEqual([verdict, awaitsConfirmation, confirmationOf], ['regression', true, null]);
    const folders = judge(measurementOf({ subjects: [{ blocks: around(SLOWER) }], gate: FRESH }));
    assert.deepEqual([folders.verdict, folders.awaitsConfirmation], ['regression', false]);
    const plain = judge(first([{ blocks: around(SLOWER) }], { onRegression: 'fail' }));
    assert.deepEqual([plain.verdict, plain.awaitsConfirmation], ['regression', false]);
    const same = judge(first([{ blocks: around({}) }]));
    assert.deepEqual([same.verdict, same.awaitsConfirmation], ['unchanged', false]);
  });

  it('A first measurement claims what regressed and can fail the job, and nothing else', () => {
    const both = first([
      { scenario: 'a', blocks: around(SLOWER) },
      { scenario: 'b', blocks: around({ memory: 0.5 }) },
      { scenario: 'c', blocks: around({ throughput: 0.09, cpu: 0.1 }) },
    ]);
    const claims = claimsToConfirm(both)?.claims ?? [];
    assert.deepEqual(
      claims.map(({ server, scenario, metric }) => [server, scenario, metric]),
      [
        ['api', 'a', 'throughput'],
        ['api', 'c', 'throughput'],
        ['api', 'c', 'cpu'],
      ],
    );
    const [claim] = claims as [Claim];
    const metric = judge(both).subjects[0]?.metrics.find(({ name }) => name === 'throughput');
    assert.deepEqual(
      [claim.change, claim.interval, claim.blocks],
      [metric?.change, metric?.interval, metric?.blocks],
    );
    assert.equal(claimsToConfirm(first([{ blocks: around({}) }])), null);
  });

  it('A first measurement of which a subject is broken claims nothing of that subject', () => {
    const broken = first([
      {
        blocks: around(SLOWER),
        edit: (block) => {
          observed(block, 'head').good = Math.round(0.9 * observed(block, 'head').attempted);
        },
      },
    ]);
    assert.equal(judge(broken).verdict, 'invalid');
    assert.equal(claimsToConfirm(broken), null);
  });
});

describe('a confirmation', () => {
  it('A confirmation that sees the slowdown too confirms it, and blocks', () => {
    const verdict = judge(second(claimed(), [{ blocks: around(SLOWER) }]));
    assert.deepEqual([verdict.verdict, verdict.awaitsConfirmation], ['regression', false]);
    assert.deepEqual(verdict.confirmationOf, {
      startedAt: '2026-11-23T17:20:00.000Z',
      cpuModel: 'Model A',
    });
    const [confirmation] = verdict.subjects[0]?.confirmations ?? [];
    assert.equal(confirmation?.metric, 'throughput');
    assert.equal(confirmation?.confirmed, true);
    Verdict.parse(verdict);
  });

  it('A confirmation that sees nothing does not block, and does not pass either', () => {
    const verdict = judge(second(claimed(), [{ blocks: around({}) }]));
    assert.equal(verdict.verdict, 'inconclusive');
    const [subject] = verdict.subjects;
    assert.equal(
      reasonOf(subject),
      'throughput: not confirmed: −7.7% on the first runner, 0.0% on this one',
    );
    assert.deepEqual(
      subject?.confirmations.map(({ confirmed }) => confirmed),
      [false],
    );
    // No further block is spent on it: it is shown to be within the tolerance here.
    assert.deepEqual(unresolved(second(claimed(), [{ blocks: around({}, 20) }])), []);
  });

  it('A confirmation never turns a claim into an improvement', () => {
    const verdict = judge(second(claimed(), [{ blocks: around({ throughput: -0.2 }) }]));
    assert.equal(verdict.verdict, 'inconclusive');
  });

  it('A confirmation blocks for what the first found alone: others are shown', () => {
    const verdict = judge(second(claimed(), [{ blocks: around({ cpu: 0.2 }) }]));
    assert.equal(verdict.verdict, 'inconclusive');
    const cpu = verdict.subjects[0]?.metrics.find(({ name }) => name === 'cpu');
    assert.deepEqual([cpu?.verdict, cpu?.gating], ['regression', false]);
  });

  it('A confirmation needs the same size as the first: half the tolerance', () => {
    const small = judge(second(claimed(), [{ blocks: around({ throughput: 0.02 }) }]));
    assert.equal(small.verdict, 'inconclusive');
  });

  it('One claim that is confirmed is enough', () => {
    const claims = claimsToConfirm(first([{ blocks: around({ throughput: 0.09, cpu: 0.1 }) }]));
    const verdict = judge(second(draftOf(claims), [{ blocks: around({ cpu: 0.1 }) }]));
    assert.equal(verdict.verdict, 'regression');
    assert.deepEqual(
      verdict.subjects[0]?.confirmations.map(({ metric, confirmed }) => [metric, confirmed]),
      [
        ['throughput', false],
        ['cpu', true],
      ],
    );
  });

  it('A confirmation that is broken stays invalid, and confirms nothing', () => {
    const measurement = second(claimed(), [
      {
        blocks: around(SLOWER),
        edit: (block) => {
          observed(block, 'head').good = Math.round(0.9 * observed(block, 'head').attempted);
        },
      },
    ]);
    const { verdict, subjects } = judge(measurement);
    assert.equal(verdict, 'invalid');
    assert.equal(subjects[0]?.confirmations[0]?.confirmed, false);
  });

  it('A confirmation says when it comes from what looks like the same machine, unless machines are made alike', () => {
    const elsewhere = second(claimed(), [{ blocks: around({}) }]);
    const warned = (measurement: Measurement) =>
      judge(measurement).subjects[0]?.warnings.filter(({ code }) => code === 'same-machine').length;
    assert.equal(warned(elsewhere), 0);
    const here = {
      ...elsewhere,
      environment: (elsewhere.confirmationOf as ClaimsToConfirm).environment,
    };
    assert.equal(warned(here), 1);
    const hosted = { ...here.environment, runnerImage: 'ubuntu24 20261115.1.0' };
    const confirmationOf = {
      ...(elsewhere.confirmationOf as ClaimsToConfirm),
      environment: hosted,
    };
    assert.equal(warned({ ...elsewhere, environment: hosted, confirmationOf }), 0);
  });
});

describe('levels', () => {
  it('A first measurement shares the false-alarm rate; a second has one level for each claim', () => {
    const one = first([{ blocks: around({}) }]);
    assert.deepEqual(failSide(one, 4, 2), {
      each: 0.0025,
      aside: 0.0025,
      claim: 0.0025,
      doubtful: 0.025,
      shared: { alpha: 0.01, family: 4 },
    });
    assert.deepEqual(failSide(one, 0).each, 0.01);
    assert.deepEqual(failSide({ ...one, confirmationOf: claimed() }, 4), {
      each: CONFIRM_ALPHA,
      aside: 0.0025,
      claim: 0.0025,
      doubtful: 0.0125,
      shared: null,
    });
  });

  it('Holm steps down; levels of their own do not', () => {
    const ps = [0.002, 0.003, 0.2];
    const shared = {
      each: 0.01 / 4,
      aside: 0.01 / 4,
      claim: 0.01 / 4,
      doubtful: 0.05 / 4,
      shared: { alpha: 0.01, family: 4 },
    };
    assert.deepEqual(rejections(ps, shared, 0), [true, true, false]);
    assert.deepEqual(
      rejections(
        [0.03, 0.05, 0.051],
        { each: 0.05, aside: 0.01, claim: 0.01, doubtful: 0.05, shared: null },
        7,
      ),
      [true, true, false],
    );
  });
});
