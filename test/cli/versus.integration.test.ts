/** `versus` from its words to its files, on scripted servers: configs, checkouts, builds, plan, judge and reports are real. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Verdict } from '../../src/judge/verdict/verdict.ts';
import { Measurement } from '../../src/measure/observed/measurement.ts';
import { bytesOf, changedBytes, initRepo, sh, writeFiles } from '../support/git.ts';
import { type Installed, install, readJson } from './cli.ts';

const GATE = { budget: '5s', metrics: ['throughput'] };

function config(servers: object, more: object = {}): string {
  return JSON.stringify({ servers, gate: GATE, ...more });
}

let cli: Installed;
before(() => {
  cli = install({ scripted: true });
  const start = 'node server.js';
  const build = 'echo "made {arm}" > built.txt';
  writeFiles(cli.dir, {
    'here/.github/throughput-gate.yml': config({
      fast: { start, workdir: 'fast', build },
      slow: { start, workdir: 'slow dir', build },
      other: { start, workdir: 'fast', env: { MODE: 'a' } },
    }),
    'here/fast/server.js': '',
    'here/slow dir/server.js': '',
    'here/slow dir/scripted-server.json': JSON.stringify({ rate: 28_000 }),
    'far/.github/throughput-gate.yml': config({ api: { start } }),
    'far/server.js': '',
    'bare/server.js': '',
  });
  const repo = initRepo(join(cli.dir, 'here'));
  sh(repo, 'add', '.');
  sh(repo, 'commit', '--quiet', '--message', 'servers');
});
after(() => {
  assert.deepEqual(cli.leftovers(), []);
  cli.remove();
});

const run = (...args: string[]) => cli.run(['versus', ...args], { cwd: join(cli.dir, 'here') });

describe('throughput-gate versus', () => {
  test('Two servers of one config are compared by their names, and nothing is written beside the results', async () => {
    const here = join(cli.dir, 'here');
    const before = bytesOf(here);
    const { code, stdout, stderr } = await run('fast', 'slow', '--out', 'results', '--seed', '7');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /slow/);
    assert.match(stderr, /building fast\n/);
    assert.match(stderr, /building slow\n/);
    assert.match(stderr, /fast about [\d,]+ req\/s, slow about [\d,]+ req\/s/);
    const out = join(here, 'results');
    const verdict = Verdict.parse(readJson(join(out, 'verdict.json')));
    const measurement = Measurement.parse(readJson(join(out, 'measurement.json')));
    const throughput = verdict.subjects[0]?.metrics.find(({ name }) => name === 'throughput');
    assert.ok(Math.abs((throughput?.change ?? 0) + 0.3) < 0.02, `${throughput?.change}`);
    assert.equal(measurement.experiment.servers[0]?.name, 'fast-vs-slow');
    assert.deepEqual(measurement.flags, ['versus', 'fast', 'slow']);
    for (const file of ['plan.json', 'comment.md', 'summary.md']) {
      assert.ok(existsSync(join(out, file)), file);
    }
    rmSync(out, { recursive: true });
    assert.deepEqual(changedBytes(here, before), []);
  });

  test('A folder with a config of its own takes part, and so does one without', async () => {
    const { code, stderr } = await run('fast', '../far', '--out', '../out-far');
    assert.equal(code, 0, stderr);
    const measurement = readJson<Measurement>(join(cli.dir, 'out-far/measurement.json'));
    assert.equal(measurement.experiment.servers[0]?.name, 'fast-vs-api');
    const bare = await cli.run([
      'versus',
      './bare',
      'again=./bare',
      '--start',
      'node server.js',
      '--budget',
      '5s',
      '--out',
      'out-bare',
    ]);
    assert.equal(bare.code, 0, bare.stderr);
    const second = readJson<Measurement>(join(cli.dir, 'out-bare/measurement.json'));
    assert.equal(second.experiment.servers[0]?.name, 'bare-vs-again');
  });

  test('With --dry-run the pairs, the loads and the claims are printed, and nothing is made', async () => {
    const claim = 'slow.throughput >= fast.throughput';
    const { code, stdout } = await run('fast', 'slow', 'other', '--dry-run', '--claim', claim);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^contenders: fast, slow, other\n/);
    for (const pair of ['fast-vs-slow', 'fast-vs-other', 'slow-vs-other']) {
      assert.match(stdout, new RegExp(`^${pair}/default$`, 'm'));
    }
    assert.match(stdout, /^1 claim:\n {2}slow\.throughput >= fast\.throughput$/m);
    assert.doesNotMatch(stdout, /\b(base|head|regression)\b/);
    assert.ok(!existsSync(join(cli.dir, 'here/throughput-gate-results')));
    const gating = await run('fast', 'slow', '--dry-run', '--claim', `gate:${claim}`);
    assert.match(gating.stdout, /^ {2}gate: slow\.throughput >= fast\.throughput$/m);
    const json = await run('fast', 'slow', '--dry-run', '--format', 'json');
    assert.deepEqual(JSON.parse(json.stdout).contenders, ['fast', 'slow']);
  });

  test('What is wrong is told before anything is built, with exit code 2', async () => {
    for (const [args, message] of [
      [['fast'], /`fast`: it has nothing to compare with/],
      [['fast', 'slov'], /has no server `slov`\n {2}did you mean `slow`\?/],
      [['fast', 'fast'], /the same as `fast`/],
      [['fast', '../nowhere'], /there is no folder .*nowhere/],
      [['fast', 'slow', '--base', 'main'], /unknown option '--base'/],
      [['fast', 'slow', '--continue-from', 'x'], /unknown option '--continue-from'/],
      [['fast', 'slow', '--only', 'x/y'], /`x\/y` names no subject/],
      [['fast', 'slow', '--claim', 'slov.throughput >= fast.throughput'], /slov/],
      [[], /missing required argument 'contenders'/],
    ] as const) {
      const { code, stderr } = await run(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /building/);
    }
  });

  test('The help says how a contender is written, with examples', async () => {
    const { code, stdout } = await run('--help');
    assert.equal(code, 0);
    assert.match(stdout, /\[NAME=\]\[FOLDER:\]SERVER\[,KEY=VALUE…\]/);
    assert.match(stdout, /throughput-gate versus go,GOGC=100 go,GOGC=400/);
    assert.match(stdout, /A comma|a comma/);
  });

  test('A value of a setting is in no file of the results', async () => {
    const { code, stderr } = await run('a=fast,TOKEN=hunter2', 'b=slow', '--out', '../out-secret');
    assert.equal(code, 0, stderr);
    const out = join(cli.dir, 'out-secret');
    for (const [file, text] of Object.entries(bytesOf(out)))
      assert.doesNotMatch(text, /hunter2/, file);
    assert.match(readFileSync(join(out, 'measurement.json'), 'utf8'), /a=fast,TOKEN=…/);
  });
});
