/** The two jobs of docs/workflows.md: what they hand to each other is what the action takes and gives. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { INPUT_NAMES } from '../../src/github/inputs.ts';
import { OUTPUT_NAMES } from '../../src/github/outputs.ts';
import { ownFile } from '../../src/system/program/runtime.ts';
import { RESULT_FILES } from '../../src/system/results/results.ts';

interface Step {
  id?: string;
  uses: string;
  if?: string;
  with: Record<string, unknown>;
}
interface Job {
  needs?: string;
  if?: string;
  outputs?: Record<string, string>;
  steps: Step[];
}

const page = readFileSync(ownFile('docs/workflows.md'), 'utf8');
const passage = page.slice(page.indexOf('\n## Confirm on a fresh runner\n'));
const text = /```yaml\n(.*?)```/s.exec(passage)?.[1] ?? '';
const { jobs } = parse(text) as { jobs: Record<string, Job> };
const [first, second] = Object.values(jobs) as [Job, Job];

const gateOf = ({ steps }: Job) => steps.find(({ uses }) => uses.includes('throughput-gate'));
const stepOf = ({ steps }: Job, name: string) => steps.find(({ uses }) => uses.includes(name));

test('Every input and output is one that the action has', () => {
  for (const job of [first, second]) {
    for (const name of Object.keys(gateOf(job)?.with ?? assert.fail())) {
      assert.ok((INPUT_NAMES as readonly string[]).includes(name), name);
    }
  }
  const used = [...text.matchAll(/steps\.gate\.outputs\.([\w-]+)/g)].map(([, name]) => name);
  assert.ok(used.length > 0);
  for (const name of used) assert.ok((OUTPUT_NAMES as readonly string[]).includes(name as string));
  assert.equal(gateOf(first)?.id, 'gate');
});

test('The second job runs when the first asks for it, on the file that the first has kept', () => {
  assert.equal(second.needs, Object.keys(jobs)[0]);
  assert.match(second.if ?? '', /needs\.throughput\.outputs\.confirmation == 'needed'/);
  assert.equal(first.outputs?.confirmation, `\${{ steps.gate.outputs.confirmation }}`);
  const [up, down] = [stepOf(first, 'upload-artifact'), stepOf(second, 'download-artifact')];
  assert.match(up?.if ?? '', /steps\.gate\.outputs\.confirmation == 'needed'/);
  assert.equal(up?.with.path, `\${{ steps.gate.outputs.measurement-file }}`);
  assert.equal(up?.with.name, down?.with.name);
  const digest = `@sha256:\${{ needs.throughput.outputs.measurement-digest }}`;
  const file = `${down?.with.path}/${RESULT_FILES.measurement}`;
  assert.equal(gateOf(second)?.with['confirmation-of'], `${file}${digest}`);
  assert.equal(
    first.outputs?.['measurement-digest'],
    `\${{ steps.gate.outputs.measurement-digest }}`,
  );
});

test('Both measure the same, and keep one comment', () => {
  const { 'on-regression': onRegression, ...one } = gateOf(first)?.with ?? {};
  const {
    'confirmation-of': confirmationOf,
    out,
    'continue-from': earlier,
    ...two
  } = gateOf(second)?.with ?? {};
  assert.equal(onRegression, 'confirm-on-fresh-runner');
  assert.ok(confirmationOf);
  // A re-run of the second job goes on where it was: what it keeps is what it continues.
  const kept = stepOf(second, 'upload-artifact');
  assert.equal(kept?.with?.path, `${out}/measurement.json`);
  assert.equal(earlier, `\${{ runner.temp }}/second/measurement.json`);
  assert.deepEqual(one, two);
  assert.ok(one['comment-key']);
  assert.deepEqual(stepOf(first, 'checkout'), stepOf(second, 'checkout'));
});
