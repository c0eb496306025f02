/** Runs alone: it asserts the CPU time of processes. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { it, type TestContext } from 'node:test';
import { readEnvironment } from '../../../src/measure/environment/environment.ts';
import {
  busiestThreadBetween,
  cpuSnapshot,
  runTimeBetween,
  ticksBetween,
} from '../../../src/measure/probes/cpu.ts';
import { peakOf, pssOf, rssOf } from '../../../src/measure/probes/memory.ts';
import { unprivileged } from '../servers/sandbox.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

/** A program that does what it is told, line by line: every line is evaluated, then answered. */
async function obedient(
  t: TestContext,
): Promise<{ pid: number; tell(code: string): Promise<void> }> {
  const program = `require("readline").createInterface({ input: process.stdin })
    .on("line", async (line) => { await eval(line); console.log("done"); });
    console.log("up");`;
  const child: ChildProcess = spawn(process.execPath, ['--expose-gc', '-e', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const output = child.stdout as NodeJS.ReadableStream;
  await once(output, 'data');
  return {
    pid: child.pid as number,
    tell: async (code) => {
      const answered = once(output, 'data');
      child.stdin?.write(`${code}\n`);
      await answered;
    },
  };
}

const burn = (ms: number) =>
  `for (const end = process.cpuUsage().user + ${ms * 1000}; process.cpuUsage().user < end;);`;

it(
  'The probe of processes sees the CPU time of a busy process, and none of an idle one',
  linux,
  async (t) => {
    const [busy, idle] = [await obedient(t), await obedient(t)];
    const before = [busy, idle].map(({ pid }) => cpuSnapshot([pid]));
    await busy.tell(burn(300));
    const after = [busy, idle].map(({ pid }) => cpuSnapshot([pid]));
    const [busyMs, idleMs] = before.map(
      (b, i) => runTimeBetween(b, after[i] as typeof b) as number,
    );
    const [busyTicksMs, idleTicksMs] = before.map((b, i) => ticksBetween(b, after[i] as typeof b));
    assert.ok((busyMs as number) >= 295, `${busyMs}`);
    assert.ok((busyTicksMs as number) >= 250, `${busyTicksMs}`);
    assert.ok((idleMs as number) < 100, `${idleMs}`);
    assert.ok((idleTicksMs as number) < 100, `${idleTicksMs}`);
  },
);

it('The probe of processes adds up over processes', linux, async (t) => {
  const [one, other] = [await obedient(t), await obedient(t)];
  const before = cpuSnapshot([one.pid, other.pid]);
  await Promise.all([one.tell(burn(150)), other.tell(burn(150))]);
  const after = cpuSnapshot([one.pid, other.pid]);
  assert.ok((runTimeBetween(before, after) as number) >= 295);
});

it(
  'The probe of processes keeps in the ticks what ended threads and children used',
  linux,
  async (t) => {
    const { pid, tell } = await obedient(t);
    for (const code of [
      `new Promise((r) => new (require("worker_threads").Worker)(${JSON.stringify(burn(200))}, { eval: true }).on("exit", r))`,
      `require("child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(burn(200))}])`,
    ]) {
      const before = cpuSnapshot([pid]);
      await tell(code);
      const ticksMs = ticksBetween(before, cpuSnapshot([pid])) as number;
      assert.ok(ticksMs >= 180, `${ticksMs} ms for ${code}`);
    }
  },
);

it(
  'The probe of processes counts a process that was born in between from its birth',
  linux,
  async (t) => {
    const one = await obedient(t);
    const before = cpuSnapshot([one.pid]);
    const other = await obedient(t);
    await other.tell(burn(100));
    assert.ok((runTimeBetween(before, cpuSnapshot([one.pid, other.pid])) as number) >= 95);
  },
);

it('The probe of processes knows the thread that ran most', linux, async (t) => {
  const { pid, tell } = await obedient(t);
  const worker = `new Promise((r) => {
    globalThis.kept = new (require("worker_threads").Worker)(
      ${JSON.stringify(`${burn(200)} require("worker_threads").parentPort.postMessage(0); setInterval(() => {}, 1e6);`)},
      { eval: true },
    );
    globalThis.kept.once("message", r);
  })`;
  const before = cpuSnapshot([pid]);
  await tell(worker.replaceAll('\n', ' '));
  await tell(burn(100));
  const after = cpuSnapshot([pid]);
  const busiest = busiestThreadBetween(before, after) as number;
  const all = runTimeBetween(before, after) as number;
  assert.ok(busiest >= 100 && busiest <= all - 50, `${busiest} of ${all} ms`);
});

it('The probe of processes takes the busiest by what it ran in between, whatever came and went', () => {
  const snapshot = (threads: [number, number][]) => ({
    threads: new Map(threads.map(([tid, ms]) => [tid, ms * 1e6])),
    ticks: 0,
  });
  const before = snapshot([
    [1, 900],
    [2, 10],
    [3, 500],
  ]);
  const after = snapshot([
    [1, 905],
    [2, 50],
    // Thread 3 ended, and its number went to a new one.
    [3, 30],
    [4, 20],
  ]);
  assert.equal(busiestThreadBetween(before, after), 40);
  assert.equal(runTimeBetween(before, after), 5 + 40 + 30 + 20);
  assert.equal(busiestThreadBetween(before, snapshot([])), null);
  assert.equal(busiestThreadBetween(before, { threads: null, ticks: 0 }), null);
  assert.equal(busiestThreadBetween({ threads: null, ticks: 0 }, after), null);
});

it('The probe of processes does not know the ticks when a process took its own with it', () => {
  assert.equal(ticksBetween({ threads: null, ticks: 9 }, { threads: null, ticks: 9 }), 0);
  assert.equal(ticksBetween({ threads: null, ticks: 9 }, { threads: null, ticks: 7 }), null);
});

it('The probe of processes has no run times where the kernel has none', () => {
  const without = { threads: null, ticks: 7 };
  const having = { threads: new Map([[1, 5e6]]), ticks: 9 };
  assert.equal(runTimeBetween(without, having), null);
  assert.equal(runTimeBetween(having, without), null);
  assert.equal(ticksBetween(without, having), 20);
  assert.equal(
    runTimeBetween(having, {
      threads: new Map([
        [1, 7e6],
        [2, 1e6],
      ]),
      ticks: 9,
    }),
    3,
  );
});

it('The probe of processes sees memory grow', linux, async (t) => {
  const { pid, tell } = await obedient(t);
  const before = rssOf([pid]);
  await tell('globalThis.kept = Buffer.alloc(64 * 2 ** 20, 1)');
  const after = rssOf([pid]);
  const grown = (after as number) - (before as number);
  assert.ok(grown > 60 * 2 ** 20 && grown < 90 * 2 ** 20, `${grown}`);
});

it(
  'The probe of processes adds resident memory up over processes, and has none for the dead',
  linux,
  async (t) => {
    const { pid } = await obedient(t);
    const alone = rssOf([pid]);
    const both = rssOf([pid, process.pid]);
    assert.ok((both as number) > (alone as number));
    assert.equal(rssOf([2 ** 22 + 1]), null);
    assert.equal(rssOf([]), null);
  },
);

it(
  'The probe of processes divides shared memory among those who share it, and remembers the peak',
  linux,
  async (t) => {
    const { pid, tell } = await obedient(t);
    const alone = pssOf([pid]) as number;
    assert.ok(alone > 0 && alone < (rssOf([pid]) as number));
    const other = await obedient(t);
    // The other shares the program with it: less than twice as much.
    const both = pssOf([pid, other.pid]) as number;
    const resident = rssOf([pid, other.pid]) as number;
    assert.ok(both > (pssOf([pid]) as number) && both < resident, `${both} of ${resident}`);
    await tell('globalThis.kept = Buffer.alloc(64 * 2 ** 20, 1)');
    const high = rssOf([pid]) as number;
    await tell('globalThis.kept = null');
    // The collector gives it back in its own time.
    for (let i = 0; i < 200 && (rssOf([pid]) as number) >= high - 32 * 2 ** 20; i++) {
      await tell('gc()');
    }
    assert.ok((rssOf([pid]) as number) < high - 32 * 2 ** 20);
    assert.ok((peakOf([pid]) as number) >= high - 2 ** 20);
    assert.deepEqual([pssOf([]), peakOf([2 ** 22 + 1])], [null, null]);
  },
);

it(
  'The probe of processes does not know the memory of a process that does not let us look',
  linux,
  async () => {
    const memory = new URL('../../../src/measure/probes/memory.ts', import.meta.url).href;
    const setup = `const { pssOf } = await import('${memory}');`;
    // Not that of the others either: a part would look like the whole.
    assert.equal(await unprivileged(setup, 'pssOf([1])'), 'null');
    assert.equal(await unprivileged(setup, 'pssOf([process.pid, 1])'), 'null');
  },
);

it('The probe of processes describes the machine', () => {
  const environment = readEnvironment({ ImageOS: 'ubuntu24', ImageVersion: '20261101.1.0' });
  assert.equal(environment.runnerImage, 'ubuntu24 20261101.1.0');
  assert.equal(environment.node, process.version);
  assert.ok(environment.cpuCount >= 1);
  assert.ok(environment.memoryBytes > 2 ** 28);
  for (const text of [environment.os, environment.kernel, environment.cpuModel]) assert.ok(text);
  assert.equal(readEnvironment({}).runnerImage, null);
});
