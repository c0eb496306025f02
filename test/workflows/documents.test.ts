/** A workflow that people copy from our documents is as careful as our own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INPUT_NAMES } from '../../src/github/inputs.ts';
import { OUTPUT_NAMES } from '../../src/github/outputs.ts';
import { workflowsInDocuments } from './documents.ts';

const PASSAGES = workflowsInDocuments();

test('The documents show whole workflows, the README first', () => {
  assert.equal(PASSAGES[0]?.where.split(':')[0], 'README.md');
  assert.ok(PASSAGES.length >= 4, String(PASSAGES.length));
});

for (const { where, text, workflow } of PASSAGES) {
  const jobs = Object.entries(workflow.jobs);

  test(`The workflow at ${where} leaves no token in its checkouts`, () => {
    for (const [name, { steps }] of jobs) {
      for (const step of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))) {
        assert.equal(step.with?.['persist-credentials'], false, name);
      }
    }
  });

  test(`The workflow at ${where} gives each job a time limit and the least permissions`, () => {
    assert.deepEqual(workflow.permissions, {}, 'nothing for a job that does not ask');
    for (const [name, job] of jobs) {
      const limit = job['timeout-minutes'] ?? 0;
      assert.ok(limit > 0 && limit <= 60, `${name} may hang for six hours`);
      const rights = Object.entries(job.permissions ?? assert.fail(`${name} names no rights`));
      const writes = rights.filter(([, level]) => level === 'write').map(([right]) => right);
      // A job that puts a folder on GitHub Pages, and runs nothing else.
      const isDeploying = job.steps.every(({ uses }) => uses?.startsWith('actions/') ?? false);
      const mayDeploy =
        isDeploying && job.steps.some(({ uses }) => uses?.startsWith('actions/deploy-pages@'));
      const keepsBranch = job.steps.some((step) => String(step.with?.history).startsWith('branch'));
      assert.deepEqual(
        writes.filter(
          (right) =>
            right !== 'pull-requests' &&
            !(right === 'contents' && keepsBranch) &&
            !(['pages', 'id-token'].includes(right) && mayDeploy),
        ),
        [],
        name,
      );
    }
  });

  test(`The workflow at ${where} uses inputs and outputs that the action has`, () => {
    for (const [, { steps }] of jobs) {
      for (const step of steps.filter(({ uses }) => uses?.includes('/throughput-gate@'))) {
        for (const input of Object.keys(step.with ?? {})) {
          assert.ok((INPUT_NAMES as readonly string[]).includes(input), input);
        }
      }
    }
    for (const [, output = ''] of text.matchAll(/steps\.gate\.outputs\.([\w-]+)/g)) {
      assert.ok((OUTPUT_NAMES as readonly string[]).includes(output), output);
    }
  });

  test(`The workflow at ${where} runs no job after one that was skipped, whatever other events are added to it`, () => {
    for (const [name, { needs, if: condition = '' }] of jobs) {
      if (needs === undefined || !/cancelled|always/.test(condition)) continue;
      const asked = new RegExp(`needs\\.${needs}\\.(result|outputs)\\b`);
      assert.match(condition, asked, name);
    }
  });

  test(`The workflow at ${where} cancels no run of another workflow of its repository`, () => {
    for (const { group } of [workflow, ...Object.values(workflow.jobs)].flatMap(
      ({ concurrency }) => concurrency ?? [],
    )) {
      if (!group.startsWith('throughput')) continue;
      assert.match(group, /\$\{\{ github\.workflow \}\}/);
    }
  });

  test(`The workflow at ${where} puts no expression into a script`, () => {
    for (const [, { steps }] of jobs) {
      for (const { run } of steps) assert.doesNotMatch(run ?? '', /\$\{\{/);
    }
  });
}
