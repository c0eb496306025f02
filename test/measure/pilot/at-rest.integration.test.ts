/** Real processes that come to rest behind their load, and one that does not. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { it, type TestContext } from 'node:test';
import { Neighbours } from '../../../src/measure/beside/neighbours.ts';
import { AtRest, allThatGoOn, workersAmong } from '../../../src/measure/pilot/at-rest.ts';
import type { RunningServer } from '../../../src/measure/servers/server.ts';
import type { Arm } from '../../../src/terms/arm.ts';

/** Works for as long as the last line that it read says, and for a third of the time from its start on if it is told to. */
const WORKS = `
const work = (ms) => { const until = performance.now() + ms; while (performance.now() < until); };
if (process.argv[1] === 'always') setInterval(() => work(3), 10);
process.stdin.on('data', (line) => { console.log('works'); const until = performance.now() + Number(line);
  const more = () => { if (performance.now() < until) { work(5); setImmediate(more); } }; more(); });
console.log('up');
`;

async function started(t: TestContext, mode: 'always' | 'when-asked'): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', WORKS, mode], { stdio: ['pipe', 'pipe', 'ignore'] });
  t.after(() => void child.kill('SIGKILL'));
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}

/** So many of an arm, so that together they have a good part of a core on a busy machine too. */
const PROCESSES = 3;

/** Each works for so long behind its load; null: always a little. */
async function seenOf(t: TestContext, afterMs: Record<Arm, number | null>) {
  const children = new Map<Arm, ChildProcess[]>();
  for (const arm of ['base', 'head'] as const) {
    const mode = afterMs[arm] === null ? 'always' : 'when-asked';
    const count = afterMs[arm] === null ? 1 : PROCESSES;
    children.set(arm, await Promise.all(Array.from({ length: count }, () => started(t, mode))));
  }
  const servers = new Map(
    [...children].map(([arm, of]) => {
      const tree = () => of.map(({ pid }) => pid);
      return [arm, { tree } as unknown as RunningServer];
    }),
  );
  const context = { neighbours: new Neighbours(), signal: new AbortController().signal };
  const rest = new AtRest(context, { servers }, 'api');
  await rest.begin();
  for (const [arm, of] of children) {
    for (const child of of) {
      child.stdin?.write(`${afterMs[arm] ?? 0}\n`);
      await once(child.stdout as NodeJS.ReadableStream, 'data');
    }
  }
  return await rest.end();
}

const skip = process.platform === 'linux' ? false : 'CPU times are read on Linux alone';

it('Servers that come to rest soon are not told', { skip }, async (t) => {
  assert.equal(await seenOf(t, { base: 0, head: 300 }), null);
});

it('A server that works on is told, with the cores that it uses', { skip }, async (t) => {
  const seen = await seenOf(t, { base: 0, head: 60_000 });
  assert.deepEqual(Object.keys(seen?.cores ?? {}), ['head']);
  assert.ok((seen?.cores.head ?? 0) > 0.2, JSON.stringify(seen));
  assert.ok((seen?.waitedMs ?? 0) >= 3000);
});

it('What a server uses before its load is none of it', { skip }, async (t) => {
  assert.equal(await seenOf(t, { base: null, head: 0 }), null);
});

it('Of what runs beside, a server and its children are no workers', { skip }, async (t) => {
  const serving = `require("net").createServer().listen(0, "127.0.0.1", () => console.log(
    require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]).pid))`;
  const database = spawn(process.execPath, ['-e', serving], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const worker = await started(t, 'when-asked');
  const [line] = await once(database.stdout as NodeJS.ReadableStream, 'data');
  const ofDatabase = Number(String(line));
  t.after(() => {
    process.kill(ofDatabase, 'SIGKILL');
    database.kill('SIGKILL');
  });
  const pids = [database.pid, ofDatabase, worker.pid].map(Number);
  assert.deepEqual(workersAmong(pids), [worker.pid]);
});

it('Arms that are met one after the other are told together', () => {
  const one = { waitedMs: 3000, cores: { base: 0.5 } };
  const other = { waitedMs: 3100, cores: { head: 0.4 } };
  assert.deepEqual(allThatGoOn([one, null, other]), {
    waitedMs: 3100,
    cores: { base: 0.5, head: 0.4 },
  });
  assert.equal(allThatGoOn([null, null]), null);
});
