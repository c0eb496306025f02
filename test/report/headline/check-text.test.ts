import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../../../src/judge/verdict/verdict.ts';
import { renderComment } from '../../../src/report/comment.ts';
import { checkInMarkdown, checkInText } from '../../../src/report/headline/check-text.ts';
import { renderTerminal } from '../../../src/report/terminal.ts';
import type { VerdictWord } from '../../../src/terms/verdict-word.ts';
import { metric, subject, verdictOf } from '../build.ts';
import { claim } from '../versus-examples.ts';

const of = (word: VerdictWord, changes: Partial<Verdict> = {}) =>
  verdictOf(word, [subject('api', 'x', word, [metric('throughput', word)])], changes);

test('Every report says whether the check is red or green, and why', () => {
  const on = { failsOn: { inconclusive: true, noBaseline: true } };
  const said: [Verdict, string][] = [
    [of('regression'), 'The check is red: a regression fails the job.'],
    [of('invalid'), 'The check is red: a broken measurement fails the job.'],
    [of('inconclusive'), 'The check is green: `fail-on-inconclusive` is off.'],
    [of('inconclusive', on), 'The check is red: `fail-on-inconclusive` is on.'],
    [of('no-baseline'), 'The check is green: `fail-on-no-baseline` is off.'],
    [of('no-baseline', on), 'The check is red: `fail-on-no-baseline` is on.'],
    [of('unchanged'), 'The check is green.'],
    [of('improvement'), 'The check is green.'],
    [
      of('regression', { awaitsConfirmation: true }),
      'The check is green: a slowdown blocks once a fresh runner has confirmed it.',
    ],
  ];
  for (const [verdict, sentence] of said) {
    assert.equal(checkInMarkdown(verdict), sentence);
    assert.ok(renderComment(verdict).includes(`> ${sentence}`), sentence);
  }
});

test('At a terminal the exit code is given in its place', () => {
  assert.equal(checkInText(of('regression')), 'Exit code 1: a regression fails the job.');
  assert.match(
    renderTerminal(of('inconclusive'), { color: false, width: 200 }),
    /^Exit code 0: `fail-on-inconclusive` is off\.$/m,
  );
});

test('A file of an older version, which does not say what its job failed for, is not guessed at', () => {
  const { failsOn: _, ...older } = of('inconclusive');
  assert.equal(checkInMarkdown(older), '');
  const { failsOn: __, ...red } = of('regression');
  assert.equal(checkInMarkdown(red), 'The check is red: a regression fails the job.');
});

const OPEN = [claim('api.p99 <= 5ms', { answer: 'undecided', gate: true })];
const REFUTED = [claim('api.p99 <= 5ms', { answer: 'refuted', gate: true })];
const onInconclusive = { failsOn: { inconclusive: true, noBaseline: false } };

test('Where a claim alone makes the check red, no other switch is named for it, and nothing says that all is well', () => {
  const refuted = 'The check is red: a claim with `gate: true` is refuted.';
  const open =
    'The check is red: a claim with `gate: true` is undecided, and `fail-on-inconclusive` is on.';
  const said: [Verdict, string, string][] = [
    [of('unchanged', { claims: REFUTED }), refuted, 'CAUTION'],
    [of('unchanged', { claims: OPEN, ...onInconclusive }), open, 'WARNING'],
    [of('improvement', { claims: OPEN, ...onInconclusive }), open, 'WARNING'],
    [of('no-baseline', { claims: OPEN, ...onInconclusive }), open, 'WARNING'],
    [of('regression', { claims: REFUTED, awaitsConfirmation: true }), refuted, 'CAUTION'],
    [
      of('regression', { claims: OPEN, awaitsConfirmation: true, ...onInconclusive }),
      open,
      'WARNING',
    ],
  ];
  for (const [verdict, sentence, alert] of said) {
    assert.equal(checkInMarkdown(verdict), sentence);
    const comment = renderComment(verdict);
    assert.ok(comment.includes(`[!${alert}]`), comment);
    assert.doesNotMatch(comment, /No action needed|nothing is blocked/, verdict.verdict);
  }
});

test('The first line names the claim that is undecided where that fails the job', () => {
  assert.match(
    renderComment(of('unchanged', { claims: OPEN, ...onInconclusive })),
    /^> \*\*The claim `api\.p99 <= 5ms` is undecided\. See below what would decide it\.\*\*$/m,
  );
  const green = renderComment(of('unchanged', { claims: OPEN }));
  assert.match(green, /No action needed/);
});

test('A slowdown that waits says what makes the check red beside it', () => {
  const subjects = [
    subject('api', 'x', 'regression', [metric('throughput', 'regression')]),
    subject('api', 'y', 'inconclusive', [metric('throughput', 'inconclusive')]),
  ];
  const verdict = verdictOf('regression', subjects, {
    awaitsConfirmation: true,
    ...onInconclusive,
  });
  assert.match(renderComment(verdict), /the check is red, as other subjects fail the job/);
  assert.doesNotMatch(renderComment(verdict), /nothing is blocked/);
});
