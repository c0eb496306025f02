/**
 * Another load tool as the engine: a slice is one run of a command, and its figures are those that
 * the tool prints. What the tool did not say is never made up: such a run is no slice, but an error.
 */
import { randomBytes } from 'node:crypto';
import { accessSync, constants, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { CommandScenario } from '../../config/experiment/scenario.ts';
import { type Excerpt, excerptsOf, PrintedError } from '../../system/messages/printed.ts';
import { lastLines } from '../../system/output/output-file.ts';
import { MARKER } from '../../system/processes/process-tree.ts';
import type { ErrorKind } from '../results.ts';
import type { OnError, Session, SessionSlice } from '../session.ts';
import type { Target } from '../target.ts';
import { fillAddress } from './address.ts';
import { limitingCpuUs } from './cpu.ts';
import { parseOutput } from './parse.ts';
import { type ToolReport, workOf } from './report.ts';
import { type Ran, type Run, startRun } from './run.ts';

/** A tool cannot have loaded for longer than it ran; its clock may be another than ours. */
const CLOCKS = { factor: 1.01, us: 20_000 };

const IN_WORDS: Record<ErrorKind, string> = {
  connect: 'connections that failed to open',
  timeout: 'requests that were not answered in time',
  closed: 'requests whose connection failed',
  protocol: 'requests without a valid answer',
  status: 'requests with another answer than a 2xx or 3xx, or without one',
  body: 'answers with an unexpected body',
};

export class CommandSession implements Session {
  readonly engine: string;
  /** Between two runs there are no connections. */
  readonly isPrepared = true;
  readonly #target: Target<CommandScenario>;
  readonly #cores: readonly number[] | null;
  readonly #onError: OnError;
  readonly #command: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #marker: string;
  #runs = 0;
  #run: Run | null = null;
  #disposed = false;

  /**
   * Starts nothing yet.
   * @param cores for the tool; null: wherever it likes
   * @throws UserError when the shell would take the URL in the command apart
   */
  constructor(target: Target<CommandScenario>, cores: readonly number[] | null, onError: OnError) {
    const { output } = target.scenario;
    this.engine = output === 'lines' ? 'command' : output;
    this.#target = target;
    this.#cores = cores;
    this.#onError = onError;
    this.#command = fillAddress(target);
    this.#env = target.env ?? process.env;
    // What this session starts, and all of what the run starts, is found by it.
    this.#marker = `${this.#env[MARKER] ?? ''}load-${randomBytes(6).toString('hex')}.`;
  }

  /** There is nothing to open. Rejects when the folder to run in is not there. */
  async open(): Promise<void> {
    const { root } = this.#target;
    try {
      accessSync(root, constants.X_OK);
      if (!statSync(root).isDirectory()) throw new Error('it is no folder');
    } catch (error) {
      throw new Error(`the load command cannot run in ${root}: ${(error as Error).message}`);
    }
  }

  async prepare(): Promise<void> {}

  /**
   * One run of the command, however much work that is. Rejects, in words for the user, when it fails,
   * takes too long, or prints figures that cannot be read.
   */
  async slice(_work: number): Promise<SessionSlice> {
    if (this.#disposed) throw new Error('the session is closed');
    if (this.#run !== null) throw new Error('a slice is already running on this session');
    this.#run = startRun({
      command: this.#command,
      cwd: this.#target.root,
      env: this.#env,
      marker: `${this.#marker}${++this.#runs}.`,
      cores: this.#cores,
      timeoutMs: this.#target.scenario.timeoutMs,
    });
    try {
      const ran = await this.#run.ran;
      const report = this.#read(ran);
      const { durationUs } = report;
      const cores = this.#cores?.length ?? availableParallelism();
      this.#tellErrors(report);
      return {
        startedAtMs: ran.startedAtMs,
        durationUs,
        good: report.good,
        errors: report.errors,
        resent: 0,
        generatorCpuUs: limitingCpuUs({ ...ran, durationUs }, cores),
        medianLatencyUs: report.medianLatencyUs,
        meanLatencyUs: null,
        gaveUp: null,
      };
    } finally {
      this.#run = null;
    }
  }

  /** All runs are alike. */
  skip(): void {}

  rest(): void {}

  /** Kills a run that is under way, with everything that it started. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#run?.kill('the session was closed');
  }

  #read(ran: Ran): ToolReport {
    if (ran.end !== null) {
      const printed = complaints(ran);
      throw this.#failure(
        printed.length === 0 ? `${ran.end} (it printed nothing)` : ran.end,
        printed,
      );
    }
    let report: ToolReport;
    try {
      report = parseOutput(this.#target.scenario.output, ran);
    } catch (error) {
      throw this.#failure((error as Error).message, excerptsOf(error));
    }
    if (report.durationUs > ran.wallUs * CLOCKS.factor + CLOCKS.us) {
      const claimed = `its output speaks of ${seconds(report.durationUs)} of load`;
      throw this.#failure(`${claimed}, but it ran for ${seconds(ran.wallUs)} only`);
    }
    return report;
  }

  #failure(what: string, printed: readonly Excerpt[] = []): Error {
    return new PrintedError(`the load command failed, \`${this.#command}\`: ${what}`, printed);
  }

  #tellErrors(report: ToolReport): void {
    const total = workOf(report);
    for (const [kind, count] of Object.entries(report.errors) as [ErrorKind, number][]) {
      if (count === 0) continue;
      this.#onError(kind, `${this.engine} counted ${count} of ${total}: ${IN_WORDS[kind]}`);
    }
  }
}

function complaints({ stdout, stderr }: Ran): Excerpt[] {
  const lines = [lastLines(stderr), lastLines(stdout)].find((some) => some.length > 0);
  return lines === undefined ? [] : [{ by: 'load command', lines }];
}

function seconds(us: number): string {
  return `${(us / 1e6).toFixed(2)} s`;
}
