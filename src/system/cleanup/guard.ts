/** The gate's end of the watchdog: tells it what to clean if the gate dies. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { knownOf } from '../processes/kin.ts';
import { MARKER } from '../processes/mark.ts';
import { hurry } from '../program/patience.ts';
import { ownCommand, ownEnvironment, ownProgram } from '../program/runtime.ts';
import { type Duty, doDuties } from './duties.ts';
import { noteLeft } from './leftovers.ts';

export type { Duty };

export interface Guard extends AsyncDisposable {
  add(duty: Duty): void;
}

/** A watchdog that somebody ends is started again, so many times. */
const RESTARTS_AT_MOST = 3;
/** It removes what the gate could not, or has nothing to do. */
const DONE_WITHIN_MS = 60_000;

/** All that are there: every one hears of every command. */
const guards = new Set<GuardOfRun>();

/** Starts the watchdog. Disposing lets it do its duties (normally nothing is left) and waits for it. */
export function startGuard(): Guard {
  return new GuardOfRun();
}

/** Tells of a command that was just started, by the number of its process, which leads a group. */
export function announce(pid: number, marker: string): void {
  const command = knownOf(pid);
  for (const guard of guards) guard.add({ command, marker });
}

/** The command is gone whole. Only where a number alone does not name a process for ever this matters. */
export function withdraw(pid: number): void {
  for (const guard of guards) guard.withdraw(pid);
}

class GuardOfRun implements Guard {
  #duties: Duty[] = [];
  #watchdog: Watchdog;
  #restarts = 0;
  #isDisposed = false;

  constructor() {
    this.#watchdog = this.#start();
    guards.add(this);
  }

  add(duty: Duty): void {
    this.#duties.push(duty);
    this.#watchdog.tell(duty);
  }

  withdraw(pid: number): void {
    const others = (duty: Duty) => !('command' in duty) || duty.command.pid !== pid;
    if (this.#duties.every(others)) return;
    this.#duties = this.#duties.filter(others);
    this.#watchdog.tell({ withdrawn: pid });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    guards.delete(this);
    const left = await this.#watchdog.finish();
    // It was ended by somebody, before it could say that all is done.
    for (const what of left ?? (await doDuties(this.#duties))) noteLeft(what);
  }

  #start(): Watchdog {
    const watchdog = new Watchdog();
    for (const duty of this.#duties) watchdog.tell(duty);
    watchdog.onEnd(() => {
      if (this.#isDisposed || this.#restarts++ === RESTARTS_AT_MOST) return;
      this.#watchdog = this.#start();
    });
    return watchdog;
  }
}

class Watchdog {
  readonly #child: ChildProcess;
  #said = '';

  constructor() {
    const [file, ...args] = ownCommand(ownProgram('watchdog'));
    this.#child = spawn(file, args, {
      detached: true,
      // GitHub's runner ends, with a job, every process that inherited its value of this variable.
      // And it bears no mark: it would end itself with all the others.
      env: { ...ownEnvironment(), RUNNER_TRACKING_ID: '', [MARKER]: undefined },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child.on('error', () => {});
    this.#child.stdin?.on('error', () => {});
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
  }

  tell(duty: Duty | { withdrawn: number }): void {
    this.#child.stdin?.write(`${JSON.stringify(duty)}\n`);
  }

  onEnd(act: () => void): void {
    this.#child.once('exit', act);
  }

  /** What is left when all is done; null when it died, or was not waited for. */
  async finish(): Promise<string[] | null> {
    const child = this.#child;
    child.stdin?.end();
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      const limit = AbortSignal.any([AbortSignal.timeout(DONE_WITHIN_MS), hurry]);
      await once(child, 'close', { signal: limit }).catch(() => {});
    }
    try {
      return (JSON.parse(this.#said) as { left: string[] }).left;
    } catch {
      return hurry.aborted ? ['what its watchdog, which goes on, cannot remove'] : null;
    }
  }
}
