import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import type { Server } from '../../src/config/experiment.ts';
import { HookFailure, runHook } from '../../src/measure/hooks.ts';
import { prepareServer, releaseServer } from '../../src/measure/prepare.ts';
import { startArm } from '../../src/measure/workbench.ts';
import { markedProcesses } from '../../src/system/process-tree.ts';
import { makeBench, type TestBench } from './bench.ts';
import { node, serverFor, until } from './servers/sandbox.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };
const BOTH = ['base', 'head'] as const;

function withHooks(hooks: Partial<Server>): Server {
  return { ...serverFor({ start: node('setInterval(() => {}, 1000)') }), ...hooks };
}

function noted({ dir }: TestBench): string[] {
  const file = join(dir, 'notes');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

it('runs once per arm, with the port that the server will have, {arm}, {dir} and env', async (t) => {
  const bench = makeBench(t);
  const note = (which: string) =>
    `echo "${which} {arm} {port} $PORT $COLOUR $PWD {dir}" >> '${bench.dir}/notes'`;
  const server = withHooks({
    before: note('before'),
    after: note('after'),
    env: { COLOUR: 'c-{arm}-{port}' },
  });
  assert.deepEqual(await prepareServer(bench, server, BOTH), []);
  const running = await Promise.all(BOTH.map((arm) => startArm(bench, server, arm, 'http1')));
  for (const one of running) await one[Symbol.asyncDispose]();
  assert.deepEqual(await releaseServer(bench, server, BOTH), []);
  const lines = (which: string) =>
    running.map(({ arm, address: { port } }) => {
      const dir = join(bench.dir, arm);
      return `${which} ${arm} ${port} ${port} c-${arm}-${port} ${dir} ${dir}`;
    });
  assert.deepEqual(noted(bench), [...lines('before'), ...lines('after')]);
});

it('gets the path of the Unix socket that the server will have', async (t) => {
  const bench = makeBench(t);
  const before = `echo "{arm} {socket} $SOCKET" >> '${bench.dir}/notes'`;
  const server = withHooks({ before, listen: { kind: 'socket' } });
  assert.deepEqual(await prepareServer(bench, server, BOTH), []);
  const paths = await Promise.all(BOTH.map((arm) => bench.addresses.of(server, arm)));
  assert.deepEqual(
    noted(bench),
    paths.map(({ socket }, i) => `${BOTH[i]} ${socket} ${socket}`),
  );
});

it('does nothing where there is no hook', async (t) => {
  const bench = makeBench(t);
  assert.deepEqual(await prepareServer(bench, withHooks({}), BOTH), []);
  assert.deepEqual(await releaseServer(bench, withHooks({}), BOTH), []);
});

it('says why `before` failed, with its last lines, and still runs `after`', async (t) => {
  const bench = makeBench(t);
  const before = 'for i in $(seq 30); do echo "line $i"; done; test {arm} = base || exit 7';
  const server = withHooks({ before, after: `echo after {arm} >> '${bench.dir}/notes'` });
  const [failure] = await prepareServer(bench, server, BOTH);
  assert.equal(failure?.arm, 'head');
  assert.equal(failure?.stage, 'before');
  assert.match(failure?.what ?? '', /^`before` failed \(exit code 7\): for i in [^\n]*$/);
  const lines = Array.from({ length: 15 }, (_, i) => `line ${16 + i}`);
  assert.deepEqual(bench.heard, [{ by: 'before', lines, about: 'server', arm: 'head' }]);
  assert.deepEqual(await releaseServer(bench, server, BOTH), []);
  assert.deepEqual(noted(bench), ['after base', 'after head']);
});

it('tells of a failing `after`, and goes on with the others', async (t) => {
  const bench = makeBench(t);
  const server = withHooks({ after: `echo gone >&2; echo {arm} >> '${bench.dir}/notes'; false` });
  const other = { ...server, name: 'other' };
  const troubles = [
    ...(await releaseServer(bench, server, BOTH)),
    ...(await releaseServer(bench, other, BOTH)),
  ];
  assert.equal(troubles.length, 4);
  for (const trouble of troubles) assert.match(trouble, /`after` failed \(exit code 1\)[^\n]*$/);
  assert.deepEqual(
    bench.heard.map(({ about, arm, lines }) => [about, arm, ...lines]),
    [
      ['server', 'base', 'gone'],
      ['server', 'head', 'gone'],
      ['other', 'base', 'gone'],
      ['other', 'head', 'gone'],
    ],
  );
  assert.deepEqual(noted(bench), ['base', 'head', 'base', 'head']);
});

it('stops at the first line that fails', async (t) => {
  const bench = makeBench(t);
  const before = `false\necho no >> '${bench.dir}/notes'`;
  await assert.rejects(runHook(bench, withHooks({ before }), 'head', 'before'), HookFailure);
  assert.deepEqual(noted(bench), []);
});

it('cancels a `before` that runs, with all that it started', linux, async (t) => {
  const bench = makeBench(t);
  const server = withHooks({ before: 'sleep 300 & sleep 300' });
  const running = runHook(bench, server, 'head', 'before');
  const rejected = assert.rejects(running, /stopped by the test/);
  await until('both sleep', () => markedProcesses(bench.marker).length === 3);
  bench.stop.abort(new Error('stopped by the test'));
  await rejected;
  await until('nothing runs', () => markedProcesses(bench.marker).length === 0);
});

it('does not begin a `before` after an abort, but runs `after`', async (t) => {
  const bench = makeBench(t);
  const note = (which: string) => `sleep 0.1; echo ${which} >> '${bench.dir}/notes'`;
  const server = withHooks({ before: note('before'), after: note('after') });
  bench.stop.abort(new Error('stopped by the test'));
  await assert.rejects(prepareServer(bench, server, ['head']), /stopped by the test/);
  assert.deepEqual(await releaseServer(bench, server, ['head']), []);
  assert.deepEqual(noted(bench), ['after']);
});

it('does not wait for a daemon that keeps the output open', linux, async (t) => {
  const bench = makeBench(t);
  const server = withHooks({ before: 'sleep 300 & echo "started $!"' });
  await runHook(bench, server, 'head', 'before');
  // It is the arm's database, so it lives on until the run ends.
  assert.equal(markedProcesses(bench.marker).length, 1);
});

it('lets a helper that outlives its hook go on printing', linux, async (t) => {
  const bench = makeBench(t);
  const go = join(bench.dir, 'go');
  const helper = `(while [ ! -e '${go}' ]; do sleep 0.05; done; echo said; echo alive > '${go}.done') &`;
  await runHook(bench, withHooks({ before: helper }), 'head', 'before');
  appendFileSync(go, '');
  await until('it has not died of its output', () => existsSync(`${go}.done`));
  assert.equal(readFileSync(join(bench.logs, 'server-head-before.log'), 'utf8'), 'said\n');
});

it('says that a hook could not even be started', async (t) => {
  const bench = makeBench(t);
  appendFileSync(join(bench.dir, 'head', 'file'), '');
  const server = withHooks({ before: 'true', after: 'true', workdir: 'file' });
  const [failure] = await prepareServer(bench, server, ['head']);
  assert.match(failure?.what ?? '', /`before` failed \(spawn /);
  assert.equal((await releaseServer(bench, server, ['head'])).length, 1);
});
