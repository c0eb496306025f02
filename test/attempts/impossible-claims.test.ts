/** Files with claims and rankings that no run can have written: each is refused by its place. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { impossibleIn } from '../../src/attempts/checks/measurement.ts';
import { impossibleInVerdict } from '../../src/attempts/checks/verdict.ts';
import type { Claim } from '../../src/config/experiment/claim.ts';
import { judge } from '../../src/judge/judge.ts';
import type { ClaimVerdict } from '../../src/judge/verdict/claim-verdict.ts';
import type { Versus } from '../../src/judge/verdict/versus-verdict.ts';
import { around, contest } from '../judge/claims/claimed.ts';
import { draftOf, Measurement, Verdict } from '../support/draft.ts';

const TEXTS = ['b.throughput >= a.throughput * 1.12', 'b.throughput >= 1000'];
const MADE = contest(TEXTS, [{ blocks: around({ throughput: -Math.log(1.2) }) }]);
const SAID = judge(MADE);

function inMeasurement(change: (measurement: Measurement) => void): string {
  const measurement = draftOf(MADE) as Measurement;
  change(measurement);
  const found = impossibleIn(measurement);
  return found === null ? 'nothing' : `${found.at}: ${found.message}`;
}

function inVerdict(change: (claim: ClaimVerdict, versus: Versus) => void): string {
  const verdict = draftOf(SAID);
  change(verdict.claims?.[0] as ClaimVerdict, verdict.versus as Versus);
  const found = impossibleInVerdict(verdict);
  return found === null ? 'nothing' : `${found.at}: ${found.message}`;
}

describe('a measurement with claims', () => {
  const first = ({ experiment }: Measurement): Claim => {
    const [claim] = experiment.claims;
    assert.ok(claim);
    return claim;
  };

  it('A measurement with claims is accepted as it was made, by the schema too', () => {
    assert.equal(
      inMeasurement(() => {}),
      'nothing',
    );
    assert.deepEqual(Measurement.parse(MADE).experiment.claims, MADE.experiment.claims);
  });

  it('A measurement with claims is refused when a claim is about nobody, or about itself', () => {
    assert.equal(
      inMeasurement((one) => {
        Object.assign(first(one), { left: { server: 'nobody', scenario: 'plain' } });
      }),
      'experiment.claims.0.left.server: there is no server "nobody"',
    );
    assert.equal(
      inMeasurement((one) => {
        Object.assign(first(one), { right: { server: 'a', scenario: 'none' } });
      }),
      'experiment.claims.0.right.scenario: there is no scenario "none"',
    );
    assert.equal(
      inMeasurement((one) => {
        Object.assign(first(one), { right: { server: 'b', scenario: 'plain' } });
      }),
      'experiment.claims.0.right: it is the left side again',
    );
  });

  it('A measurement with claims is refused when a claim reads otherwise than it is judged', () => {
    const changed = (more: Partial<Claim>) =>
      inMeasurement((one) => {
        Object.assign(first(one), more);
      });
    assert.equal(
      changed({ text: 'b.throughput >= a.throughput' }),
      'experiment.claims.0.factor: it is 1.12, and in its text it is 1',
    );
    assert.equal(
      changed({ op: '<=' }),
      'experiment.claims.0.op: it is "<=", and in its text it is ">="',
    );
    assert.equal(
      changed({ text: 'b.throughput >= 5', factor: 1 }),
      'experiment.claims.0.right: its text has another right side',
    );
    assert.equal(
      changed({ text: '<b>all is well</b>' }),
      'experiment.claims.0.text: "<b>all is well</b>" is no claim',
    );
  });

  it('A measurement with claims is refused when it claims what no run measures', () => {
    assert.equal(
      inMeasurement((one) => {
        Object.assign(first(one), { factor: 1e300 });
      }),
      'experiment.claims.0.factor: no run measures 1e+300',
    );
    assert.match(
      inMeasurement((one) => {
        one.experiment.claims = Array.from({ length: 3000 }, () => draftOf(first(one)));
      }),
      /^experiment\.claims: /,
    );
  });

  it('A measurement with claims of an older form has none', () => {
    const { claims: _, ...experiment } = MADE.experiment;
    assert.deepEqual(Measurement.parse({ ...MADE, experiment }).experiment.claims, []);
  });
});

describe('a verdict with claims', () => {
  it('A verdict with claims is accepted as it was said, by the schema too', () => {
    assert.equal(
      inVerdict(() => {}),
      'nothing',
    );
    assert.deepEqual(Verdict.parse(SAID), SAID);
    const { claims: _, versus: __, ...older } = SAID;
    assert.deepEqual(Verdict.parse(older), older);
  });

  it('A verdict with claims is refused when an answer is not what was measured', () => {
    const cases: [(claim: ClaimVerdict) => void, string][] = [
      [
        (claim) => Object.assign(claim, { estimate: 1 }),
        'claims.0.answer: it is holds, and what is measured lies on the other side',
      ],
      [
        (claim) => Object.assign(claim, { estimate: null }),
        'claims.0.answer: it is holds, and nothing was measured',
      ],
      [
        (claim) => Object.assign(claim, { interval: [2, 1] }),
        'claims.0.interval: its lower end is above its upper end',
      ],
      [(claim) => Object.assign(claim, { p: 2 }), 'claims.0.p: 2 is no probability'],
      [(claim) => Object.assign(claim, { level: 0 }), 'claims.0.level: 0 is no error rate'],
      [
        (claim) => Object.assign(claim, { machine: SAID.environment }),
        'claims.0.machine: a claim about a value names its machine, and no other',
      ],
    ];
    for (const [change, message] of cases) assert.equal(inVerdict(change), message);
  });

  it('A verdict with claims is refused when its ranks are not those of its pairs', () => {
    assert.equal(
      inVerdict((_, { ranking }) => Object.assign(ranking[0]?.places[1] ?? {}, { rank: 1 })),
      'versus.ranking.0.places.1.rank: it is 1, and 1 are better',
    );
    assert.equal(
      inVerdict((_, { ranking }) => Object.assign(ranking[0]?.pairs[0] ?? {}, { better: 'c' })),
      'versus.ranking.0.pairs.0.better: it is "c", and the outcome is better',
    );
    assert.equal(
      inVerdict((_, { ranking }) => Object.assign(ranking[0]?.pairs[0] ?? {}, { first: 'c' })),
      'versus.ranking.0.pairs.0.first: there is no contender "c"',
    );
    assert.match(
      inVerdict((_, versus) => Object.assign(versus, { contenders: ['b', 'b'] })),
      /^versus\.contenders\.1: contender "b" is there twice/,
    );
  });
});
