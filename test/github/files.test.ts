/** The files of a step (summary, outputs, event): src/github/command-files.ts, summary.ts, outputs.ts and event.ts. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CommandFiles } from '../../src/github/command-files.ts';
import type { Env } from '../../src/github/event.ts';
import { OUTPUT_NAMES, OUTPUTS_BEFORE_WORK, publishOutputs } from '../../src/github/outputs.ts';
import { writeSummary } from '../../src/github/summary.ts';
import { SUMMARY_LIMIT_BYTES } from '../../src/github/truncate.ts';

const stepFiles = (env: Env) => new CommandFiles(env);

const folder = await mkdtemp(join(tmpdir(), 'gate-github-'));
after(() => rm(folder, { recursive: true }));

test('The summary is added to what the step wrote before', async () => {
  const path = join(folder, 'summary.md');
  await writeFile(path, 'before\n');
  const outcome = writeSummary(stepFiles({ GITHUB_STEP_SUMMARY: path }), '# Verdict', 'summary.md');
  assert.deepEqual(outcome, { kind: 'written' });
  assert.equal(await readFile(path, 'utf8'), 'before\n# Verdict\n');
});

test('A summary that is too long is cut to what is left of GitHub’s limit', async () => {
  const path = join(folder, 'long.md');
  await writeFile(path, 'x'.repeat(300_000));
  writeSummary(stepFiles({ GITHUB_STEP_SUMMARY: path }), 'größer\n'.repeat(200_000), 'summary.md');
  const text = await readFile(path, 'utf8');
  const bytes = Buffer.byteLength(text);
  assert(bytes <= SUMMARY_LIMIT_BYTES);
  assert(bytes > SUMMARY_LIMIT_BYTES - 100);
  assert.match(text, /The rest is in summary\.md\.\n+$/);
});

test('No summary file is no trouble; one that cannot be written is an outcome', async () => {
  assert.deepEqual(writeSummary(stepFiles({}), 'x', 'y'), { kind: 'skipped' });
  const outcome = writeSummary(stepFiles({ GITHUB_STEP_SUMMARY: folder }), 'x', 'y');
  assert(outcome.kind === 'failed');
  assert.match(outcome.reason, /EISDIR/);
});

/** As the runner reads the file: `name<<delimiter`, lines, delimiter. The last of a name counts. */
function parseOutputs(text: string): Record<string, string> {
  const pattern = /^(.+?)<<(\S+)\r?\n([\s\S]*?)\r?\n\2$/gm;
  return Object.fromEntries([...text.matchAll(pattern)].map(([, name, , value]) => [name, value]));
}

test('Outputs: the state before work, then the real ones over it', async () => {
  const path = join(folder, 'outputs');
  await writeFile(path, '');
  const files = stepFiles({ GITHUB_OUTPUT: path });

  assert.equal(publishOutputs(files, OUTPUTS_BEFORE_WORK), null);
  const early = parseOutputs(await readFile(path, 'utf8'));
  assert.deepEqual(Object.keys(early), [...OUTPUT_NAMES]);
  assert.equal(early.verdict, 'invalid');

  const body = 'line one\nverdict=unchanged\n<<EOF';
  assert.equal(publishOutputs(files, { verdict: 'regression', 'comment-body': body }), null);
  const late = parseOutputs(await readFile(path, 'utf8'));
  assert.deepEqual(late, { ...OUTPUTS_BEFORE_WORK, verdict: 'regression', 'comment-body': body });

  const missing = stepFiles({ GITHUB_OUTPUT: join(folder, 'missing', 'file') });
  assert.match(
    publishOutputs(missing, { verdict: 'unchanged' }) ?? '',
    /could not be set.*missing/,
  );
});
