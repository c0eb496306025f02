import assert from 'node:assert/strict';
import { it } from 'node:test';
import { lookEvents } from '../../../src/judge/interim.ts';
import { judge, judgement } from '../../../src/judge/judge.ts';
import { exitCode } from '../../../src/judge/verdict/exit-code.ts';
import type { AnswersObserved } from '../../../src/measure/observed/answers.ts';
import { headline } from '../../../src/report/headline/headline.ts';
import { phraseToText } from '../../../src/report/markup/phrase.ts';
import { repeat } from '../../support/block.ts';
import { reasonOf, warningsOf } from '../../support/english.ts';
import { httpScenario, measurementOf } from '../../support/measurement.ts';
import { both, spread } from '../judged.ts';

const PRICE = {
  request: 'GET /items',
  of: 'content',
  at: '$.items',
  base: 'a list of 20',
  head: 'an empty list',
} as const;
const SERVER = {
  request: 'GET /items',
  of: 'form',
  at: 'header server',
  base: 'a value',
  head: 'a value',
} as const;

function judged(
  throughput: number,
  differences: AnswersObserved['differences'],
  compare?: 'may-differ' | 'ignore',
  byError?: AnswersObserved['byError'],
  { kinds = 1, wishes = {} }: { kinds?: number; wishes?: Parameters<typeof httpScenario>[1] } = {},
) {
  const answers: AnswersObserved = {
    kinds,
    compared: kinds,
    answers: { base: 9, head: 9 },
    starts: 7,
    differences,
    content: differences.filter(({ of }) => of === 'content').length,
    form: differences.filter(({ of }) => of === 'form').length,
    ...(byError && { byError }),
  };
  const measurement = measurementOf({
    load: (name: string) =>
      httpScenario(name, {
        ...wishes,
        ...(compare !== undefined && { answers: { compare, except: [] } }),
      }),
    subjects: [{ blocks: repeat({ throughput }, 20) }],
  });
  for (const subject of measurement.subjects) subject.answers = structuredClone(answers) as never;
  const verdict = judge(measurement);
  return { verdict, subject: verdict.subjects[0] as (typeof verdict.subjects)[0], measurement };
}

it('A head that answers something else is neither improved nor unchanged, and the report says what differs', () => {
  for (const throughput of [-0.4, 0]) {
    const { verdict, subject, measurement } = judged(throughput, [PRICE]);
    assert.equal(subject.verdict, 'inconclusive');
    assert.ok(subject.metrics.every((metric) => metric.verdict === 'inconclusive'));
    assert.match(
      reasonOf(subject) ?? '',
      /^head does not answer what base answers: GET \/items \(\$\.items: base answers a list of 20, head an empty list\)\. .*`answers: may-differ`/,
    );
    assert.match(
      phraseToText(headline(verdict).title),
      /^The answers differ: head does not answer/,
    );
    assert.equal(exitCode(verdict, measurement.experiment.gate), 0);
    assert.equal(
      exitCode(verdict, { ...measurement.experiment.gate, failOnInconclusive: true }),
      4,
    );
  }
});

it('Other answers are no excuse for a head that is slower', () => {
  const { subject } = judged(0.4, [PRICE]);
  assert.equal(subject.verdict, 'regression');
  assert.match(warningsOf(subject)[0] ?? '', /^head does not answer what base answers/);
});

it('Where answers may differ the speed is judged, and the difference is a warning', () => {
  const { subject } = judged(-0.4, [PRICE], 'may-differ');
  assert.equal(subject.verdict, 'improvement');
  assert.match(
    warningsOf(subject)[0] ?? '',
    /^head does not answer what base answers.*do not do the same work/,
  );
});

it('Another header of the same answer is a warning only', () => {
  const { subject } = judged(-0.4, [SERVER]);
  assert.equal(subject.verdict, 'improvement');
  assert.deepEqual(warningsOf(subject).slice(0, 1), [
    "head's answers say the same in another form: header server of GET /items.",
  ]);
});

it('Where both arms answer everything by an error, nothing is unchanged or better, and it is told what is measured', () => {
  const byError = [{ request: 'GET /', form: 'errors' }] as const;
  for (const throughput of [-0.4, 0]) {
    const { subject } = judged(throughput, [], undefined, byError);
    assert.equal(subject.verdict, 'inconclusive');
    assert.match(
      reasonOf(subject) ?? '',
      /^every answer to GET \/ \(`errors` and no `data`\) says that the request failed.*answers: may-differ/,
    );
  }
  assert.equal(judged(0.4, [], undefined, byError).subject.verdict, 'regression');
});

it('An error that is meant, one that the body of `expect` names, and one kind of several are a warning', () => {
  const byError = [{ request: 'GET /', form: 'errors' }] as const;
  const meant = judged(-0.4, [], 'may-differ', byError).subject;
  assert.equal(meant.verdict, 'improvement');
  assert.match(warningsOf(meant)[0] ?? '', /^every answer to GET \/ .*Ask it once yourself/);
  const [request] = httpScenario('').requests;
  assert.ok(request !== undefined);
  const named = { ...request, expect: { ...request.expect, body: '{"errors":[1]}' } };
  const wishes = { requests: [named] };
  assert.equal(judged(-0.4, [], undefined, byError, { wishes }).subject.verdict, 'improvement');
  const ofTwo = judged(-0.4, [], undefined, byError, { kinds: 2 }).subject;
  assert.equal(ofTwo.verdict, 'improvement');
});

it('Pages of code that failed are told with what makes them 500, also beside other requests', () => {
  const of = (form: 'php' | 'trace') =>
    judged(-0.4, [], undefined, [{ request: 'GET /', form }], { kinds: 2 }).subject;
  assert.match(
    reasonOf(of('php')) ?? '',
    /^every answer to GET \/ \(`Fatal error` of PHP\) .*`php -d display_errors=0` \(`start`\) it answers 500/,
  );
  assert.equal(of('trace').verdict, 'inconclusive');
  assert.match(reasonOf(of('trace')) ?? '', /\(a trace of code that failed\).*status of 500/);
});

it('Equal answers change nothing', () => {
  assert.equal(judged(-0.4, []).subject.verdict, 'improvement');
});

it('That answers differ is told at the first look that shows it, once, and the subject is measured on', () => {
  const told = new Set<string>();
  const after = (count: number) => {
    const measurement = measurementOf({
      subjects: [{ blocks: count === 0 ? [] : both(spread(count, 0.02, 0.06)), planned: 20 }],
    });
    const [subject] = measurement.subjects;
    if (subject !== undefined)
      subject.answers = judged(0, [PRICE]).measurement.subjects[0]?.answers as never;
    return lookEvents(judgement(measurement), told);
  };
  assert.deepEqual(after(0), [], 'one start of each says nothing yet');
  const first = after(6);
  assert.deepEqual(
    first.map(({ type }) => type),
    ['look', 'answers-doubted'],
  );
  const doubted = first.flatMap((one) => (one.type === 'answers-doubted' ? one.reasons : []));
  assert.deepEqual(
    doubted.map(({ code }) => code),
    ['answers-differ'],
  );
  assert.deepEqual(
    after(10).map(({ type }) => type),
    ['look'],
  );
});
