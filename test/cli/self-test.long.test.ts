/** A self-test of a user's server: interrupted, resumed, asked in another way, from flags to what is printed. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Measurement } from '../../src/measure/observed/measurement.ts';
import type { SelfTestResult } from '../../src/self-test/result.ts';
import { type Installed, install, type Ran, readJson, SHORT, START } from './cli.ts';

/** Of each dose: two runs of six. */
const BLOCKS = 12;
const DROP = 0.3;
/** Each of its two sittings has the blocks of two runs, and some again where the machine is disturbed. */
const LIFETIME_MS = 360_000;

let cli: Installed;
before(() => {
  cli = install();
  cli.fixture('server');
});
after(() => {
  assert.deepEqual(cli.leftovers(), [], 'no process is left, stopped ones neither');
  cli.remove();
});

function selfTest(...more: string[]): Promise<Ran> {
  const args = [
    ...['self-test', '--head-dir', 'server', '--start', START, '--doses', `0,${100 * DROP}%`],
    ...['--blocks', String(BLOCKS), '--jobs', '0', '--out', 'server/tested'],
    ...[...SHORT, ...more],
  ];
  return cli.run(args, { lifetimeMs: LIFETIME_MS });
}

const chunks = () => readdirSync(join(cli.dir, 'server/tested/blocks')).sort();
const chunk = (name: string) => readFileSync(join(cli.dir, 'server/tested/blocks', name), 'utf8');

describe('a self-test whose time is over', () => {
  let ran: Ran;
  let first: string;
  before(async () => {
    // Whatever is begun comes to its end; a second one is not begun.
    ran = await selfTest('--stop-after', '2s', '--seed', '7');
    first = chunk('turns-001.json');
  });

  test('A self-test whose time is over keeps what is measured, and tells what that says', () => {
    assert.equal(ran.code, 0, ran.stderr);
    assert.deepEqual(chunks(), ['turns-001.json']);
    assert.match(ran.stderr, /^\[1\/2\] 12 blocks in .*: unchanged: throughput [−+]/m);
    assert.match(
      ran.stdout,
      /^Nothing injected \(6 blocks[^)\n]*\)\n {2}throughput .*; block sd \d/m,
    );
    assert.match(ran.stdout, /^Injected: stopped 30% \(6 blocks/m);
    assert.match(ran.stdout, /^ {4}shown by 149 independent jobs/m);
  });

  describe('and goes on', () => {
    let resumed: Ran;
    let result: SelfTestResult;
    before(async () => {
      resumed = await selfTest('--format', 'json');
      result = JSON.parse(resumed.stdout);
    });

    test('A self-test that goes on measures only what is missing', () => {
      assert.equal(resumed.code, 0, resumed.stderr);
      assert.equal(chunk('turns-001.json'), first);
      assert.deepEqual(chunks(), ['turns-001.json', 'turns-002.json']);
      assert.doesNotMatch(resumed.stderr, /\[1\/2\]/);
      assert.match(resumed.stderr, /^\[2\/2\] 12 blocks in .*; −30\.0 % asked for: throughput/m);
    });

    test('A self-test that goes on finds in each dose what was put in: pauses take throughput, and no CPU time per request', () => {
      const [unchanged, paused] = result.doses;
      const change = (dose: typeof unchanged, metric: string) =>
        dose?.sizes.find((size) => size.metric === metric)?.change ?? Number.NaN;
      assert.deepEqual([unchanged?.blocks, paused?.blocks], [BLOCKS, BLOCKS]);
      assert.ok(change(paused, 'throughput') < change(unchanged, 'throughput') - DROP / 2);
      assert.ok(Math.abs(change(paused, 'cpu')) < DROP / 2);
      const { experiment, injection, subjects } = Measurement.parse(
        readJson(join(cli.dir, 'server/tested/blocks/turns-002.json')),
      );
      const pauses = injection?.turns?.map((turn) => turn.pauses) ?? [];
      assert.deepEqual(new Set(pauses), new Set([0, DROP]));
      assert.equal(injection?.pauses, 0);
      assert.equal(experiment.servers[0]?.start, START);
      assert.equal(subjects[0]?.failure, null);
    });

    test('A self-test that goes on judges its blocks by the gate itself', () => {
      const [unchanged, paused] = result.doses.map(({ disjoint }) =>
        (disjoint?.verdicts ?? []).flatMap(({ word, rate }) => (rate.count > 0 ? [word] : [])),
      );
      // Beside other work a run of four blocks may not be able to tell; it never passes.
      const told = paused?.filter((word) => word !== 'regression' && word !== 'inconclusive');
      assert.ok((paused?.length ?? 0) > 0);
      assert.deepEqual(told, []);
      assert.ok((unchanged?.length ?? 0) > 0);
    });

    test('A self-test that goes on writes the same as a page', () => {
      const page = readFileSync(join(cli.dir, 'server/tested/self-test.md'), 'utf8');
      assert.match(page, /^## Self-test of `server\/default`$/m);
      assert.match(page, /stopped 30%/);
    });
  });
});

describe('a self-test is refused before anything is measured', () => {
  test('A self-test is refused before anything is measured in the folder of another question, which stays as it is', async () => {
    const before = chunks();
    const { code, stderr } = await selfTest('--budget', '6s');
    assert.equal(code, 2);
    assert.match(stderr, /begun with budget 5s, now it is 6s/);
    assert.match(stderr, /another folder with --out/);
    assert.deepEqual(chunks(), before);
  });

  test('A self-test is refused before anything is measured for numbers that are none', async () => {
    for (const [flags, message] of [
      [['--doses', '150%'], /--doses/],
      [['--blocks', 'many'], /--blocks: "many" is no whole number/],
      [['--stop-after', 'soon'], /--stop-after: "soon" is no time/],
    ] as const) {
      const { code, stderr } = await selfTest(...flags, '--out', 'never');
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
      assert.ok(!existsSync(join(cli.dir, 'never')));
    }
  });
});
