/** Runs of the default branch while their history has too few runs: judged, told and counted as neither good nor bad. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotationsOf } from '../../../src/github/annotations.ts';
import { judge } from '../../../src/judge/judge.ts';
import { exitCode } from '../../../src/judge/verdict/exit-code.ts';
import { beginsAnew } from '../../../src/judge/verdict/gathering.ts';
import type { PastRun } from '../../../src/measure/observed/past-runs.ts';
import { renderComment } from '../../../src/report/comment.ts';
import { headline } from '../../../src/report/headline/headline.ts';
import { phraseToText } from '../../../src/report/markup/phrase.ts';
import type { Measurement } from '../../support/draft.ts';
import { besideCalibrator, pastRuns, scatter } from '../../support/past.ts';

const LEVEL = 0.4;
const EARLIER = pastRuns(scatter(20, 0.005).map((noise) => LEVEL + noise));
const STRICT = { failOnInconclusive: true, failOnNoBaseline: true };

function judged(runs: readonly PastRun[], isKept: boolean, edit?: (one: Measurement) => void) {
  const blocks = scatter(6, 0.004).map((noise) => {
    const cost = LEVEL + noise;
    return { throughput: cost, cpu: cost };
  });
  const verdict = judge(besideCalibrator(blocks, { runs, isKept, ...(edit && { edit }) }));
  const { title, detail, action } = headline(verdict);
  const text = [title, detail, action].map(phraseToText).join(' ');
  return { verdict, text, annotations: annotationsOf(verdict), code: exitCode(verdict, STRICT) };
}

test('Each of the first ten runs that are kept is counted, compared with nothing, green and without a notice', () => {
  for (let runs = 0; runs < 10; runs++) {
    const { verdict, text, annotations, code } = judged(EARLIER.slice(0, runs), true);
    assert.equal(verdict.verdict, 'no-baseline');
    assert.match(
      text,
      new RegExp(`^Gathering the history of api/plain: ${runs} of 10 runs were there before`),
    );
    assert.match(text, /This is not a pass\. No action needed/);
    assert.deepEqual(annotations, []);
    assert.equal(code, 0);
    assert.ok(verdict.subjects[0]?.metrics.every((one) => one.verdict === 'no-baseline'));
  }
  assert.equal(judged(EARLIER.slice(0, 10), true).verdict.verdict, 'unchanged');
});

test('A run that only reads, such as that of a pull request, could not tell, and says how many are missing', () => {
  const { verdict, text, annotations, code } = judged(EARLIER.slice(0, 7), false);
  assert.equal(verdict.verdict, 'inconclusive');
  assert.match(text, /^Could not tell/);
  assert.match(annotations[0]?.message ?? '', /3 runs of the default branch are missing/);
  assert.equal(annotations[0]?.level, 'warning');
  assert.equal(code, 4);
});

test('A run of a new kind of machine says once that its history begins anew, and what differs', () => {
  const elsewhere = EARLIER.map((run) => ({ ...run, fingerprint: 'feedfacefeedface' }));
  const first = judged(elsewhere, true);
  assert.deepEqual(
    first.annotations.map(({ level, title }) => [level, title]),
    [['notice', 'A new history begins: api/plain']],
  );
  assert.match(first.annotations[0]?.message ?? '', /kernel was 6\.8\.0, and is 6\.11\.0/);
  assert.equal(first.code, 0);
  const second = judged([...elsewhere, ...EARLIER.slice(0, 1)], true);
  assert.deepEqual(second.annotations, []);
  // Nothing was there before the first run of all, so nothing begins anew.
  assert.ok(!judged([], true).verdict.subjects.some(beginsAnew));
});

test('A run on a busy machine says that it does not count for the later ones', () => {
  const { verdict, text } = judged(EARLIER.slice(0, 4), true, ({ subjects }) => {
    for (const { runner } of subjects[0]?.blocks ?? []) runner.foreign = 0.9;
  });
  assert.equal(verdict.verdict, 'no-baseline');
  assert.match(text, /4 of 10 runs .* This run does not count, as other processes disturbed it/);
});

test('A broken measurement stays one while a history is gathered', () => {
  const { verdict, code } = judged(EARLIER.slice(0, 4), true, ({ subjects }) => {
    for (const { arms } of subjects[0]?.blocks ?? []) {
      if (arms.head === undefined) continue;
      arms.head.good -= 500;
      arms.head.errors.status = 500;
    }
  });
  assert.equal(verdict.verdict, 'invalid');
  assert.equal(code, 3);
});

test('The report of a gathering run says where the runs are, and blames no base', () => {
  const { verdict } = judged(EARLIER.slice(0, 4), true);
  const report = renderComment({
    ...verdict,
    failsOn: { inconclusive: true, noBaseline: true },
    bar: {
      asked: 'head',
      from: 'head',
      base: 'read',
      problem: null,
      changes: [
        { key: 'servers.api.start', kind: 'changed', effect: 'other', base: 'a', head: 'b' },
      ],
    },
  });
  assert.match(report, /the folder history has 4 of the 10 runs of this subject that are needed/);
  assert.match(report, /The check is green: nothing was to be compared\./);
  assert.doesNotMatch(report, /base may have failed/);
});

test('A server without a baseline beside it keeps its own word and its own exit code', () => {
  const { verdict } = judged(EARLIER.slice(0, 4), true);
  const [subject] = verdict.subjects;
  assert.ok(subject);
  const other = { ...subject, scenario: 'other', reasons: [] };
  assert.equal(exitCode({ ...verdict, subjects: [subject, other] }, STRICT), 4);
});
