/** The same two commits, tried again and again on scripted servers: from flags to blocks that are counted once and for all. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Verdict } from '../../src/judge/verdict/verdict.ts';
import { Measurement } from '../../src/measure/observed/measurement.ts';
import { commit, initRepo, sh } from '../support/git.ts';
import { type Installed, install, type Ran, readJson, SHORT, START } from './cli.ts';

let cli: Installed;
let repo: string;
before(() => {
  cli = install({ scripted: true });
  repo = initRepo(join(cli.dir, 'repo'));
  const source = cli.fixture('source');
  const files = readdirSync(source).map((name) => [name, readFileSync(join(source, name), 'utf8')]);
  const contents = Object.fromEntries(files) as Record<string, string>;
  commit(repo, contents, 'first');
  sh(repo, 'switch', '--quiet', '--create', 'change');
  // So restless that twelve blocks cannot decide within the usual tolerance.
  commit(repo, { 'scripted-server.json': JSON.stringify({ noise: 0.2 }) });
});
after(() => {
  assert.deepEqual(cli.leftovers(), []);
  cli.remove();
});

const UNDECIDABLE = ['--metrics', 'throughput,cpu'];
/** So wide that the noise of the scripted server is well inside. */
const DECIDABLE = ['--tolerance', '90%', '--metrics', 'throughput,cpu'];

function run(out: string, ...more: string[]): Promise<Ran> {
  const args = ['run', '--base', 'main', '--start', START, '--out', join(cli.dir, out)];
  return cli.run([...args, ...SHORT, ...more], { cwd: repo });
}

const fileIn = (out: string) => join(cli.dir, out, 'measurement.json');
const measurementIn = (out: string) => Measurement.parse(readJson(fileIn(out)));
const verdictIn = (out: string) =>
  Verdict.parse(readJson<Verdict>(join(cli.dir, out, 'verdict.json')));

describe('an attempt that could not decide', () => {
  let ran: Ran[];
  let files: Measurement[];
  before(async () => {
    // As a workflow has it: the file is asked for from the first attempt on, and stays where it is.
    const attempt = () => run('undecided', ...UNDECIDABLE, '--continue-from', fileIn('undecided'));
    const first = await attempt();
    files = [measurementIn('undecided')];
    ran = [first, await attempt()];
    files.push(measurementIn('undecided'));
  });

  test('An attempt that could not decide is known to a plan, and what has nothing to be confirmed too', async () => {
    const plan = (...more: string[]) => {
      const args = ['plan', '--base', 'main', '--start', START, ...SHORT, ...UNDECIDABLE, ...more];
      return cli.run(args, { cwd: repo });
    };
    const continued = await plan('--continue-from', fileIn('undecided'));
    assert.equal(continued.code, 0, continued.stderr);
    assert.match(continued.stdout, /what the earlier attempt has decided is not measured again/);
    const confirmed = await plan('--confirmation-of', fileIn('undecided'));
    assert.equal(confirmed.code, 0, confirmed.stderr);
    assert.match(confirmed.stdout, /there is nothing to confirm, and `run` measures nothing/);
  });

  test('An attempt that could not decide is a first one when there is no file, and says so', () => {
    assert.equal(ran[0]?.code, 0, ran[0]?.stderr);
    assert.match(ran[0]?.stderr ?? '', /no earlier attempt at .*: this is the first/);
    assert.deepEqual(files[0]?.attempts, []);
    assert.equal(files[0]?.subjects[0]?.blocks.length, 4);
  });

  test('An attempt that could not decide goes on with further blocks, after those that there were', () => {
    assert.equal(ran[1]?.code, 0, ran[1]?.stderr);
    assert.match(ran[1]?.stderr ?? '', /further blocks are added to the 4 that could not decide/);
    const [first, second] = files as [Measurement, Measurement];
    const [before, now] = [first.subjects[0], second.subjects[0]];
    assert.deepEqual(now?.blocks.slice(0, 4), before?.blocks);
    assert.equal(now?.blocks.length, 8);
    assert.deepEqual(
      now?.blocks.map(({ index }) => index),
      [...Array(8).keys()],
    );
    const [plan] = second.plan.subjects;
    assert.deepEqual(plan?.looks, [4, 8]);
    assert.deepEqual(plan?.ends, [4, 8]);
    // The same work in every block, in orders of its own.
    const [old] = first.plan.subjects;
    assert.equal(plan?.sliceRequests, old?.sliceRequests);
    assert.deepEqual(plan?.blocks.slice(0, 4), old?.blocks);
    for (const [at, { sliceOrder }] of (now?.blocks ?? []).entries()) {
      assert.equal(sliceOrder, plan?.blocks[at]?.sliceOrder);
    }
  });

  test('An attempt that could not decide is recorded, in the verdict and for the reader', () => {
    const [first, second] = files as [Measurement, Measurement];
    assert.deepEqual(second.attempts, [
      {
        startedAt: first.startedAt,
        environment: first.environment,
        subjects: [{ server: 'server', scenario: 'default', blocks: 4 }],
      },
    ]);
    assert.notEqual(second.startedAt, first.startedAt);
    const { attempts, subjects } = verdictIn('undecided');
    assert.deepEqual(attempts, [
      { startedAt: first.startedAt, cpuModel: first.environment.cpuModel, blocks: 4 },
    ]);
    assert.equal(subjects[0]?.blocks, 8);
    const summary = readFileSync(join(cli.dir, 'undecided/summary.md'), 'utf8');
    assert.match(
      summary,
      /Continues 1 earlier attempt \(4 blocks, \d{4}-\d\d-\d\d\): .* at most a ninth more often/,
    );
  });

  test('An attempt that could not decide is judged the same again from the file alone', async () => {
    const { stdout } = await cli.run(['judge', fileIn('undecided'), '--format', 'json']);
    assert.equal(stdout, readFileSync(join(cli.dir, 'undecided/verdict.json'), 'utf8'));
  });

  test('An attempt that could not decide is not continued on another commit, nor under other settings; and nothing of it is lost', async () => {
    const before = measurementIn('undecided');
    commit(repo, { 'notes.txt': 'nothing that the server reads\n' });
    const args = [...UNDECIDABLE, '--fail-on-inconclusive', '--continue-from', fileIn('undecided')];
    const other = await run('undecided', ...args);
    assert.equal(other.code, 2, other.stderr);
    assert.match(other.stderr, /measurement\.json: head was [0-9a-f]{10}, is [0-9a-f]{10}/);
    assert.match(other.stderr, /measurement\.json: `fail-on-inconclusive` has changed/);
    assert.deepEqual(measurementIn('undecided'), before);
    assert.equal(existsSync(join(cli.dir, 'undecided/verdict.json')), false);
  });

  test('An attempt that could not decide cannot be continued from something else, nor by folders', async () => {
    const file = join(cli.dir, 'other.json');
    writeFileSync(file, '{}');
    const other = await run('other', '--continue-from', file);
    assert.equal(other.code, 2);
    assert.match(other.stderr, /other\.json: is no measurement\.json/);
    const folders = await run('other', '--continue-from', file, '--head-dir', repo);
    assert.equal(folders.code, 2);
    assert.match(folders.stderr, /--head-dir, --continue-from: folders cannot be told apart/);
  });
});

