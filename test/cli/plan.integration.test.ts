/** What `run` would do is told without doing any of it. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Outline } from '../../src/plan/dry-run.ts';
import { commit, initRepo, sh } from '../support/git.ts';
import { type Installed, install } from './cli.ts';

/** Marks of what was done; in a folder of no tree, as builds and servers run in copies. */
const config = (marks: string) => `
servers:
  api:
    build: touch '${marks}/built'
    start: touch '${marks}/started' && node server.js
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
  cli.fixture('old');
  mkdirSync(join(cli.dir, 'api/.github'));
  mkdirSync(join(cli.dir, 'marks'));
  writeFileSync(join(cli.dir, 'api/.github/throughput-gate.yml'), config(join(cli.dir, 'marks')));
});
after(() => {
  assert.deepEqual(cli.leftovers(), []);
  cli.remove();
});

const PLAN = ['plan', '--base-dir', 'old', '--head-dir', 'api'];

test('A plan names the subjects, what can fail the job, and how long it can take', async () => {
  const { code, stdout, stderr } = await cli.run(PLAN);
  assert.equal(code, 0, stderr);
  for (const line of [
    /^api\/plain$/m,
    /^api\/json$/m,
    /^ {2}gates: {3}throughput \(4%\), CPU per request \(5%\)$/m,
    /^ {2}needs: {3}a tolerance of 4% needs about 4 blocks \(\d+ s\) if they differ by 0\.5%/m,
    /^ {2}budget: {2}1 min, about 13 blocks, judged after every block from the 4th on$/m,
    /^2 subjects, builds not counted: at most about 2 min, 1 min 30 s of it measuring \(`job-budget`\), mostly about /m,
    /^4 comparisons can fail the job and share a false-alarm rate of 1%\.$/m,
  ]) {
    assert.match(stdout, line);
  }
  assert.deepEqual(readdirSync(join(cli.dir, 'marks')), []);
  for (const folder of ['api', '.']) {
    assert.ok(!existsSync(join(cli.dir, folder, 'throughput-gate-results')), folder);
  }
});

test('As JSON it has the same', async () => {
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

test('What is wrong with the config is found here too', async () => {
  const { code, stderr } = await cli.run([...PLAN, '--budget', '120s']);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /`--job-budget`, for all subjects together, is 90s, and `--budget`, for each of them, is 120s/,
  );
});

/** A repository of its own with this many commits, the config file in each. */
function repository(name: string, commits: number): string {
  const dir = join(cli.dir, name);
  mkdirSync(join(dir, '.github'), { recursive: true });
  initRepo(dir);
  writeFileSync(
    join(dir, '.github/throughput-gate.yml'),
    'servers: { api: { start: node s.js } }\n',
  );
  for (let i = 0; i < commits; i++) commit(dir, { 's.js': `// ${i}\n` }, `step ${i}`);
  return dir;
}

test('The base is found as `run` finds it, and named by its commit', async () => {
  const cwd = repository('two', 2);
  const { code, stdout } = await cli.run(['plan', '--base', 'HEAD~1'], { cwd });
  assert.equal(code, 0);
  const before = sh(cwd, 'rev-parse', '--short=10', 'HEAD~1').trim();
  assert.match(stdout, new RegExp(`^base: ${before}, --base HEAD~1$`, 'm'));
  const { stdout: json } = await cli.run(['plan', '--base', 'HEAD~1', '--format', 'json'], { cwd });
  assert.ok(JSON.parse(json).sources.base.commit.startsWith(before));
});

test('`plan` says no where `run` does, with the same words', async () => {
  const two = repository('three', 2);
  const absolute = join(cli.dir, 'absolute.yml');
  writeFileSync(absolute, `servers: { api: { start: "node ${two}/s.js" } }\n`);
  for (const [cwd, args, message] of [
    [two, ['--base', 'mian'], /There is no branch, tag or commit "mian"/],
    [two, ['--base', 'HEAD'], /Base and head are the same commit/],
    [repository('none', 0), [], /no commit yet/],
    [cli.dir, ['--base-dir', 'api', '--head-dir', 'api'], /Both are the same folder/],
    [cli.dir, ['--base-dir', 'gone', '--head-dir', 'api'], /gone/],
    [
      two,
      ['--base', 'HEAD~1', '--config', absolute],
      /^servers\.api\.start: it names .* which is your working copy/m,
    ],
  ] as const) {
    const config = args.some((arg) => arg === absolute)
      ? []
      : ['--config', join(two, '.github/throughput-gate.yml')];
    const planned = await cli.run(['plan', ...args, ...config], { cwd });
    const ran = await cli.run(['run', ...args, ...config, '--out', join(cli.dir, 'out')], { cwd });
    assert.deepEqual([planned.code, ran.code], [2, 2], ran.stderr);
    assert.match(planned.stderr, message);
    const last = (text: string) => text.trimEnd().split('\n').slice(-2);
    assert.deepEqual(last(planned.stderr), last(ran.stderr));
  }
});

test('A command of a flag that names the working copy is told as that flag', async () => {
  const cwd = join(cli.dir, 'by-flags');
  initRepo(cwd);
  for (const i of [1, 2]) commit(cwd, { 's.js': `// ${i}\n` }, `step ${i}`);
  const start = ['--base', 'HEAD~1', '--start', `node ${cwd}/s.js`];
  const { code, stderr } = await cli.run(['plan', ...start], { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /^--start: it names .* which is your working copy/m);
});

test('A plan takes every flag of a run: those that mean something are checked, and the others alter nothing', async () => {
  const cwd = repository('flags', 2);
  const alone = await cli.run(['plan', '--base', 'HEAD~1'], { cwd });
  const idle = ['--out', join(cli.dir, 'never'), '--details', '--seed', '7'];
  const first = ['--continue-from', join(cli.dir, 'never/measurement.json')];
  const planned = await cli.run(['plan', '--base', 'HEAD~1', ...idle, ...first], { cwd });
  assert.equal(planned.code, 0, planned.stderr);
  assert.equal(planned.stdout, alone.stdout);
  assert.ok(!existsSync(join(cli.dir, 'never')));
  const wrong = ['--seed', 'x', '--config-from', 'main'];
  const { code, stderr } = await cli.run(['plan', '--base', 'HEAD~1', ...wrong], { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /--config-from: "main"/);
  assert.match(stderr, /--seed: "x"/);
  const gone = ['--confirmation-of', 'gone.json'];
  const told = await cli.run(['plan', '--base', 'HEAD~1', ...gone], { cwd });
  assert.equal(told.code, 2);
  assert.match(told.stderr, /gone\.json/);
});

test('A change without any is said to be one', async () => {
  const cwd = repository('same', 1);
  sh(cwd, 'commit', '--allow-empty', '-qm', 'nothing');
  const { code, stdout } = await cli.run(['plan', '--base', 'HEAD~1'], { cwd });
  assert.equal(code, 0);
  assert.match(stdout, /^! base and head are the same code, file by file/m);
});
