/**
 * The command line from flags to exit code, on scripted servers: checkout, builds, plan, judge and reports are real.
 * What is really measured: `run.long.test.ts`.
 */

import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { Plan } from '../../src/plan/plan.ts';
import { TOOL } from '../../src/system/program/runtime.ts';
import { Measurement, Verdict } from '../support/draft.ts';
import { commit, fingerprint, initRepo, sh } from '../support/git.ts';
import { type Installed, install, type Ran, readJson, SHORT, START } from './cli.ts';

const BLOCKS = 4;
let cli: Installed;
before((t) => {
  cli = install({ scripted: true });
  if ('diagnostic' in t) t.diagnostic(`the command line runs on ${cli.node}`);
});
after(() => {
  assert.deepEqual(cli.leftovers(), []);
  cli.remove();
});

function verdictIn(dir: string): Verdict {
  return Verdict.parse(readJson(join(dir, 'verdict.json')));
}

function measurementIn(dir: string): Measurement {
  return Measurement.parse(readJson(join(dir, 'measurement.json')));
}

/** Three servers and two scenarios. */
const CONFIG = `
servers:
  api:
    start: node server.js
    ready: /health
    env: { COLOUR: teal }
  spare: { start: node server.js }
  other:
    workdir: .
    build: echo "building {arm}" && echo 'built' > built.txt
    start: test -e built.txt && HOST=127.0.0.1 exec node server.js
scenarios:
  plain: {}
  json: { path: /json, connections: 4, servers: [api, spare] }
gate:
  tolerance: { throughput: 80%, cpu: 80%, p99: 900%, memory: 80% }
`;

