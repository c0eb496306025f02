/** After a red verdict: profiles of both builds, beside a verdict that they do not change. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { readVerdict } from '../../src/attempts/result-files.ts';
import { judge } from '../../src/judge/judge.ts';
import { keepSecret } from '../../src/system/messages/secrets.ts';
import { openResults, type Results } from '../../src/system/results/results.ts';
import { nodeProfile } from '../support/node-profile.ts';
import type { Script } from '../support/script.ts';
import { gate } from './gate.ts';

const SLOW = { head: { rate: 20_000 } };
const config = (more: object = {}) => ({
  servers: { api: { start: 'node server.js', profile: 'profiler {pid} {out}', ...more } },
});

const stacks = (added: number) => `main;parse 1000\nmain;render 1000\nmain;added ${added}\n`;
const PROFILES = {
  base: { 'cpu.folded': stacks(10), 'cpu.pprof': 'bytes' },
  head: { 'cpu.folded': stacks(500) },
};

/** The run, and what lies in its folder. */
async function profiled(t: TestContext, script: Script, own: object = config()) {
  const results: Results = openResults(join(scratchDir(t), 'out'));
  const run = await gate(t, { script, config: own, wishes: { results } });
  const read = (file: string) => readFileSync(join(results.dir, file), 'utf8');
  return { ...run, results, read, subject: run.verdict.subjects[0] };
}

it('A slower head is profiled beside its base, and the verdict is the same but for that', async (t) => {
  const { verdict, measurement, subject, read, results } = await profiled(t, {
    ...SLOW,
    profiles: PROFILES,
  });
  assert.deepEqual(
    subject?.profile?.rows?.map(({ name }) => name),
    ['added'],
  );
  assert.deepEqual(subject?.profile?.base, {
    files: ['profiles/api/default/base/cpu.folded', 'profiles/api/default/base/cpu.pprof'],
    samples: 2010,
  });
  const { profile: _, ...rest } = subject as NonNullable<typeof subject>;
  assert.deepEqual({ ...verdict, subjects: [rest] }, judge(measurement));
  assert.equal(read('profiles/api/default/base/cpu.pprof'), 'bytes');
  assert.equal(read('profiles/api/default/head/cpu.folded'), stacks(500));
  const kept = await readVerdict(results.path('verdict'));
  assert.deepEqual(kept.subjects[0]?.profile, subject?.profile);
  assert.match(read('summary.md'), /Where head spends more: api\/default[\s\S]*`added`/);
  assert.match(
    read('report.html'),
    /Where head spends more[\s\S]*profiles\/api\/default\/head\/cpu\.folded/,
  );
});

it('What is not slower is not profiled, nor a server that says nothing of it', async (t) => {
  const quiet = { profiles: { base: 'asked', head: 'asked' } };
  for (const [script, own] of [
    [quiet, config()],
    [{ ...SLOW, ...quiet }, { servers: { api: { start: 'node server.js' } } }],
    [
      { head: { rssMib: 90 }, ...quiet },
      { ...config(), gate: { metrics: ['memory'] } },
    ],
  ] as const) {
    const { words, subject, results } = await profiled(t, script, own);
    assert.equal(
      words.some((text) => text.includes('profile')),
      false,
      String(words),
    );
    assert.equal(subject?.profile, undefined);
    assert.equal(existsSync(join(results.dir, 'profiles')), false);
  }
});

it('A profiler that fails is a warning, with its last lines for who watches, and the verdict stands', async (t) => {
  const profiles = { base: 'its command failed (exit code 1): profiler', head: {} };
  const { verdict, words, told, subject } = await profiled(t, { ...SLOW, profiles });
  assert.equal(verdict.verdict, 'regression');
  assert.equal(subject?.profile, undefined);
  assert.ok(
    words.includes('there is no profile of base: its command failed (exit code 1): profiler'),
  );
  assert.ok(
    words.includes('there is no profile of head: nothing was written into the folder `{out}`'),
  );
  const printed = told.flatMap((event) => (event.type === 'printed' ? [event.printed] : []));
  assert.deepEqual(printed, [{ by: 'profile', lines: ['no'], about: 'api/default', arm: 'base' }]);
});

it('Without a profile of base, the table has what head spends most on', async (t) => {
  const profiles = { base: 'no', head: PROFILES.head };
  const { subject, read } = await profiled(t, { ...SLOW, profiles });
  assert.deepEqual(
    subject?.profile?.rows?.map(({ base }) => base),
    [null, null, null],
  );
  assert.match(read('report.html'), /Where head spends its time/);
});

it('Files in other formats are kept without a table, and a broken one is told', async (t) => {
  const profiles = {
    base: { 'cpu.cpuprofile': '{' },
    head: { 'cpu.cpuprofile': nodeProfile([['a', 'b.js', 1, 9]]), 'perf.data': 'x' },
  };
  const { subject, words } = await profiled(t, { ...SLOW, profiles });
  assert.deepEqual([subject?.profile?.rows, subject?.profile?.base?.samples], [null, null]);
  assert.ok(
    words.includes('the profile api/default/base/cpu.cpuprofile: it is no profile of Node.js'),
    String(words),
  );
});

it('The worst subjects are profiled as long as there is time, and the others are named', async (t) => {
  const script = { ...SLOW, profiles: PROFILES, profileMs: 6000 };
  const scenarios = { a: {}, b: { connections: 3 }, c: { connections: 2 } };
  const { verdict, words } = await profiled(t, script, { ...config(), scenarios });
  const having = verdict.subjects.filter(({ profile }) => profile !== undefined);
  assert.equal(having.length, 2);
  assert.ok(words.some((text) => /^no profile is taken of api\/\w: .* 30 s$/.test(text)));
});

it('A value that the config takes from a variable stands in no profile that is read here', async (t) => {
  keepSecret(['hunter2-hunter2']);
  const text = 'main;send hunter2-hunter2 900\nmain;other 100\n';
  const profiles = { base: { 'a.folded': text }, head: { 'a.folded': text } };
  const { read } = await profiled(t, { ...SLOW, profiles });
  for (const file of ['profiles/api/default/head/a.folded', 'report.html', 'verdict.json']) {
    assert.doesNotMatch(read(file), /hunter2/, file);
  }
});

it('The next run removes an earlier run’s profiles, and never a folder that is another’s', (t) => {
  const dir = scratchDir(t);
  mkdirSync(join(dir, 'profiles'));
  writeFileSync(join(dir, 'profiles', 'mine.txt'), 'mine');
  openResults(dir);
  assert.ok(existsSync(join(dir, 'profiles', 'mine.txt')));
});

function scratchDir(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'tg-profile-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
