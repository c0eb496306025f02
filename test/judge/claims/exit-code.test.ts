/** What a job exits with when it has claims, and when it compares contenders. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { judge } from '../../../src/judge/judge.ts';
import { exitCode } from '../../../src/judge/verdict/exit-code.ts';
import { repeat } from '../../support/block.ts';
import type { Measurement } from '../../support/draft.ts';
import { around, contest } from './claimed.ts';

const LENIENT = { failOnInconclusive: false, failOnNoBaseline: false };
const STRICT = { failOnInconclusive: true, failOnNoBaseline: true };

const HOLDS = 'b.throughput >= a.throughput * 1.12';
const REFUTED = 'b.throughput >= a.throughput * 1.3';
const UNDECIDED = 'b.throughput >= a.throughput * 1.2';

function versusOf(texts: readonly string[], gate = true): Measurement {
  const measurement = contest(texts, [{ blocks: around({ throughput: -Math.log(1.2) }) }]);
  for (const claim of measurement.experiment.claims) claim.gate = gate;
  return measurement;
}

it('A gating claim fails the job when it is refuted, and when it is undecided only where that fails', () => {
  const codes = (text: string) =>
    [LENIENT, STRICT].map((gate) => exitCode(judge(versusOf([text])), gate));
  assert.deepEqual(codes(HOLDS), [0, 0]);
  assert.deepEqual(codes(REFUTED), [1, 1]);
  assert.deepEqual(codes(UNDECIDED), [0, 4]);
});

it('What is refuted comes before what is undecided', () => {
  assert.equal(exitCode(judge(versusOf([UNDECIDED, HOLDS, REFUTED])), STRICT), 1);
});

it('Claims that do not gate fail nothing', () => {
  const verdict = judge(versusOf([UNDECIDED, HOLDS, REFUTED], false));
  assert.equal(exitCode(verdict, STRICT), 0);
});

it('Contenders may differ, or not be told apart, and nothing fails', () => {
  for (const d of [-0.5, 0, 0.5]) {
    const verdict = judge(contest([], [{ blocks: around({ throughput: d }) }]));
    assert.equal(exitCode(verdict, STRICT), 0, `${d}`);
  }
  const noisy = judge(contest([], [{ blocks: around({ throughput: 0 }, 20, 0.3) }]));
  assert.equal(noisy.verdict, 'inconclusive');
  assert.equal(exitCode(noisy, STRICT), 0);
});

it('A contender that cannot be measured is an error, whichever it is', () => {
  for (const arm of ['base', 'head'] as const) {
    const failure = { arm, stage: 'block', message: 'it died', cure: null } as const;
    const verdict = judge(contest([], [{ blocks: repeat({}, 3), planned: 20, failure }]));
    assert.equal(exitCode(verdict, LENIENT), 3, arm);
  }
});

it('A refuted claim of an ordinary run fails it, whatever the comparison says', () => {
  const measurement = versusOf(['b.throughput >= 1000000']);
  const [server] = measurement.experiment.servers;
  assert.ok(server);
  delete server.contenders;
  const [claim] = measurement.experiment.claims;
  assert.ok(claim);
  claim.left.server = server.name;
  const verdict = judge(measurement);
  assert.equal(verdict.verdict, 'improvement');
  assert.equal(exitCode(verdict, LENIENT), 1);
});
