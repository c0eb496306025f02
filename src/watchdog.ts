/**
 * Cleans up when the gate itself is killed and cannot. It reads one line per thing to clean and
 * acts when its standard input closes, which the kernel guarantees whatever happens to the gate.
 *
 * Lines: `marker VALUE` (kill every process whose marker begins so), `remove PATH`, `prune REPOSITORY`
 * (forget worktrees whose folders are gone).
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { sweep } from './measure/servers/sweep.ts';

// The gate's own group gets the signals; this process must outlive them.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

async function main(): Promise<void> {
  const duties: { verb: string; what: string }[] = [];
  for await (const line of createInterface({ input: process.stdin })) {
    const space = line.indexOf(' ');
    duties.push({ verb: line.slice(0, space), what: line.slice(space + 1) });
  }
  const all = (verb: string) => duties.filter((duty) => duty.verb === verb);
  for (const { what } of all('marker')) await sweep(what);
  for (const { what } of all('remove')) {
    rmSync(what, { recursive: true, force: true, maxRetries: 3 });
  }
  for (const { what } of all('prune')) spawnSync('git', ['-C', what, 'worktree', 'prune']);
}

void main();
