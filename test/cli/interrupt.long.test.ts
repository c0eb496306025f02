/** Stopped half way, nicely or not: nothing may be left. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../measure/servers/sandbox.ts';
import { assertUntouched, bytesOf, commit, initRepo, sh } from '../support/git.ts';
import { type Installed, install, START } from './cli.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

let cli: Installed;
let repo: string;
before(() => {
  cli = install();
  const source = cli.fixture('source');
  repo = initRepo(join(cli.dir, 'repo'));
  const names = readdirSync(source);
  const files = names.map((name) => [name, readFileSync(join(source, name), 'utf8')]);
  commit(repo, Object.fromEntries(files));
  sh(repo, 'switch', '--quiet', '--create', 'feature');
  commit(repo, { 'notes.txt': 'x\n' });
  mkdirSync(join(cli.dir, 'hooks'));
  writeFileSync(
    join(cli.dir, 'gate.yml'),
    `servers:
  api:
    build: sleep 0
    start: ${START}
    before: echo before >> '${cli.dir}/hooks/notes'
    after: echo after >> '${cli.dir}/hooks/notes'
`,
  );
});
after(() => cli.remove());

const ARGS = ['run', '--base', 'main', '--config', '../gate.yml', '--out', '../results'];

/** Measures, far from its end, with both servers, the generator and two clones there. */
async function halfWay() {
  const running = cli.start(ARGS, { cwd: repo });
  await running.told(/judged after/);
  await until('both servers run', () => serversOf(cli).length >= 2);
  return running;
}

function serversOf({ leftovers }: Installed): string[] {
  return leftovers().filter((line) => line.startsWith('process') && line.includes('server.js'));
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} half way: exit code ${code}, and nothing is left`, linux, async () => {
    const untouched = bytesOf(repo);
    const running = await halfWay();
    assert.ok(cli.leftovers().some((line) => !line.startsWith('process')));
    assertUntouched(repo, untouched);
    running.child.kill(signal);
    const ran = await running.ended;
    assert.equal(ran.code, code, ran.stderr);
    assert.match(ran.stderr, new RegExp(`interrupted by ${signal}; everything was cleaned up\n$`));
    assert.equal(ran.stdout, '');
    assert.deepEqual(cli.leftovers(), []);
    assertUntouched(repo, untouched);
    const notes = readFileSync(join(cli.dir, 'hooks/notes'), 'utf8');
    assert.match(notes, /before\nbefore\nafter\nafter\n$/);
  });
}

test('Signals of one moment are one: the clean-up is not cut short', linux, async () => {
  const untouched = bytesOf(repo);
  const running = await halfWay();
  running.child.kill('SIGINT');
  running.child.kill('SIGTERM');
  running.child.kill('SIGINT');
  // The kernel need not deliver signals of one moment in their order.
  assert.ok([130, 143].includes((await running.ended).code as number));
  assert.deepEqual(cli.leftovers(), []);
  assertUntouched(repo, untouched);
});

test('A second signal cuts the clean-up short, and still nothing is left', linux, async () => {
  const untouched = bytesOf(repo);
  const name = join(cli.dir, 'stubborn.yml');
  const text = readFileSync(join(cli.dir, 'gate.yml'), 'utf8');
  writeFileSync(
    name,
    text.replace(/after: .*/, `after: echo hangs > '${cli.dir}/hangs'; sleep 300`),
  );
  const args = ['run', '--base', 'main', '--config', name, '--out', '../results'];
  const running = cli.start(args, { cwd: repo });
  await running.told(/pilot run/i);
  await until('both servers run', () => serversOf(cli).length >= 2);
  running.child.kill('SIGINT');
  await until('the first `after` runs', () => existsSync(join(cli.dir, 'hangs')));
  await sleep(1000);
  running.child.kill('SIGTERM');
  const ran = await running.ended;
  assert.equal(ran.code, 130, ran.stderr);
  await until('nothing is left', () => cli.leftovers().length === 0);
  assertUntouched(repo, untouched);
});

test('SIGINT during a build ends the build', linux, async () => {
  const untouched = bytesOf(repo);
  writeFileSync(
    join(cli.dir, 'slow.yml'),
    readFileSync(join(cli.dir, 'gate.yml'), 'utf8').replace(/sleep .*/, 'sleep 300 & sleep 300'),
  );
  const args = ['run', '--base', 'main', '--config', '../slow.yml', '--out', '../results'];
  const running = cli.start(args, { cwd: repo });
  await until('the build runs', () => cli.leftovers().some((line) => line.includes('sleep 300')));
  running.child.kill('SIGINT');
  assert.equal((await running.ended).code, 130);
  assert.deepEqual(cli.leftovers(), []);
  assertUntouched(repo, untouched);
});

test(
  'Killed half way: the watchdog ends servers and generator, and removes what was made',
  linux,
  async () => {
    const untouched = bytesOf(repo);
    const running = await halfWay();
    running.child.kill('SIGKILL');
    assert.equal((await running.ended).signal, 'SIGKILL');
    await until('nothing is left', () => cli.leftovers().length === 0);
    assertUntouched(repo, untouched);
  },
);

test('The demo killed half way leaves nothing either', linux, async () => {
  const running = cli.start(['demo']);
  await running.told(/judged after/);
  running.child.kill('SIGKILL');
  await running.ended;
  await until('nothing is left', () => cli.leftovers().length === 0);
  assert.deepEqual(cli.leftovers(), []);
});
