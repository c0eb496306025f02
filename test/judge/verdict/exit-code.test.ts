import assert from 'node:assert/strict';
import { it } from 'node:test';
import { exitCode } from '../../../src/judge/verdict/exit-code.ts';
import { VerdictWord } from '../../../src/terms/verdict-word.ts';
import { claim } from '../../report/versus-examples.ts';

const lenient = { failOnInconclusive: false, failOnNoBaseline: false };
const strict = { failOnInconclusive: true, failOnNoBaseline: true };

const commitOf = (id: string, tree: string) => ({ commit: id, description: 'HEAD', tree });
const compared = {
  design: 'pairs' as const,
  sources: { base: commitOf('b1', 't1'), head: commitOf('h1', 't2') },
};

/** A job of one subject. */
const job = (verdict: VerdictWord) => ({
  verdict,
  awaitsConfirmation: false,
  subjects: [{ verdict }],
  ...compared,
});

it('Every verdict has the exit code of the contract', () => {
  const codes = Object.fromEntries(
    VerdictWord.options.map((word) => [word, exitCode(job(word), lenient)]),
  );
  assert.deepEqual(codes, {
    regression: 1,
    improvement: 0,
    unchanged: 0,
    inconclusive: 0,
    invalid: 3,
    'no-baseline': 0,
  });
});

it('"could not tell" fails only when told so, each kind by its own switch', () => {
  assert.equal(exitCode(job('inconclusive'), { ...lenient, failOnInconclusive: true }), 4);
  assert.equal(exitCode(job('no-baseline'), { ...lenient, failOnInconclusive: true }), 0);
  assert.equal(exitCode(job('no-baseline'), { ...lenient, failOnNoBaseline: true }), 4);
  assert.equal(exitCode(job('inconclusive'), { ...lenient, failOnNoBaseline: true }), 0);
});

it('The switches do not change what is certain', () => {
  for (const word of ['regression', 'improvement', 'unchanged', 'invalid'] as const) {
    assert.equal(exitCode(job(word), strict), exitCode(job(word), lenient));
  }
});

it('A regression that awaits its confirmation fails nothing, and hides nothing', () => {
  const awaiting = (...others: VerdictWord[]) => ({
    verdict: 'regression' as const,
    awaitsConfirmation: true,
    subjects: ['regression' as const, ...others].map((verdict) => ({ verdict })),
    ...compared,
  });
  for (const gate of [lenient, strict]) {
    assert.equal(exitCode(awaiting(), gate), 0);
    assert.equal(exitCode(awaiting('unchanged', 'improvement', 'regression'), gate), 0);
    assert.equal(exitCode(awaiting('inconclusive', 'invalid'), gate), 3);
  }
  assert.equal(exitCode(awaiting('inconclusive', 'no-baseline'), lenient), 0);
  assert.equal(exitCode(awaiting('inconclusive'), strict), 4);
  // An outcome that does not fail must not stand before one that does.
  assert.equal(
    exitCode(awaiting('inconclusive', 'no-baseline'), { ...lenient, failOnNoBaseline: true }),
    4,
  );
});

it('A change whose files are those of base is never red for want of a baseline', () => {
  const same = { base: commitOf('b1', 't1'), head: commitOf('h1', 't1') };
  assert.equal(exitCode({ ...job('no-baseline'), sources: same }, strict), 0);
  // Earlier runs are kept, and are of no use: that can be mended.
  const past = { ...job('no-baseline'), sources: same, design: 'past' as const };
  assert.equal(exitCode(past, strict), 4);
  assert.equal(exitCode({ ...job('invalid'), sources: same }, strict), 3);
});

it('A change whose files are those of base is never red for a claim that nothing could answer', () => {
  const same = { base: commitOf('b1', 't1'), head: commitOf('h1', 't1') };
  const claims = [claim('api.p99 <= 5ms', { answer: 'undecided', gate: true })];
  assert.equal(exitCode({ ...job('no-baseline'), claims, sources: same }, strict), 0);
  assert.equal(exitCode({ ...job('no-baseline'), claims }, strict), 4);
});
