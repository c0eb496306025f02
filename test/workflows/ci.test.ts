/** The repository's own CI: what must not slip when somebody edits it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { INPUT_NAMES } from '../../src/github/inputs.ts';
import { OUTPUT_NAMES } from '../../src/github/outputs.ts';
import { ownFile } from '../../src/system/program/runtime.ts';

interface Step {
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  if?: string;
  needs?: string[];
  'timeout-minutes'?: number;
  permissions?: Record<string, string>;
  strategy?: { matrix: Record<string, unknown[]> };
  steps: Step[];
}
interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  concurrency: { group: string; 'cancel-in-progress': string };
  jobs: Record<string, Job>;
}

const text = readFileSync(ownFile('.github/workflows/ci.yml'), 'utf8');
const workflow = parse(text) as Workflow;
const jobs = Object.entries(workflow.jobs);

test('It answers for pull requests, for main and for merge groups', () => {
  assert.deepEqual(Object.keys(workflow.on).sort(), ['merge_group', 'pull_request', 'push']);
  assert.match(workflow.concurrency.group, /github\.event\.pull_request\.number \|\| github\.sha/);
});

test('Every job has a time limit and names its own rights, on top of none', () => {
  assert.deepEqual(workflow.permissions, {});
  for (const [name, job] of jobs) {
    assert.ok((job['timeout-minutes'] ?? 0) > 0, `${name} may hang for six hours`);
    assert.ok(job.permissions !== undefined, `${name} says nothing of its rights`);
    for (const [right, level] of Object.entries(job.permissions)) {
      const wanted = right === 'pull-requests' ? ['self-test', 'write'] : [name, 'read'];
      assert.deepEqual([name, level], wanted, `${name} has ${right}: ${level}`);
    }
  }
});

test('Every right is explained beside it', () => {
  const rights = text.split('\n').filter((line) => /^ {6}[\w-]+: (read|write)\b/.test(line));
  assert.ok(rights.length >= 4);
  for (const line of rights) assert.match(line, /# \S/, line);
});

test('ci-ok waits for every other job, and runs whatever became of them', () => {
  const { needs, if: condition } = job('ci-ok');
  const others = jobs.map(([name]) => name).filter((name) => name !== 'ci-ok');
  assert.deepEqual([...(needs ?? [])].sort(), others.sort());
  assert.equal(condition, 'always()');
});

test('The tests that a person runs pass on the oldest and the newest Node.js that we promise', () => {
  const { strategy, steps } = job('test');
  assert.deepEqual(strategy?.matrix.node, [20, 24]);
  assert.deepEqual(commandsOf(steps), ['scripts/test-tools.sh', 'npm cit']);
});

test('The longer tier has a job of its own, which repeats nothing of the shorter one', () => {
  const { steps } = job('test-long');
  assert.deepEqual(commandsOf(steps), [
    'scripts/test-tools.sh',
    'npm ci',
    'npm run --silent test:long',
  ]);
});

test('.ci/run runs what both jobs run, each once, and fails if either did', () => {
  const script = readFileSync(ownFile('.ci/run'), 'utf8');
  const lines = script.split('\n').filter((line) => /^(scripts|npm|exit)\b/.test(line));
  assert.deepEqual(lines, [
    'scripts/test-tools.sh',
    'npm cit || failed=1',
    'npm run --silent test:long || failed=1',
    'exit "$failed"',
  ]);
});

test('A stale dist/ fails its job, and the fresh one can be had', () => {
  const { steps } = job('check-dist');
  const diff = steps.find(({ id }) => id === 'diff');
  assert.match(diff?.run ?? '', /git diff --exit-code .*-- dist/);
  const upload = steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
  assert.match(upload?.if ?? '', /failure\(\) && steps\.diff\.outcome == 'failure'/);
});

test('The action measures its own fixture, with inputs and outputs that exist', () => {
  const { steps } = job('self-test');
  const checkout = steps.find(({ uses }) => uses?.startsWith('actions/checkout@'));
  assert.equal(checkout?.with?.['fetch-depth'], 2);
  const own = steps.find(({ uses }) => uses === './');
  assert.ok(own?.id, 'its outputs are read');
  const unknown = Object.keys(own.with ?? {}).filter(
    (name) => !(INPUT_NAMES as readonly string[]).includes(name),
  );
  assert.deepEqual(unknown, []);
  const outputs = [...text.matchAll(/steps\.gate\.outputs\.([\w-]+)/g)].map(([, name]) => name);
  assert.ok(outputs.length > 0);
  for (const name of outputs) assert.ok((OUTPUT_NAMES as readonly unknown[]).includes(name), name);
});

test("GitHub's own actions are pinned by major tag, others by commit with its release, and no checkout leaves its token behind", () => {
  for (const [name, { steps }] of jobs) {
    for (const { uses, with: inputs } of steps) {
      if (uses === undefined || uses === './') continue;
      const [pin, written] = uses.startsWith('actions/')
        ? [/^actions\/[\w-]+@v\d+$/, uses]
        : [/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, lineWith(uses)];
      assert.match(written, pin, `${name} uses ${uses}`);
      if (uses.startsWith('actions/checkout@')) {
        assert.equal(inputs?.['persist-credentials'], false, name);
      }
    }
  }
});

test('No expression stands inside a script', () => {
  for (const [name, { steps }] of jobs) {
    for (const { run } of steps) assert.doesNotMatch(run ?? '', /\$\{\{/, name);
  }
});

/** As it stands in the file, with the comment behind it. */
function lineWith(uses: string): string {
  const line = text.split('\n').find((each) => each.includes(`uses: ${uses}`)) ?? '';
  return line.slice(line.indexOf(uses));
}

function commandsOf(steps: readonly Step[]): string[] {
  return steps.flatMap(({ run }) => run ?? []);
}

function job(name: string): Job {
  const found = workflow.jobs[name];
  assert.ok(found, `there is no job ${name}`);
  return found;
}
