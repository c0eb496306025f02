import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import type { Server } from '../../../src/config/experiment/server.ts';
import { HookFailure, runHook } from '../../../src/measure/arms/hooks.ts';
import { prepareServer, releaseServer } from '../../../src/measure/arms/prepare.ts';
import { startArm } from '../../../src/measure/context/run-context.ts';
import { markedProcesses } from '../../../src/system/processes/process-tree.ts';
import { makeContext, type TestRunContext } from '../run-context.ts';
import { node, serverFor, until } from '../servers/sandbox.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };
const BOTH = ['base', 'head'] as const;

function withHooks(hooks: Partial<Server>): Server {
  return { ...serverFor({ start: node('setInterval(() => {}, 1000)') }), ...hooks };
}

function noted({ dir }: TestRunContext): string[] {
  const file = join(dir, 'notes');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

it('The runner of hooks runs once per arm, with the port that the server will have, {arm}, {dir} and env', async (t) => {
  const context = makeContext(t);
  const note = (which: string) =>
    `echo "${which} {arm} {port} $PORT $COLOUR $PWD {dir}" >> '${context.dir}/notes'`;
  const server = withHooks({
    before: note('before'),
    after: note('after'),
    env: { COLOUR: 'c-{arm}-{port}' },
  });
  assert.deepEqual(await prepareServer(context, server, BOTH), []);
  const running = await Promise.all(BOTH.map((arm) => startArm(context, server, arm, 'http1')));
  for (const one of running) await one[Symbol.asyncDispose]();
  assert.deepEqual(await releaseServer(context, server, BOTH), []);
  const lines = (which: string) =>
    running.map(({ arm, address: { port } }) => {
      const dir = join(context.dir, arm);
      return `${which} ${arm} ${port} ${port} c-${arm}-${port} ${dir} ${dir}`;
    });
  assert.deepEqual(noted(context), [...lines('before'), ...lines('after')]);
});

it('The runner of hooks gets the path of the Unix socket that the server will have', async (t) => {
  const context = makeContext(t);
  const before = `echo "{arm} {socket} $SOCKET" >> '${context.dir}/notes'`;
  const server = withHooks({ before, listen: { kind: 'socket' } });
  assert.deepEqual(await prepareServer(context, server, BOTH), []);
  const paths = await Promise.all(BOTH.map((arm) => context.addresses.of(server, arm)));
  assert.deepEqual(
    noted(context),
    paths.map(({ socket }, i) => `${BOTH[i]} ${socket} ${socket}`),
  );
});

it('The runner of hooks does nothing where there is no hook', async (t) => {
  const context = makeContext(t);
  assert.deepEqual(await prepareServer(context, withHooks({}), BOTH), []);
  assert.deepEqual(await releaseServer(context, withHooks({}), BOTH), []);
});

it('The runner of hooks says why `before` failed, with its last lines, and still runs `after`', async (t) => {
  const context = makeContext(t);
  const before = 'for i in $(seq 30); do echo "line $i"; done; test {arm} = base || exit 7';
  const server = withHooks({ before, after: `echo after {arm} >> '${context.dir}/notes'` });
  const [failure] = await prepareServer(context, server, BOTH);
  assert.equal(failure?.arm, 'head');
  assert.equal(failure?.stage, 'before');
  assert.match(failure?.what ?? '', /^`before` failed \(exit code 7\): for i in [^\n]*$/);
  const lines = Array.from({ length: 15 }, (_, i) => `line ${16 + i}`);
  assert.deepEqual(context.heard, [{ by: 'before', lines, about: 'server', arm: 'head' }]);
  assert.deepEqual(await releaseServer(context, server, BOTH), []);
  assert.deepEqual(noted(context), ['after base', 'after head']);
});

it('The runner of hooks tells of a failing `after`, and goes on with the others', async (t) => {
  const context = makeContext(t);
  const server = withHooks({ after: `echo gone >&2; echo {arm} >> '${context.dir}/notes'; false` });
  const other = { ...server, name: 'other' };
  const troubles = [
    ...(await releaseServer(context, server, BOTH)),
    ...(await releaseServer(context, other, BOTH)),
  ];
  assert.equal(troubles.length, 4);
  for (const trouble of troubles) assert.match(trouble, /`after` failed \(exit code 1\)[^\n]*$/);
  assert.deepEqual(
    context.heard.map(({ about, arm, lines }) => [about, arm, ...lines]),
    [
      ['server', 'base', 'gone'],
      ['server', 'head', 'gone'],
      ['other', 'base', 'gone'],
      ['other', 'head', 'gone'],
    ],
  );
  assert.deepEqual(noted(context), ['base', 'head', 'base', 'head']);
});

it('The runner of hooks stops at the first line that fails', async (t) => {
  const context = makeContext(t);
  const before = `false\necho no >> '${context.dir}/notes'`;
  await assert.rejects(runHook(context, withHooks({ before }), 'head', 'before'), HookFailure);
  assert.deepEqual(noted(context), []);
});

it(
  'The runner of hooks cancels a `before` that runs, with all that it started',
  linux,
  async (t) => {
    const context = makeContext(t);
    const server = withHooks({ before: 'sleep 300 & sleep 300' });
    const running = runHook(context, server, 'head', 'before');
    const rejected = assert.rejects(running, /stopped by the test/);
    await until('both sleep', () => markedProcesses(context.marker).length === 3);
    context.stop.abort(new Error('stopped by the test'));
    await rejected;
    await until('nothing runs', () => markedProcesses(context.marker).length === 0);
  },
);

it('The runner of hooks does not begin a `before` after an abort, but runs `after`', async (t) => {
  const context = makeContext(t);
  const note = (which: string) => `sleep 0.1; echo ${which} >> '${context.dir}/notes'`;
  const server = withHooks({ before: note('before'), after: note('after') });
  context.stop.abort(new Error('stopped by the test'));
  await assert.rejects(prepareServer(context, server, ['head']), /stopped by the test/);
  assert.deepEqual(await releaseServer(context, server, ['head']), []);
  assert.deepEqual(noted(context), ['after']);
});

it(
  'The runner of hooks does not wait for a daemon that keeps the output open',
  linux,
  async (t) => {
    const context = makeContext(t);
    const server = withHooks({ before: 'sleep 300 & echo "started $!"' });
    await runHook(context, server, 'head', 'before');
    // It is the arm's database, so it lives on until the run ends.
    assert.equal(markedProcesses(context.marker).length, 1);
  },
);

it('The runner of hooks lets a helper that outlives its hook go on printing', linux, async (t) => {
  const context = makeContext(t);
  const go = join(context.dir, 'go');
  const helper = `(while [ ! -e '${go}' ]; do sleep 0.05; done; echo said; echo alive > '${go}.done') &`;
  await runHook(context, withHooks({ before: helper }), 'head', 'before');
  appendFileSync(go, '');
  await until('it has not died of its output', () => existsSync(`${go}.done`));
  assert.equal(readFileSync(join(context.logs, 'server-head-before.log'), 'utf8'), 'said\n');
});

it('The runner of hooks says that a hook could not even be started', async (t) => {
  const context = makeContext(t);
  appendFileSync(join(context.dir, 'head', 'file'), '');
  const server = withHooks({ before: 'true', after: 'true', workdir: 'file' });
  const [failure] = await prepareServer(context, server, ['head']);
  assert.match(failure?.what ?? '', /`before` failed \(spawn /);
  assert.equal((await releaseServer(context, server, ['head'])).length, 1);
});

it(
  'A `before` that never ends is ended at its time, with all that it started, and told what to do',
  linux,
  async (t) => {
    const context = makeContext(t);
    const server = withHooks({ before: 'sleep 300 & sleep 300', buildTimeoutMs: 700 });
    const [failure] = await prepareServer(context, server, ['head']);
    assert.match(failure?.what ?? '', /^`before` failed \(not done after 1s\)/);
    assert.equal(failure?.cure?.code, 'before-endless');
    await until('nothing runs', () => markedProcesses(context.marker).length === 0);
  },
);

it('Nobody waits for a hook for long without a word', (t) => {
  const context = makeContext(t);
  context.remarks.hooked('api (head)', 'before', 1_800_000);
  context.remarks.hooked('api (head)', 'before', 1_800_000);
  context.remarks.hooked('api (head)', 'after', 60_000);
  const [first, second, ...more] = context.remarked;
  assert.match(
    first ?? '',
    /^api \(head\): `before` is still running, and may for 30m\. .*background/,
  );
  assert.equal(second, 'api (head): `after` is still running, and may for 1m');
  assert.deepEqual(more, []);
});
