import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BuildOptions, buildArm } from '../../src/checkout/build.ts';
import { makeSandbox } from '../support/git.ts';

function setUp(t: TestContext, build: string | null, more: Partial<BuildOptions> = {}) {
  const { dir } = makeSandbox(t);
  mkdirSync(join(dir, 'app'));
  const lines: string[] = [];
  const options: BuildOptions = {
    server: { name: 'api', workdir: 'app', build, buildTimeoutMs: 60_000, env: {} },
    dir,
    env: process.env,
    output: (line) => lines.push(line),
    ...more,
  };
  return { dir, lines, options };
}

/** Alive and not a zombie that waits for its new parent. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

async function fileWith(path: string): Promise<string> {
  while (!existsSync(path) || !readFileSync(path, 'utf8').endsWith('\n')) await sleep(5);
  return readFileSync(path, 'utf8').trim();
}

describe('a build', () => {
  it("A build runs in the workdir, with the server's environment over the given one", async (t) => {
    const { dir, lines, options } = setUp(t, 'pwd; echo "$A $B $CI"', {
      env: { PATH: process.env.PATH, A: 'outer', B: 'outer' },
    });
    const server = { ...options.server, env: { B: 'inner' } };
    const result = await buildArm({ ...options, server });
    assert.ok(result.ok && result.durationMs > 0);
    assert.deepEqual(lines, [join(dir, 'app'), 'outer inner ']);
  });

  it('A build never runs in a folder that both arms share, to which a link leads out of the tree', async (t) => {
    const { dir, options } = setUp(t, 'touch was-here');
    const { dir: shared } = makeSandbox(t);
    symlinkSync(shared, join(dir, 'linked'));
    const server = { ...options.server, workdir: 'linked' };
    const result = await buildArm({ ...options, server });
    assert.ok(!result.ok);
    assert.match(
      result.message,
      /^folder linked of server api is a link that leads out of the tree$/,
    );
    assert.ok(!existsSync(join(shared, 'was-here')));
    symlinkSync('app', join(dir, 'inside'));
    const inside = { ...options.server, workdir: 'inside' };
    assert.equal((await buildArm({ ...options, server: inside })).ok, true);
  });

  it('A build streams both outputs line by line while it runs', async (t) => {
    const { dir, options } = setUp(
      t,
      'echo first; until [ -e go ]; do sleep 0.01; done; printf "last, unfinished" >&2',
    );
    const lines: string[] = [];
    const output = (line: string) => {
      lines.push(line);
      // The build can only end when its first line was passed on before its end.
      if (line === 'first') mkdirSync(join(dir, 'app', 'go'));
    };
    assert.equal((await buildArm({ ...options, output })).ok, true);
    assert.deepEqual(lines, ['first', 'last, unfinished']);
  });

  it('A build fails with the command, how it ended, and the last 40 lines', async (t) => {
    const { options, lines } = setUp(t, 'seq 1 100; echo oops >&2; exit 7');
    const result = await buildArm(options);
    assert.ok(!result.ok);
    assert.equal(result.kind, 'failed');
    assert.match(result.message, /^the build of api failed \(exit code 7\): `seq 1 100/);
    assert.equal(result.tail.length, 40);
    assert.ok(result.tail.includes('oops') && result.tail.includes('100'));
    assert.equal(lines.length, 101);
  });

  it('A build stops at the first line that fails', async (t) => {
    const { options, lines } = setUp(t, 'echo one\nfalse\necho two');
    assert.equal((await buildArm(options)).ok, false);
    assert.deepEqual(lines, ['one']);
  });

  it('A build tells the signal that killed it', async (t) => {
    const { options } = setUp(t, 'kill -9 $$');
    const result = await buildArm(options);
    assert.match(result.ok ? '' : result.message, /killed by SIGKILL/);
  });

  it('A build without a command is done; without its folder is its own kind', async (t) => {
    const { options } = setUp(t, null);
    assert.deepEqual(await buildArm(options), { ok: true, durationMs: 0 });
    const server = { ...options.server, workdir: 'later' };
    assert.deepEqual(await buildArm({ ...options, server }), {
      ok: false,
      kind: 'no-workdir',
      message: 'there is no folder later for server api',
      exitCode: null,
      tail: [],
    });
  });

  it('A build runs by sh where there is no bash', async (t) => {
    const { dir, options, lines } = setUp(t, 'echo "$0"');
    const bin = join(dir, 'bin');
    mkdirSync(bin);
    const { symlinkSync } = await import('node:fs');
    symlinkSync('/bin/sh', join(bin, 'sh'));
    assert.equal((await buildArm({ ...options, env: { PATH: bin } })).ok, true);
    assert.deepEqual(lines, ['sh']);
  });

  it('A build leaves no helper behind, and does not wait for one that holds its output', async (t) => {
    const { dir, options } = setUp(t, 'sleep 300 & echo $! > pid; echo built');
    assert.equal((await buildArm(options)).ok, true);
    assert.equal(isAlive(Number(await fileWith(join(dir, 'app', 'pid')))), false);
  });

  it('A build does not wait for a daemon outside of its group either', async (t) => {
    const { dir, options } = setUp(
      t,
      'setsid sh -c "echo \\$\\$ > pid; exec sleep 300" & until [ -s pid ]; do sleep 0.01; done; echo built',
    );
    const result = await buildArm(options);
    process.kill(Number(await fileWith(join(dir, 'app', 'pid'))), 'SIGKILL');
    assert.equal(result.ok, true);
  });

  it('A build cancelled, takes its grandchildren along', async (t) => {
    const { dir, options } = setUp(t, 'sh -c "sleep 300 & echo \\$! > pid; wait"; echo never');
    const stop = new AbortController();
    const running = buildArm({ ...options, signal: stop.signal });
    const pid = Number(await fileWith(join(dir, 'app', 'pid')));
    assert.equal(isAlive(pid), true);
    stop.abort(new Error('cancelled'));
    await assert.rejects(running, /cancelled/);
    assert.equal(isAlive(pid), false);
  });

  it('Cancelled before it began, does not begin', async (t) => {
    const { dir, options } = setUp(t, 'touch began');
    const signal = AbortSignal.abort(new Error('cancelled'));
    await assert.rejects(buildArm({ ...options, signal }), /cancelled/);
    assert.ok(!existsSync(join(dir, 'app', 'began')));
  });
});
