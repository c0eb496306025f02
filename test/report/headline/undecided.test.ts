import assert from 'node:assert/strict';
import { test } from 'node:test';
import { undecidedText } from '../../../src/report/headline/undecided.ts';
import type { VerdictWord } from '../../../src/terms/verdict-word.ts';
import { commitOf } from '../../support/history.ts';

const both = { failOnInconclusive: true, failOnNoBaseline: true };

function jobOf(verdict: VerdictWord, ...subjects: VerdictWord[]) {
  return {
    verdict,
    awaitsConfirmation: false,
    design: 'pairs' as const,
    sources: {
      base: { commit: commitOf(1), description: 'base', tree: 't1' },
      head: { commit: commitOf(2), description: 'head', tree: 't2' },
    },
    subjects: (subjects.length === 0 ? [verdict] : subjects).map((word) => ({ verdict: word })),
  };
}

test('A job that fails undecided says which switch makes it fail', () => {
  assert.equal(
    undecidedText(jobOf('inconclusive'), both),
    'The verdict is inconclusive, and `fail-on-inconclusive` is set.',
  );
  assert.equal(
    undecidedText(jobOf('no-baseline'), both),
    'The verdict is no-baseline, and `fail-on-no-baseline` is set.',
  );
});

test('Only a switch that is set is named', () => {
  assert.equal(
    undecidedText(jobOf('no-baseline', 'no-baseline', 'inconclusive'), {
      ...both,
      failOnInconclusive: false,
    }),
    'The verdict is no-baseline, and `fail-on-no-baseline` is set.',
  );
});

test('Beside a regression that is to be confirmed, it is a subject’s verdict that fails the job', () => {
  const job = jobOf('regression', 'regression', 'inconclusive');
  assert.equal(
    undecidedText({ ...job, awaitsConfirmation: true }, both),
    'The verdict of a subject is inconclusive, and `fail-on-inconclusive` is set.',
  );
});

test('Where no subject is to blame, it is a claim', () => {
  assert.equal(
    undecidedText(jobOf('unchanged', 'unchanged'), both),
    'A claim with `gate` is undecided, and `fail-on-inconclusive` is set.',
  );
});
