/**
 * Cleans up when the gate itself is killed and cannot. It reads duties, one line of JSON each, and
 * does them when its standard input closes, which the kernel sees to whatever happens to the gate. Then it
 * says what is left, if anybody still listens.
 */
import './system/program/no-inspector.ts';
import { createInterface } from 'node:readline';
import { type Duty, doDuties, readDuty } from './system/cleanup/duties.ts';
import { readStat } from './system/kernel/proc-stat.ts';

/** A gate that somebody has stopped goes on after this long. */
const LOOK_MS = 500;

// The signals that end the gate must not end its watchdog.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE'] as const) {
  process.on(signal, () => {});
}
process.stdout.on('error', () => {});

async function main(): Promise<void> {
  let duties: Duty[] = [];
  const looking = keepGoing(process.ppid);
  for await (const line of createInterface({ input: process.stdin })) {
    const duty = readDuty(line);
    if (duty === null) continue;
    if ('withdrawn' in duty) {
      duties = duties.filter((one) => !('command' in one) || one.command.pid !== duty.withdrawn);
    } else {
      duties.push(duty);
    }
  }
  clearInterval(looking);
  const left = await doDuties(duties);
  process.stdout.write(JSON.stringify({ left }));
}

/**
 * A measured program may stop the gate, and a job would hang with it until its time limit. At a terminal
 * it is left alone: there a person stops it (Ctrl-Z) and has it go on.
 */
function keepGoing(gate: number): NodeJS.Timeout {
  return setInterval(() => {
    const stat = process.platform === 'linux' ? readStat(gate) : null;
    if (stat === null || !stat.stopped || stat.terminal !== 0) return;
    try {
      process.kill(gate, 'SIGCONT');
    } catch {
      // Gone meanwhile.
    }
  }, LOOK_MS);
}

void main();
