/**
 * From a pull request to a verdict, by the bundle on real checkouts; the servers and their load follow a script.
 * What is really measured: `whole-run.long.test.ts`.
 */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { FAULTS } from '../support/fake-github.ts';
import type { StepResult } from '../support/runner.ts';
import {
  fakeGitHub,
  leftovers,
  QUICK,
  readResults,
  runGate,
  scriptedBundle,
  startGate,
} from './gate.ts';
import { mergeGroup, push, scriptedChange } from './repository.ts';

describe('the bundled action', { skip: process.platform !== 'linux' && 'reads /proc' }, () => {
  const bundle = scriptedBundle();

  test('The bundled action comments on a pull request, and later brings the comment up to date', async (t) => {
    const github = await fakeGitHub(t);
    const same = scriptedChange({});
    const built = await runGate(t, bundle(), {
      github,
      change: same,
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
    assert.equal(verdict.subjects[0]?.blocks, 4);
    assert.deepEqual(leftovers(built), []);

    const slower = await runGate(t, bundle(), {
      github,
      change: scriptedChange({ rate: 25_000, cpuUs: 32 }),
      with: { ...QUICK, tolerance: '20%' },
      env: { GITHUB_RUN_ID: '4712' },
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
    assert.match(errors[0]?.message ?? '', /^CPU per request \+60\.0%/);
    assert.match(slower.result.summary, /Regression/);
    assert.deepEqual(leftovers(slower), []);
  });

  test('Without the right to comment: a notice, and the same verdict', async (t) => {
    const scene = await runGate(t, bundle(), {
      github: await fakeGitHub(t, { faults: [FAULTS.readOnlyToken] }),
      change: scriptedChange({}),
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

  test('With `on-change` a claim that fails the job of an unchanged server gets its comment', async (t) => {
    const { result, github } = await runGate(t, bundle(), {
      change: scriptedChange({}),
      with: { ...QUICK, comment: 'on-change', claims: 'gate: server.throughput >= 900000000' },
    });
    assertEnded(result, 1);
    assert.equal(result.outputs.verdict, 'unchanged');
    assert.match(
      github.comments[0]?.body ?? '',
      /The claim `server\.throughput >= 900000000` is refuted/,
    );
  });

  test('What writes into the runner’s files while the comment is posted makes the comment invalid, too', async (t) => {
    const github = await fakeGitHub(t);
    const scene = await startGate(t, bundle(), { github, change: scriptedChange({}) });
    const folder = join(scene.step.temp, '_runner_file_commands');
    const write = () => {
      const [file = ''] = readdirSync(folder).filter((name) => name.startsWith('set_env_'));
      writeFileSync(join(folder, file), 'LD_PRELOAD=/tmp/evil.so\n');
    };
    github.inject({ method: 'POST', path: /comments$/, times: 1, before: write });
    const { code, outputs, followUp } = await scene.step.result;
    assert.equal(code, 3);
    assert.equal(outputs.verdict, 'invalid');
    assert.equal(followUp, '');
    assert.equal(github.comments.length, 1);
    assert.match(
      github.comments[0]?.body ?? '',
      /The measurement is broken.*wrote into the runner’s files/,
    );
  });

  for (const [event, from] of [
    ['push', push],
    ['merge_group', mergeGroup],
  ] as const) {
    test(`${event}: judged against what was there before, without a comment`, async (t) => {
      const scene = await runGate(t, bundle(), {
        change: scriptedChange({}),
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