describe('two subjects of several, on plain folders', () => {
  let out: string;
  let ran: Ran;
  before(async () => {
    cli.fixture('base');
    cli.fixture('head');
    writeFileSync(join(cli.dir, 'gate.yml'), CONFIG);
    out = join(cli.dir, 'results');
    ran = await cli.run([
      'run',
      ...['--base-dir', 'base', '--head-dir', 'head', '--config', 'gate.yml', '--budget', '5s'],
      ...['--only', 'api/json', 'other', '--out', 'results', '--seed', '7'],
    ]);
  });

  test('A run of two subjects exits with 0 and says on the first line that nothing needs to be done', () => {
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(ran.stdout.trimStart(), /^No action needed: /);
    // One file to open, and all others beside it by name.
    const files = ran.stdout.replaceAll(/\s+/g, ' ');
    assert.match(files, /Open results\/summary\.md: the whole report\. Beside it: /);
    for (const file of ['plan.json', 'measurement.json', 'verdict.json', 'comment.md']) {
      assert.match(files, new RegExp(`Beside it: [^:]*\\b${file.replace('.', '\\.')}`));
    }
  });

  test('A run of two subjects is quiet and plain where there is no terminal', () => {
    for (const text of [ran.stdout, ran.stderr]) assert.equal(stripVTControlCharacters(text), text);
    const told = ran.stderr.trimEnd().split('\n');
    assert.ok(told.length < 40, ran.stderr);
    for (const line of told) assert.match(line, /^\[\d+:\d\d\] \S/);
    for (const part of [
      '2 subjects, at most 5 s of measuring each',
      'building other (head)',
      'api/json: pilot run',
      'api/json: unchanged after 4 blocks',
      'other/plain: unchanged after 4 blocks',
      'finished: unchanged',
    ]) {
      assert.ok(ran.stderr.includes(part), `${part} is not in\n${ran.stderr}`);
    }
    // There is nothing to build there.
    assert.doesNotMatch(ran.stderr, /(building|built) api/);
  });

  test('A run of two subjects verdict.json keeps the contract', () => {
    const verdict = readJson<Verdict>(join(out, 'verdict.json'));
    assert.equal(verdict.schemaVersion, 5);
    assert.deepEqual(verdict.tool, TOOL);
    assert.equal(verdict.verdict, 'unchanged');
    assert.equal(verdict.seed, 7);
    assert.equal(verdict.design, 'pairs');
    assert.equal(verdict.budgetMs, 5000);
    const ids = verdict.subjects.map(({ server, scenario }) => [server, scenario]);
    assert.deepEqual(ids, [
      ['api', 'json'],
      ['other', 'plain'],
    ]);
    for (const subject of verdict.subjects) {
      assert.equal(subject.verdict, 'unchanged');
      assert.equal(subject.blocks, BLOCKS);
      const gating = subject.metrics.filter((metric) => metric.gating);
      const units = gating.map(({ name, unit }) => [name, unit]);
      assert.deepEqual(Object.fromEntries(units), {
        throughput: 'req/s',
        cpu: 's',
        p99: 's',
        memory: 'B',
        errors: 'share',
      });
      for (const metric of gating) {
        assert.equal(metric.verdict, 'unchanged');
        if (metric.comparison === 'limit') continue;
        assert.equal(metric.tolerance, metric.name === 'p99' ? 9 : 0.8);
        for (const number of [metric.base, metric.head, metric.change, metric.mde]) {
          assert.equal(typeof number, 'number');
        }
        const [low, high] = metric.interval as [number, number];
        assert.ok(low <= (metric.change as number) && (metric.change as number) <= high);
        assert.ok((metric.mde as number) > 0);
      }
    }
    Verdict.parse(verdict);
  });

  test('A run of two subjects plan.json and measurement.json hold what was planned and done', () => {
    const plan = Plan.parse(readJson(join(out, 'plan.json')));
    const measurement = measurementIn(out);
    assert.deepEqual(measurement.plan, plan);
    assert.equal(plan.seed, 7);
    assert.deepEqual(plan.arms, ['base', 'head']);
    assert.equal(measurement.sources.base?.commit, null);
    for (const [index, subject] of measurement.subjects.entries()) {
      const planned = plan.subjects[index];
      assert.equal(subject.failure, null);
      assert.equal(subject.blocks.length, BLOCKS);
      for (const [at, block] of subject.blocks.entries()) {
        assert.equal(block.sliceOrder, planned?.blocks[at]?.sliceOrder);
      }
    }
  });

  test('`judge` gives the same file byte for byte, and the same exit code', async () => {
    const again = join(cli.dir, 'again.json');
    const judged = await cli.run(['judge', join(out, 'measurement.json'), '--out', again]);
    assert.equal(judged.code, 0);
    assert.match(judged.stdout, /No action needed/);
    const written = readFileSync(join(out, 'verdict.json'), 'utf8');
    assert.equal(readFileSync(again, 'utf8'), written);
    const json = await cli.run(['judge', join(out, 'measurement.json'), '--format', 'json']);
    assert.equal(json.stdout, written);
  });

  test('`judge` exits as the gate that was measured says', async () => {
    const measurement = measurementIn(out);
    const file = join(cli.dir, 'edited.json');
    const { gate } = measurement.experiment;
    // With blocks too few for any statement, nothing can be told.
    for (const subject of measurement.subjects) subject.blocks.splice(2);
    for (const [failOnInconclusive, code] of [
      [false, 0],
      [true, 4],
    ] as const) {
      gate.failOnInconclusive = failOnInconclusive;
      writeFileSync(file, JSON.stringify(measurement));
      const judged = await cli.run(['judge', file, '--format', 'json']);
      assert.equal((JSON.parse(judged.stdout) as Verdict).verdict, 'inconclusive');
      assert.equal(judged.code, code);
    }
  });

  test('`report` renders the comment and the summary that the run wrote', async () => {
    const file = join(out, 'verdict.json');
    for (const [form, name] of [
      ['comment', 'comment.md'],
      ['summary', 'summary.md'],
    ] as const) {
      const { code, stdout } = await cli.run(['report', file, '--as', form]);
      assert.equal(code, 0);
      assert.equal(stdout, readFileSync(join(out, name), 'utf8'));
    }
    const text = await cli.run(['report', file, '--as', 'text', '--out', join(cli.dir, 'r.txt')]);
    assert.equal(text.stdout, '');
    assert.match(readFileSync(join(cli.dir, 'r.txt'), 'utf8'), /^No action needed/);
  });

  test('Head against earlier runs, of which there are none: measured beside the calibrator, and not told to be fast', async () => {
    const against = join(cli.dir, 'against');
    const { code, stderr, stdout } = await cli.run([
      ...['run', '--baseline', 'stored', '--history', 'directory:kept', '--head-dir', 'head'],
      ...['--config', 'gate.yml', '--budget', '5s', '--only', 'api/json', '--out', against],
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /10\s+of\s+10\s+runs|none\s+of\s+10|are\s+missing/);
    const verdict = verdictIn(against);
    assert.equal(verdict.design, 'past');
    assert.equal(verdict.subjects[0]?.verdict, 'inconclusive');
    const measured = measurementIn(against);
    assert.deepEqual(Object.keys(measured.sources), ['head']);
    for (const block of measured.subjects[0]?.blocks ?? []) {
      assert.match(block.sliceOrder, /^h+$/);
    }
    const again = await cli.run(['judge', join(against, 'measurement.json'), '--format', 'json']);
    assert.equal(again.stdout, readFileSync(join(against, 'verdict.json'), 'utf8'));
  });
});

describe('in a repository', () => {
  test('Uncommitted changes against a branch: what could not be told is exit code 4 if asked', async () => {
    const repo = initRepo(join(cli.dir, 'repo'));
    const source = cli.fixture('source');
    const contents = readdirSync(source).map((name) => [
      name,
      readFileSync(join(source, name), 'utf8'),
    ]);
    commit(repo, Object.fromEntries(contents), 'first');
    const base = sh(repo, 'rev-parse', 'HEAD');
    sh(repo, 'switch', '--quiet', '--create', 'feature');
    commit(repo, { 'notes.txt': 'committed\n' });
    writeFileSync(join(repo, 'scripted-server.json'), JSON.stringify({ noise: 0.2 }));
    appendFileSync(join(repo, 'untracked.txt'), 'new\n');
    const untouched = fingerprint(repo);

    const { code, stdout, stderr } = await cli.run(
      [...['run', '--base', 'main', '--start', START], ...['--fail-on-inconclusive', ...SHORT]],
      { cwd: repo },
    );
    assert.equal(code, 4, `${stdout}\n${stderr}`);
    const verdict = verdictIn(join(repo, 'throughput-gate-results'));
    assert.equal(verdict.verdict, 'inconclusive');
    assert.equal(verdict.sources.base?.commit, base);
    assert.match(verdict.sources.head.description, /feature with uncommitted changes/);
    // The results are there, but git does not take them for a change.
    const status = `${untouched.status}\n!! throughput-gate-results/`;
    assert.deepEqual(fingerprint(repo), { ...untouched, status });
    assert.deepEqual(cli.leftovers(), []);
  });

  test('Without anything to compare with, it says what to give', async () => {
    const repo = initRepo(join(cli.dir, 'lonely'), 'trunk');
    commit(repo, { 'server.js': '' });
    const run = await cli.run(['run', '--start', START, '--base', 'main', ...SHORT], { cwd: repo });
    assert.equal(run.code, 2);
    assert.match(run.stderr, /main/);
    assert.equal(existsSync(join(repo, '.git/worktrees')), false);
  });
});
