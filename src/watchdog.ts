/**
 * Cleans up when the gate itself is killed and cannot. It reads duties, one line of JSON each, and
 * does them when its standard input closes, which the kernel sees to whatever happens to the gate.
 */
import { createInterface } from 'node:readline';
import { removeFolderSync } from './checkout/remove.ts';
import { forgetWorktreesSync } from './checkout/worktree.ts';
import type { Duty } from './guard.ts';
import { sweep } from './measure/servers/sweep.ts';

// The signals that end the gate must not end its watchdog.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

async function main(): Promise<void> {
  const duties: Duty[] = [];
  for await (const line of createInterface({ input: process.stdin })) duties.push(JSON.parse(line));
  // Processes first: one that still runs may write into a folder that is being removed.
  for (const duty of duties) if ('kill' in duty) await sweep(duty.kill);
  for (const duty of duties) if ('remove' in duty) removeFolderSync(duty.remove);
  for (const duty of duties) {
    if ('forget' in duty) forgetWorktreesSync(duty.records, duty.forget);
  }
}

void main();
