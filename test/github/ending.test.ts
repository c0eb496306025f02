/** Which exit code a step has that ends without a verdict, and where its reason is told. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CommandFiles } from '../../src/github/command-files.ts';
import { report, trusted } from '../../src/github/ending.ts';
import { judge } from '../../src/judge/judge.ts';
import { exitCode } from '../../src/judge/verdict/exit-code.ts';
import { Measurement } from '../../src/measure/observed/measurement.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import { keepSecret } from '../../src/system/messages/secrets.ts';
import { RESULT_FILES, type ResultFile } from '../../src/system/results/results.ts';
import { repeat } from '../support/block.ts';
import { holdOutput } from '../support/held-output.ts';
import { measurementOf } from '../support/measurement.ts';

/** What a step that ends with `problem` leaves behind. */
function ended(t: TestContext, problem: unknown) {
  const dir = mkdtempSync(join(tmpdir(), 'tg-test-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'summary');
  writeFileSync(file, '');
  const files = new CommandFiles({ GITHUB_STEP_SUMMARY: file });
  const printed = holdOutput(t);
  const code = report(problem, { files });
  return { code, printed: printed(), summary: readFileSync(file, 'utf8') };
}

test('A full disk is nothing to report to us: it has exit code 2, and a cure in the summary', (t) => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    path: join(tmpdir(), 'throughput-gate-1', 'head', 'a.js'),
  });
  const { code, printed, summary } = ended(t, full);
  assert.equal(code, 2);
  assert.match(printed, /^::error title=Throughput Gate cannot run/);
  assert.doesNotMatch(printed, /report it/);
  assert.match(summary, /no room left on the disk \(ENOSPC\)/);
});

test('A mistake of the user’s stands beside its line, and in the summary', (t) => {
  const { code, printed, summary } = ended(
    t,
    new UserError({ where: 'gate.yml:3:1', message: 'no such key' }),
  );
  assert.equal(code, 2);
  assert.match(printed, /file=gate\.yml,line=3/);
  assert.match(summary, /gate\.yml:3:1: no such key/);
});

test('What a mistake quotes ends no block of the summary, paints nothing and turns no line round', (t) => {
  const hostile = 'a\u001b[31m\u202e```\n<img src=x>\n````text';
  const { summary } = ended(t, new UserError({ where: hostile, message: 'no such key' }));
  assert.doesNotMatch(summary.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
  const [, fence = '', inside = ''] = /^(`{3,})text\n(.*)^\1$/ms.exec(summary) ?? [];
  assert.match(inside, /<img src=x>/);
  assert.ok(fence.length > 4);
});

test('A mistake of ours is no verdict, and asks for a report', (t) => {
  const { code, printed } = ended(t, new TypeError('x is not a function'));
  assert.equal(code, 3);
  assert.match(printed, /please report it.*TypeError: x is not a function/s);
});

test('What a mistake of ours quotes is told without the values that the config names', (t) => {
  keepSecret(['s3cr3t-of-the-ending']);
  const { printed } = ended(
    t,
    new TypeError('Invalid URL: http://127.0.0.1/?k=s3cr3t-of-the-ending'),
  );
  assert.match(printed, /Invalid URL: http:\/\/127\.0\.0\.1\/\?k=…/);
});

const CLAIMED = { gate: true, metric: 'throughput', op: '>=', right: null, factor: 1 } as const;
const LEFT = { server: 'api', scenario: 'plain' };

test('Where the runner’s files were changed, no file and no claim says anything else than that', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tg-test-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'env');
  writeFileSync(file, '');
  const files = new CommandFiles({ GITHUB_ENV: file });
  const measurement = measurementOf({
    gate: { metrics: ['throughput', 'cpu'] },
    claims: [
      { ...CLAIMED, text: 'api.throughput >= 1', left: LEFT, offset: 1 },
      { ...CLAIMED, text: 'api.throughput >= 1000000000', left: LEFT, offset: 1e9 },
    ],
    subjects: [{ blocks: repeat({ throughput: 0, cpu: 0 }, 12) }],
  });
  const verdict = judge(measurement);
  const answers = verdict.claims?.map(({ answer }) => answer);
  assert.deepEqual(answers, ['holds', 'refuted']);
  const gate = { failOnInconclusive: false, failOnNoBaseline: false };
  assert.equal(exitCode(verdict, gate), 1);

  const written = new Map<ResultFile, string>();
  const results = { write: (name: ResultFile, text: string) => void written.set(name, text) };
  assert.equal(trusted({ files }, { verdict, measurement, results }), verdict);
  assert.equal(written.size, 0);

  writeFileSync(file, 'LD_PRELOAD=/tmp/evil.so\n');
  const told = trusted({ files }, { verdict, measurement, results });
  assert.equal(told.verdict, 'invalid');
  assert.deepEqual(
    told.claims?.map(({ answer }) => answer),
    ['undecided', 'undecided'],
  );
  assert.equal(exitCode(told, gate), 3);
  const others = Object.keys(RESULT_FILES).filter((name) => name !== 'plan');
  assert.deepEqual([...written.keys()].sort(), others.sort());
  for (const [name, text] of written)
    assert.match(text, /wrote into the runner’s files of this very step/, name);
  const kept = Measurement.parse(JSON.parse(written.get('measurement') ?? ''));
  assert.equal(judge(kept).verdict, 'invalid');
});

test('A base that fails is no baseline only where nobody changed the runner’s files', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tg-test-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'env');
  writeFileSync(file, '');
  const files = new CommandFiles({ GITHUB_ENV: file });
  const failure = { arm: 'base', stage: 'build', message: 'base: no', cure: null } as const;
  const measurement = measurementOf({ subjects: [{ blocks: [], unplanned: true, failure }] });
  const verdict = judge(measurement);
  assert.equal(verdict.verdict, 'no-baseline');
  writeFileSync(file, 'X=1\n');
  const results = { write: () => {} };
  assert.equal(trusted({ files }, { verdict, measurement, results }).verdict, 'invalid');
});
