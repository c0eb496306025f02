import assert from 'node:assert/strict';
import { it } from 'node:test';
import { exitCode } from '../src/exit.ts';
import { VerdictWord } from '../src/judge/verdict.ts';

const lenient = { failOnInconclusive: false, failOnNoBaseline: false };

it('every verdict has the exit code of the contract', () => {
  const codes = Object.fromEntries(
    VerdictWord.options.map((word) => [word, exitCode(word, lenient)]),
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
  assert.equal(exitCode('inconclusive', { ...lenient, failOnInconclusive: true }), 4);
  assert.equal(exitCode('no-baseline', { ...lenient, failOnInconclusive: true }), 0);
  assert.equal(exitCode('no-baseline', { ...lenient, failOnNoBaseline: true }), 4);
  assert.equal(exitCode('inconclusive', { ...lenient, failOnNoBaseline: true }), 0);
});

it('the switches do not change what is certain', () => {
  const strict = { failOnInconclusive: true, failOnNoBaseline: true };
  for (const word of ['regression', 'improvement', 'unchanged', 'invalid'] as const) {
    assert.equal(exitCode(word, strict), exitCode(word, lenient));
  }
});
