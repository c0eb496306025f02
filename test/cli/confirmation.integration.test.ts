/** A scripted slowdown on a first runner, and what a second one says of it, from flags to exit code. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Measurement, Verdict } from '../support/draft.ts';
import { commit, initRepo, sh } from '../support/git.ts';
import { type Installed, install, type Ran, readJson, SHORT, START } from './cli.ts';

let cli: Installed;
let repo: string;
let first: Ran;
before(async () => {
  cli = install({ scripted: true });
  repo = initRepo(join(cli.dir, 'repo'));
  const source = cli.fixture('source');
  const files = readdirSync(source).map((name) => [name, readFileSync(join(source, name), 'utf8')]);
  const contents = Object.fromEntries(files) as Record<string, string>;
  commit(repo, contents, 'first');
  sh(repo, 'switch', '--quiet', '--create', 'same');
  commit(repo, { 'notes.txt': 'nothing that the server reads\n' });
  sh(repo, 'switch', '--quiet', '--create', 'slow', 'main');
  commit(repo, { 'scripted-server.json': JSON.stringify({ rate: 25_000, cpuUs: 32 }) });
  first = await run('first', '--on-regression', 'confirm-on-fresh-runner');
});
after(() => {
  assert.deepEqual(cli.leftovers(), []);
  cli.remove();
});

/** Results go beside the repository, not into it. */
function run(out: string, ...more: string[]): Promise<Ran> {
  return cli.run(
    [
      ...['run', '--base', 'main', '--start', START, '--out', join(cli.dir, out)],
      ...['--metrics', 'throughput,cpu', '--false-alarm-rate', '5%', '--tolerance', '10%'],
      ...[...SHORT, ...more],
    ],
    { cwd: repo },
  );
}

function verdictIn(out: string): Verdict {
  return Verdict.parse(readJson(join(cli.dir, out, 'verdict.json')));
}

/** The first measurement, changed, in a file of its own. */
function edited(name: string, edit: (measurement: Measurement) => void): string {
  const measurement = readJson<Measurement>(join(cli.dir, 'first/measurement.json'));
  edit(measurement);
  const file = join(cli.dir, name);
  writeFileSync(file, JSON.stringify(Measurement.parse(measurement)));
  return file;
}

const FIRST = () => join(cli.dir, 'first/measurement.json');

test('A first measurement exits with 0 and says that nothing is blocked yet', async () => {
  assert.equal(first.code, 0, first.stderr);
  const verdict = verdictIn('first');
  assert.deepEqual([verdict.verdict, verdict.awaitsConfirmation], ['regression', true]);
  assert.match(first.stdout.trimStart(), /^Regression measured, not confirmed yet: /);
  const comment = readFileSync(join(cli.dir, 'first/comment.md'), 'utf8');
  assert.match(comment, /nothing is blocked yet/);
  // So does the measurement by itself, on any machine.
  assert.equal((await cli.run(['judge', FIRST()])).code, 0);
});

test('The change of a slower head is in each metric’s own direction', () => {
  const [subject] = verdictIn('first').subjects;
  const changes = (['throughput', 'cpu'] as const).map((name) => {
    const metric = subject?.metrics.find((one) => one.name === name);
    assert.ok(metric?.change && metric.base && metric.head, name);
    // The estimate is not the ratio of the typical values, but it is about the same thing.
    assert.equal(Math.sign(metric.change), Math.sign(metric.head / metric.base - 1), name);
    return Math.sign(metric.change);
  });
  assert.deepEqual(changes, [-1, 1], 'fewer requests a second, more CPU time for each');
});

describe('a second one', () => {
  test('A second measurement that sees it too blocks, with the figures of both', async () => {
    const { code, stderr } = await run(
      'second',
      '--on-regression',
      'confirm-on-fresh-runner',
      '--confirmation-of',
      FIRST(),
    );
    assert.equal(code, 1, stderr);
    const verdict = verdictIn('second');
    assert.deepEqual([verdict.verdict, verdict.awaitsConfirmation], ['regression', false]);
    const [one, two] = [verdictIn('first'), verdict].map(({ subjects }) => subjects[0]);
    const claimed = one?.metrics.filter((m) => m.gating && m.verdict === 'regression') ?? [];
    assert.deepEqual(
      two?.confirmations.map(({ metric, first: { change } }) => [metric, change]),
      claimed.map(({ name, change }) => [name, change]),
    );
    assert.ok(two?.confirmations.some(({ confirmed }) => confirmed));
    // This test's two runners are one, which must not go unsaid.
    assert.match(stderr, /this very machine/);
    const again = await cli.run(['judge', join(cli.dir, 'second/measurement.json')]);
    assert.equal(again.code, 1);
    assert.match(again.stdout, /confirmation/);
  });

  test('A second measurement that sees nothing does not block, and is no pass', async () => {
    sh(repo, 'switch', '--quiet', 'same');
    const head = sh(repo, 'rev-parse', 'HEAD');
    const file = edited('spoilt.json', ({ sources }) => {
      sources.head = { commit: head, description: 'as if it had been measured' };
    });
    const { code, stdout, stderr } = await run('third', '--confirmation-of', file);
    assert.equal(code, 0, stderr);
    const { verdict, subjects } = verdictIn('third');
    assert.equal(verdict, 'inconclusive');
    assert.ok(subjects[0]?.confirmations.every(({ confirmed }) => !confirmed));
    assert.match(stdout.trimStart(), /^Not confirmed: /);
  });

  test('A second measurement of other commits is refused before anything is built, with all that differs', async () => {
    sh(repo, 'switch', '--quiet', 'same');
    const out = await run(
      'fourth',
      '--confirmation-of',
      FIRST(),
      '--path',
      '/json',
      '--build',
      'exit 1',
    );
    assert.equal(out.code, 2);
    assert.match(out.stderr, /head was [0-9a-f]{10}, is [0-9a-f]{10}/);
    assert.match(out.stderr, /the server `server` has changed/);
    assert.match(out.stderr, /the scenario `default` has changed/);
    assert.doesNotMatch(out.stderr, /building/);
  });

  test('A second measurement that would overwrite the first is refused, and the first is still there', async () => {
    const out = await run('first', '--confirmation-of', FIRST());
    assert.equal(out.code, 2);
    assert.match(out.stderr, /where this run would replace it/);
    assert.ok(existsSync(FIRST()));
  });

  const undecided = () =>
    edited('undecided.json', ({ subjects }) => {
      for (const subject of subjects) subject.blocks.splice(2);
    });

  test('A second measurement with nothing to confirm measures nothing, and fails nothing', async () => {
    sh(repo, 'switch', '--quiet', 'slow');
    const { code, stderr, stdout } = await run(
      'fifth',
      '--confirmation-of',
      undecided(),
      '--format',
      'json',
    );
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Nothing to confirm: the verdict .* is inconclusive/);
    assert.equal((JSON.parse(stdout) as Verdict).verdict, 'inconclusive');
    assert.equal(existsSync(join(cli.dir, 'fifth')), false);
  });

  test('A second measurement is refused a first one of other commits also where nothing is to be confirmed', async () => {
    sh(repo, 'switch', '--quiet', 'same');
    const { code, stderr } = await run('sixth', '--confirmation-of', undecided());
    assert.equal(code, 2);
    assert.match(stderr, /undecided\.json: head was [0-9a-f]{10}, is [0-9a-f]{10}/);
  });
});
