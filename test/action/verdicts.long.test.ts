/** From a pull request to a verdict: the bundle on real checkouts, with real servers and load. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Verdict } from '../../src/judge/verdict.ts';
import { Measurement } from '../../src/measure/measurement.ts';
import { Plan } from '../../src/plan/plan.ts';
import { FAULTS } from '../support/fake-github.ts';
import { buildBundles, FAKE_CREDENTIALS, FAKE_TOKEN, type StepResult } from '../support/runner.ts';
import { fakeGitHub, leftovers, QUICK, runGate } from './gate.ts';
import { mergeGroup, push, START, serverChange } from './repository.ts';

describe('the bundled action', { skip: process.platform !== 'linux' && 'reads /proc' }, () => {
  let release = '';
  let bundle = '';
  before(() => {
    release = mkdtempSync(join(tmpdir(), 'tg-release-'));
    bundle = buildBundles(release);
  });
  after(() => rmSync(release, { recursive: true, force: true }));

  test('comments on a pull request, and later brings the comment up to date', async (t) => {
    const github = await fakeGitHub(t);
    const same = serverChange('', '# nothing that matters\n');
    const built = await runGate(t, bundle, {
      github,
      change: same,
      with: {
        ...QUICK,
        build: 'env > "$RUNNER_TEMP/build.env"',
        start: `env > "$RUNNER_TEMP/server.env"; ${START}`,
      },
    });
    assertEnded(built.result, 0);
    assert.equal(github.comments.length, 1);
    const [comment] = github.comments;
    assert.equal(comment?.issue, 7);
    assert.match(comment?.body ?? '', /^<!-- throughput-gate key=\S+ -->\n/);
    assert.match(comment?.body ?? '', /No action needed/);

    const { outputs, summary, annotations } = built.result;
    const { verdict, commentText, summaryText } = readResults(outputs);
    assert.equal(verdict.verdict, 'unchanged');
    assert.equal(outputs.verdict, verdict.verdict);
    assert.equal(outputs['comment-body']?.trimEnd(), commentText.trimEnd());
    assert.ok(comment?.body.endsWith(commentText), 'the comment is comment.md');
    assert.equal(summary.trimEnd(), summaryText.trimEnd());
    assert.deepEqual(annotations, []);
    assert.equal(verdict.sources.base?.commit, built.origin.base);
    assert.equal(verdict.sources.head.commit, built.origin.merge);
    assert.equal(verdict.subjects[0]?.blocks, 6);
    assert.deepEqual(leftovers(built), []);

    for (const name of ['build.env', 'server.env']) {
      const seen = readFileSync(join(built.step.temp, name), 'utf8');
      assert.match(seen, /^THROUGHPUT_GATE_RUN=/m, `${name} was written by our process`);
      assert.doesNotMatch(seen, /^INPUT_/m);
      for (const secret of [FAKE_TOKEN, ...Object.values(FAKE_CREDENTIALS)]) {
        assert.ok(!seen.includes(secret), `${name} holds ${secret}`);
      }
    }

    const slower = await runGate(t, bundle, {
      github,
      change: serverChange('', 'KNOB_CPU_ITERATIONS=12000\n'),
      with: { ...QUICK, tolerance: '20%' },
    });
    assertEnded(slower.result, 1);
    assert.equal(github.comments.length, 1, 'the same comment');
    assert.equal(github.comments[0]?.id, comment?.id);
    assert.match(github.comments[0]?.body ?? '', /Regression: `server\/default`/);
    assert.equal(slower.result.outputs.verdict, 'regression');
    assert.equal(readResults(slower.result.outputs).verdict.verdict, 'regression');
    const errors = slower.result.annotations.filter(({ level }) => level === 'error');
    assert.equal(errors.length, 1);
    assert.match(errors[0]?.title ?? '', /^Regression: server\/default$/);
    assert.match(errors[0]?.message ?? '', /^CPU per request \+\d+%/);
    assert.match(slower.result.summary, /Regression/);
    assert.deepEqual(leftovers(slower), []);
  });

  test('without the right to comment: a notice, and the same verdict', async (t) => {
    const scene = await runGate(t, bundle, {
      github: await fakeGitHub(t, { faults: [FAULTS.readOnlyToken] }),
      change: serverChange('', '# nothing that matters\n'),
    });
    const { result, github } = scene;
    assertEnded(result, 0);
    assert.equal(result.outputs.verdict, 'unchanged');
    assert.deepEqual(github.comments, []);
    assert.match(result.summary, /No action needed/);
    assert.deepEqual(
      result.annotations.map(({ level }) => level),
      ['notice'],
    );
    assert.equal(
      result.annotations[0]?.message,
      'No comment (GitHub answered 403: Resource not accessible by integration). The job needs ' +
        '`permissions: { contents: read, pull-requests: write }`. The report is in the job summary.',
    );
  });

  for (const [event, from] of [
    ['push', push],
    ['merge_group', mergeGroup],
  ] as const) {
    test(`${event}: judged against what was there before, without a comment`, async (t) => {
      const scene = await runGate(t, bundle, {
        change: serverChange('', '# nothing that matters\n'),
        event: from,
        at: { commit: 'head', depth: 1 },
      });
      const { result, github, origin } = scene;
      assertEnded(result, 0);
      const { verdict } = readResults(result.outputs);
      assert.equal(verdict.verdict, 'unchanged');
      assert.equal(verdict.sources.base?.commit, origin.base);
      assert.equal(verdict.sources.head.commit, origin.head);
      assert.deepEqual(github.requests, [], 'GitHub was not asked for anything');
      assert.match(result.summary, /No action needed/);
      assert.deepEqual(leftovers(scene), []);
    });
  }
});

function assertEnded({ code, stdout, stderr }: StepResult, wanted: number): void {
  assert.equal(code, wanted, `${stdout}\n${stderr}`);
  assert.equal(stderr, '');
}

/** The five files, each read by its own schema. */
function readResults(outputs: StepResult['outputs']) {
  const text = (name: string) => readFileSync(outputs[name] ?? '', 'utf8');
  const verdict = Verdict.parse(JSON.parse(text('verdict-file')));
  const plan = Plan.parse(JSON.parse(text('plan-file')));
  const measurement = Measurement.parse(JSON.parse(text('measurement-file')));
  assert.deepEqual(measurement.plan, plan);
  assert.equal(verdict.seed, plan.seed);
  for (const name of ['verdict-file', 'plan-file', 'measurement-file', 'summary-file', 'report']) {
    assert.ok(outputs[name]?.startsWith(`${outputs['results-dir']}/`), name);
  }
  return { verdict, commentText: text('report'), summaryText: text('summary-file') };
}
