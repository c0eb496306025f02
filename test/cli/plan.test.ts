/** What `run` would do is told without doing any of it. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Outline } from '../../src/plan/outline.ts';
import { type Installed, install } from './cli.ts';

const CONFIG = `
servers:
  api:
    build: touch built
    start: touch started && node server.js
scenarios:
  plain: {}
  json: { path: /json, connections: 4 }
gate:
  tolerance: { throughput: 4% }
  metrics: [throughput, cpu]
  budget: 60s
  job-budget: 90s
`;

let cli: Installed;
before(() => {
  cli = install();
  cli.fixture('api');
  mkdirSync(join(cli.dir, 'api/.github'));
  writeFileSync(join(cli.dir, 'api/.github/throughput-gate.yml'), CONFIG);
});
after(() => {
  assert.deepEqual(cli.leftovers(), []);
  cli.remove();
});

const PLAN = ['plan', '--base-dir', 'api', '--head-dir', 'api'];

test('a plan names the subjects, what can fail the job, and how long it can take', async () => {
  const { code, stdout, stderr } = await cli.run(PLAN);
  assert.equal(code, 0, stderr);
  for (const line of [
    /^api\/plain$/m,
    /^api\/json$/m,
    /^ {2}gates: {3}throughput \(4%\), CPU per request \(5%\)$/m,
    /^ {2}budget: {2}1 min, looks after about /m,
    /^2 subjects, builds not counted: at most about 2 min, 1 min 30 s of it measuring \(`job-budget`\), mostly about /m,
    /^4 comparisons can fail the job and share a false-alarm rate of 1%\.$/m,
  ]) {
    assert.match(stdout, line);
  }
  for (const file of ['built', 'started', 'throughput-gate-results']) {
    assert.ok(!existsSync(join(cli.dir, 'api', file)), file);
    assert.ok(!existsSync(join(cli.dir, file)), file);
  }
});

test('as JSON it has the same', async () => {
  const { code, stdout } = await cli.run([...PLAN, '--format', 'json']);
  assert.equal(code, 0);
  const outline = JSON.parse(stdout) as Outline & { notes: string[] };
  assert.deepEqual(
    outline.subjects.map(({ name }) => name),
    ['api/plain', 'api/json'],
  );
  assert.equal(outline.hypotheses, 4);
  assert.equal(outline.jobBudgetMs, 90_000);
  assert.ok(outline.usualMs < outline.longestMs);
  assert.deepEqual(outline.notes, []);
});

test('what is wrong with the config is found here too', async () => {
  const { code, stderr } = await cli.run([...PLAN, '--budget', '120s']);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /`job-budget`, for all subjects together, is 90s, and `budget`, for each of them, is 120s/,
  );
});
