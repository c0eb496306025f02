/** Tests what src/measure/probes/cpu.ts takes for a runtime's own threads. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSnapshot, runTimeBetween, upkeepBetween } from '../../../src/measure/probes/cpu.ts';

/** Works in a thread of this name. */
const NAMED = `
import ctypes, sys, threading
def work(name):
    ctypes.CDLL(None).prctl(15, name.encode())
    print("works", flush=True)
    while True: pass
threading.Thread(target=work, args=(sys.argv[1],), daemon=True).start()
threading.Event().wait()
`;

function lacking(): string | false {
  if (process.platform !== 'linux') return 'needs /proc';
  return spawnSync('python3', ['--version']).error === undefined ? false : 'needs python3';
}

it('Threads that compile and collect are known by their names, and those that serve are not', {
  skip: lacking(),
}, async (t) => {
  for (const [name, isUpkeep] of [
    ['C2 CompilerThre', true],
    ['G1 Conc#0', true],
    ['.NET Tiered Com', true],
    ['http-nio-8080-e', false],
    ['ZooKeeper', false],
  ] as const) {
    const child = spawn('python3', ['-c', NAMED, name], { stdio: ['ignore', 'pipe', 'ignore'] });
    t.after(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const pids = [Number(child.pid)];
    const before = cpuSnapshot(pids);
    await sleep(200);
    const after = cpuSnapshot(pids);
    const upkeepMs = upkeepBetween(before, after);
    child.kill('SIGKILL');
    const allMs = runTimeBetween(before, after) ?? 0;
    assert.ok(allMs > 0, name);
    assert.ok(isUpkeep ? upkeepMs > 0.9 * allMs : upkeepMs === 0, `${name}: ${upkeepMs} ${allMs}`);
  }
});
