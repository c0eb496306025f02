import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { isMarked, limitOf, limitsOf, MARKER } from '../../../src/system/processes/mark.ts';
import { launch } from '../../../src/system/start/launch.ts';
import { shellCommand } from '../../../src/system/start/shell.ts';
import { isAlive, until } from '../../measure/servers/sandbox.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

let count = 0;

/** A command of a run of its own; `output` is all that it has said. */
async function command(t: TestContext, script: string) {
  const marker = `mark-${process.pid}-${++count}.000001.`;
  const env = { ...process.env, [MARKER]: marker };
  const started = await launch(shellCommand(script, env), {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => started.end(0));
  let output = '';
  started.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const said = async (pattern: RegExp): Promise<number> => {
    await until(`it says ${pattern}`, () => pattern.test(output));
    return Number(pattern.exec(output)?.[1]);
  };
  return { started, marker, said };
}

it('A mark stands for one command, or for all of its run, and for no other run', () => {
  const run = limitsOf('a1b2c3d4e5f6.');
  for (const name of ['000000', '000001', '016383', 'load-0011', '000001.load-0011']) {
    const one = limitOf(`a1b2c3d4e5f6.${name}.`);
    assert.ok(one >= run.first && one <= run.last, name);
    const other = limitOf(`a1b2c3d4e5f7.${name}.`);
    assert.ok(other < run.first || other > run.last, name);
  }
  assert.notEqual(limitOf('a1b2c3d4e5f6.000001.'), limitOf('a1b2c3d4e5f6.000002.'));
  // A shell reads it as a number of 64 bits, and the largest of those means that there is no limit.
  assert.ok(run.last < 2n ** 63n - 1n);
});

it(
  'A mark knows a daemon without environment, in a session of its own, whose parents are gone',
  linux,
  async (t) => {
    const daemon = `env -i setsid -f sh -c 'echo "pid $$"; exec sleep 300'`;
    const { started, marker, said } = await command(t, `${daemon}; exit 0`);
    const pid = await said(/^pid (\d+)$/m);
    await until('the command itself is gone', () => started.child.exitCode === 0);
    assert.equal(isMarked(pid, marker), true);
    assert.equal(isMarked(pid, `${marker.split('.')[0]}.`), true);
    assert.equal(isMarked(pid, 'mark-of-another-run.'), false);
    assert.deepEqual(started.tree(), [pid]);
    assert.deepEqual(await started.end(2000), []);
    assert.equal(isAlive(pid), false);
  },
);

it('A mark knows a process that has written its title over its environment', linux, async (t) => {
  // As nginx and Redis do. Node.js keeps the room of its environment for it, too.
  const program =
    'process.title = "x".repeat(4000); console.log("pid " + process.pid); setInterval(() => {}, 1000)';
  const { started, marker, said } = await command(
    t,
    `setsid -f '${process.execPath}' -e '${program}'`,
  );
  const pid = await said(/^pid (\d+)$/m);
  assert.equal(isMarked(pid, marker), true);
  await started.end(2000);
  assert.equal(isAlive(pid), false);
});

it('A mark leaves a shell alone that has no such limit', linux, async (t) => {
  const env = { ...process.env, [MARKER]: `mark-${process.pid}-none.` };
  const [, , words = ''] = shellCommand('true', env);
  for (const shell of ['sh', 'bash']) {
    const wrong = words.replaceAll('ulimit -', 'ulimit -Z');
    const started = await launch([shell, '-c', wrong, shell, 'echo', 'runs'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => started.end(0));
    let output = '';
    for await (const text of started.child.stdout?.setEncoding('utf8') ?? []) output += text;
    assert.equal(output, 'runs\n');
  }
});

it(
  'A mark says which processes the kernel is to take first when memory runs out',
  linux,
  async (t) => {
    const env = { ...process.env, [MARKER]: `mark-${process.pid}-memory.` };
    const started = await launch(
      shellCommand('cat /proc/self/oom_score_adj', env, { diesFirst: true }),
      { env, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    t.after(() => started.end(0));
    let output = '';
    for await (const text of started.child.stdout?.setEncoding('utf8') ?? []) output += text;
    assert.equal(output, '1000\n');
  },
);