test('An attempt that decided stays as it was, and nothing is measured again', async () => {
  const first = await run('decided', ...DECIDABLE);
  assert.equal(first.code, 0, first.stderr);
  const before = measurementIn('decided');
  const again = await run('again', ...DECIDABLE, '--continue-from', fileIn('decided'));
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stderr, /was decided, and stays so, on 4 blocks of the earlier attempt/);
  assert.doesNotMatch(again.stderr, /pilot run/);
  const now = measurementIn('again');
  assert.deepEqual(now.subjects, before.subjects);
  assert.equal(now.attempts.length, 1);
  assert.deepEqual(verdictIn('again').subjects, verdictIn('decided').subjects);
});

test('Results in the work tree are no change of it: an attempt is continued as the documents have it', async () => {
  const args = ['run', '--base', 'main', '--start', START, ...SHORT, ...UNDECIDABLE];
  const inside = (...more: string[]) => cli.run([...args, ...more], { cwd: repo });
  const first = await inside('--out', 'first');
  assert.equal(first.code, 0, first.stderr);
  const second = await inside('--continue-from', 'first/measurement.json', '--out', 'second');
  assert.equal(second.code, 0, second.stderr);
  assert.match(second.stderr, /further blocks are added to the 4 that could not decide/);
  const sources = readJson<Measurement>(join(repo, 'second/measurement.json')).sources;
  assert.equal(sources.head?.commit, sh(repo, 'rev-parse', 'HEAD'));
  assert.equal(sh(repo, 'status', '--porcelain'), '');
  // In a folder that holds something else, nothing is hidden, and nothing of it is lost.
  mkdirSync(join(repo, 'site'));
  writeFileSync(join(repo, 'site/summary.md'), '# Ours\n');
  const refused = await inside('--out', 'site');
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /site: summary\.md in it was not written by an earlier run/);
  assert.deepEqual(
    readdirSync(join(repo, 'site')).filter((name) => !name.startsWith('.')),
    ['summary.md'],
  );
  rmSync(join(repo, 'site'), { recursive: true });
});
