/**
 * The command line on real servers, from flags to exit code: order, counts, and an exit code that follows the verdict;
 * and one change that is so large that no machine's noise decides.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Verdict } from '../../src/judge/verdict/verdict.ts';
import { Measurement } from '../../src/measure/observed/measurement.ts';
import { type Installed, install, knob, type Ran, readJson, SHORT, START } from './cli.ts';

let cli: Installed;
before((t) => {
  cli = install();
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

/** Two servers, two scenarios, hooks that note when they run. */
const CONFIG = `
servers:
  api:
    start: node server.js
    ready: /health
    env: { COLOUR: teal }
    before: echo "before {arm} $PORT {port} $COLOUR $PWD {dir}" >> "$TMPDIR/../notes"
    after: echo "after {arm} $PORT {port} $COLOUR $PWD {dir}" >> "$TMPDIR/../notes"
  spare:
    start: node server.js
    before: echo "never" >> "$TMPDIR/../notes"
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

/** A busy machine has servers warm up for longer, and blocks measured again. */
const LIFETIME_MS = 300_000;

test('Hooks run once per arm, around all of the server’s runs, and for no other server', async () => {
  cli.fixture('base');
  cli.fixture('head');
  writeFileSync(join(cli.dir, 'gate.yml'), CONFIG);
  // To its end, whatever the machine lets it find out.
  const { code, stdout, stderr } = await cli.start(
    [
      ...['run', '--base-dir', 'base', '--head-dir', 'head', '--config', 'gate.yml'],
      ...['--budget', '5s', '--only', 'api/json', 'other', '--out', 'results'],
    ],
    { lifetimeMs: LIFETIME_MS },
  ).ended;
  const results = join(cli.dir, 'results');
  const { verdict } = verdictIn(results);
  assert.equal(code, { regression: 1, invalid: 3 }[verdict as string] ?? 0, stderr);
  if (verdict === 'invalid') assert.match(stdout, /machine was\s+too\s+disturbed/);
  const { plan, subjects } = measurementIn(results);
  assertAsPlanned(plan, subjects);
  const notes = readFileSync(join(cli.dir, 'notes'), 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    notes.map((line) => line.split(' ').slice(0, 2).join(' ')),
    plan.arms.map((arm) => `before ${arm}`).concat(plan.arms.map((arm) => `after ${arm}`)),
  );
  for (const line of notes) {
    const [, , variable, placeholder, colour, folder, dir] = line.split(' ');
    assert.equal(variable, placeholder);
    assert.equal(colour, 'teal');
    assert.equal(folder, dir);
  }
  const arms = notes.map((line) => line.split(' ').slice(1).join(' '));
  assert.deepEqual(arms.slice(2), arms.slice(0, 2));
  assert.notEqual(arms[0], arms[1]);
});

/** Every block in its order, each with the work that was planned for head. */
function assertAsPlanned(plan: Measurement['plan'], subjects: Measurement['subjects']): void {
  assert.equal(subjects.length, 2);
  for (const [index, subject] of subjects.entries()) {
    const planned = plan.subjects[index];
    assert.equal(subject.failure, null);
    assert.equal(subject.blocks.length, 4);
    for (const [at, block] of subject.blocks.entries()) {
      assert.equal(block.sliceOrder, planned?.blocks[at]?.sliceOrder);
      const slices = block.sliceOrder.replaceAll('b', '').length;
      const { segmentRequests, segmentsPerArm } = planned?.phases.latency ?? assert.fail();
      const openLoop = segmentRequests * segmentsPerArm;
      assert.equal(
        block.arms.head?.attempted,
        slices * (planned?.sliceRequests as number) + openLoop,
      );
    }
  }
}

describe('a regression', () => {
  let ran: Ran;
  let results: string;
  before(async () => {
    cli.fixture('fast');
    cli.fixture('slow', knob('KNOB_CPU_ITERATIONS', 8000));
    results = join(cli.dir, 'throughput-gate-results');
    ran = await cli.run(
      [
        ...['run', '--base-dir', 'fast', '--head-dir', 'slow', '--start', START],
        ...['--format', 'json', '--metrics', 'throughput,cpu', '--false-alarm-rate', '5%'],
        ...['--tolerance', '10%', ...SHORT],
      ],
      { lifetimeMs: LIFETIME_MS },
    );
  });

  test('A regression exits with 1; by throughput and by CPU; memory is shown, and does not gate', () => {
    assert.equal(ran.code, 1, ran.stderr);
    const [subject] = verdictIn(results).subjects;
    const words = subject?.metrics.map(({ name, verdict, gating }) => [name, verdict, gating]);
    const found = Object.fromEntries((words ?? []).map(([name, ...rest]) => [name, rest]));
    assert.deepEqual(found.throughput, ['regression', true]);
    assert.deepEqual(found.cpu, ['regression', true]);
    assert.equal(found.memory?.[1], false);
    const change = (name: string) => subject?.metrics.find((m) => m.name === name)?.change ?? 0;
    assert.ok(change('throughput') < -0.2 && change('throughput') > -1);
    assert.ok(change('cpu') > 0.25);
  });

  test('--format json prints verdict.json, and nothing else, on standard output', () => {
    assert.equal(ran.stdout, readFileSync(join(results, 'verdict.json'), 'utf8'));
    assert.match(ran.stderr, /finished: regression/);
  });
});
