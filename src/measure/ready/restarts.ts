/**
 * Servers that something starts again: a loop, a supervisor, a watcher of files. It goes on when they fail, so nothing ends by which a failed
 * start is known, and whoever waits would wait until the time is up.
 */
import { type ProcStat, readStat } from '../../system/kernel/proc-stat.ts';
import { argumentsOf } from '../../system/kernel/started-as.ts';
import type { RunningServer } from '../servers/server.ts';
import { watchesFiles } from '../servers/watchers.ts';
import { hasGivenUp, supervises } from './given-up.ts';
import { endsAgain, givenUp, givenUpBesideOthers, type WhyNot } from './not-ready.ts';
import { endsInError, RepeatedError } from './repeated-error.ts';
import { Standing } from './standing.ts';

/** What restarts a server says so once it has failed; some try again at once. */
const GIVEN_UP_MS = 1500;
/** Of a supervisor that runs others beside: so long they do nothing. One of them may be the server, and may only be slow. */
const OTHERS_IDLE_MS = 15_000;
/** What comes once or twice is mended by the next start: the other build held something, or a friend was late. */
const ENDS = 3;
/** So long the same error comes: who creates a user or a table beside the server takes a moment. */
const AGAIN_MS = 6000;
/** A watcher whose server has failed prints nothing and does nothing. */
const QUIET_MS = 4000;
/** Of one core, in clock ticks of 10 ms. */
const IDLE_TICKS_PER_MS = 0.1 / 10;

export class Restarts {
  readonly #server: Pick<RunningServer, 'tree' | 'output' | 'watchOutput'>;
  readonly #read: () => boolean;
  readonly #error = new RepeatedError();
  readonly #givenUp = new Standing();
  readonly #again = new Standing();
  /** CPU time of ended children, by parent. */
  #childTicks = new Map<number, number>();
  #ends = 0;
  #times = 0;
  #hasGivenUp = false;
  #sameError = 0;
  #quiet = { output: '', ticks: 0, sinceMs: 0 };

  constructor(server: Pick<RunningServer, 'tree' | 'output' | 'watchOutput'>) {
    this.#server = server;
    this.#read = server.watchOutput((lines) => {
      // The last one may go on, and comes again then.
      this.#error.take(lines.slice(0, -1));
      return false;
    });
  }

  /** How often processes of it have ended, as far as they took any time. */
  get ends(): number {
    return this.#ends;
  }

  /** Whether what starts it again has just given up it, or another program. */
  get hasGivenUp(): boolean {
    return this.#hasGivenUp;
  }

  /** How often the same error has come, which goes on for so long that it is no chance; 0: none does. */
  get sameError(): number {
    return this.#sameError;
  }

  /** How often any error has come so far that was the same. */
  get times(): number {
    return this.#times;
  }

  /** How often the same error has come that does not pass by itself. */
  get lasting(): number {
    return this.#error.lasting;
  }

  /** Null: it may still become ready. */
  look(nowMs: number): WhyNot | null {
    const output = this.#server.output();
    this.#read();
    const pids = this.#server.tree();
    const stats = pids.flatMap((pid) => readStat(pid) ?? []);
    const ticks = this.#countEnds(stats);
    if (output !== this.#quiet.output) this.#quiet = { output, ticks, sinceMs: nowMs };
    const quietMs = nowMs - this.#quiet.sinceMs;
    const isIdle = ticks - this.#quiet.ticks <= IDLE_TICKS_PER_MS * quietMs;
    this.#hasGivenUp = hasGivenUp(output);
    if (this.#givenUp.look(this.#hasGivenUp, nowMs) >= GIVEN_UP_MS) {
      if (!runsOthers(stats)) return givenUp();
      if (isIdle && quietMs >= OTHERS_IDLE_MS) return givenUpBesideOthers(quietMs);
    }
    const { times } = this.#error;
    // Steps of a start that all warn alike come to an end, and what follows them may take its time.
    const hasComeAgain = times > this.#times;
    this.#times = times;
    const againMs = this.#again.look(times > 0, nowMs);
    this.#sameError = hasComeAgain && times >= ENDS && againMs >= AGAIN_MS ? times : 0;
    if (this.#sameError > 0 && this.#ends >= ENDS) return endsAgain(times);
    const isStuck = quietMs >= QUIET_MS && isIdle && !this.#error.waits && endsInError(output);
    return isStuck && watchesFiles(pids.map(commandOf)) ? givenUp() : null;
  }

  /** Resolves to the CPU time of all of them. */
  #countEnds(stats: readonly ProcStat[]): number {
    const before = this.#childTicks;
    this.#childTicks = new Map();
    let ticks = 0;
    for (const { pid, ticks: own, childTicks } of stats) {
      ticks += own;
      this.#childTicks.set(pid, childTicks);
      if (childTicks > (before.get(pid) ?? 0)) this.#ends++;
    }
    return ticks;
  }
}

/** Whether a supervisor of several programs has one that runs. */
function runsOthers(stats: readonly ProcStat[]): boolean {
  const supervisors = new Set(
    stats.map(({ pid }) => pid).filter((pid) => supervises(commandOf(pid))),
  );
  return stats.some(
    ({ pid, parent, zombie }) => !zombie && supervisors.has(parent) && !supervisors.has(pid),
  );
}

function commandOf(pid: number): string {
  return argumentsOf(pid).join(' ').trim();
}
