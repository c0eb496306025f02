/** The calibrator in one block: started beside head, warmed up, loaded in turn with it, metered, ended. */
import type { Scenario } from '../../config/experiment/scenario.ts';
import { messageOf } from '../../system/messages/printed.ts';
import { ownEnvironment } from '../../system/program/runtime.ts';
import type { Arm } from '../../terms/arm.ts';
import { type LiveArms, startLive } from '../arms/running-arms.ts';
import type { RunContext } from '../context/run-context.ts';
import { ServerFailure } from '../failures/server-failure.ts';
import { loadSlices } from '../loading/load-blame.ts';
import type { CalibratorObservation, PathObservation } from '../observed/calibrator.ts';
import { Meter } from '../probes/process-meter.ts';
import type { RunningServer } from '../servers/server.ts';
import {
  CALIBRATOR_SLICE,
  CALIBRATOR_WARM_UP,
  calibratorConnections,
  calibratorFolder,
  calibratorLoad,
  calibratorRounds,
  calibratorServer,
} from './program.ts';

type Path = 'work' | 'light';
/** As the calibrator goes by, which counts. */
const CYCLE: readonly Path[] = ['work', 'light'];

/** Head is alone in a run that has a calibrator, so base's place at the generator is free. */
const PLACE: Arm = 'base';

export class CalibratorSlices implements AsyncDisposable {
  readonly #context: Pick<RunContext, 'generator'>;
  readonly #live: LiveArms;
  readonly #order: string;
  /** Slices of each path in one turn. */
  readonly #rounds: number;
  readonly #sliceUs: Record<Path, number[]> = { work: [], light: [] };
  readonly #cpuMs: Record<Path, (number | null)[]> = { work: [], light: [] };
  #meter: Meter | null = null;

  private constructor(
    context: Pick<RunContext, 'generator'>,
    live: LiveArms,
    { order, rounds }: { order: string; rounds: number },
  ) {
    this.#context = context;
    this.#live = live;
    this.#order = order;
    this.#rounds = rounds;
  }

  /** `order`: of the whole block, letter by letter, `c` and `h`. `scenario`: head's. */
  static async start(
    context: RunContext,
    scenario: Scenario,
    order: string,
  ): Promise<CalibratorSlices> {
    const own: RunContext = {
      ...context,
      dirs: { ...context.dirs, [PLACE]: calibratorFolder() },
      env: { of: ownEnvironment, own: (_arm, values) => values, load: {}, origins: [] },
      injection: null,
      answers: null,
    };
    const orders = { startOrder: [PLACE], connectOrder: [PLACE] };
    return await blamingNobody(async () => {
      const load = calibratorLoad(calibratorConnections(scenario));
      const live = await startLive(own, calibratorServer(), load, orders);
      return new CalibratorSlices(context, live, { order, rounds: calibratorRounds(scenario) });
    });
  }

  async warmUp(): Promise<void> {
    for (let i = 0; i < CALIBRATOR_WARM_UP; i++) {
      for (const path of CYCLE) await this.#load(CALIBRATOR_SLICE[path]);
    }
    this.#meter = new Meter(PLACE, this.#live.servers.get(PLACE) as RunningServer);
  }

  /** Letters of the group with this index: four slices of each. */
  group(index: number): string {
    return this.#order.slice(8 * index, 8 * index + 8);
  }

  /** One turn: so many slices of each path, which count as one. */
  async slice(): Promise<void> {
    const us: Record<Path, number> = { work: 0, light: 0 };
    const cpuMs: Record<Path, number | null> = { work: 0, light: 0 };
    for (let round = 0; round < this.#rounds; round++) {
      for (const path of CYCLE) {
        // What it did since its last slice is nobody's.
        this.#meter?.mark();
        us[path] += await this.#load(CALIBRATOR_SLICE[path]);
        const [own, sum] = [this.#meter?.sinceMark() ?? null, cpuMs[path]];
        cpuMs[path] = own === null || sum === null ? null : sum + own;
      }
    }
    for (const path of CYCLE) {
      this.#sliceUs[path].push(us[path]);
      this.#cpuMs[path].push(cpuMs[path]);
    }
  }

  observed(): CalibratorObservation {
    return {
      order: this.#order,
      work: this.#observedOf('work'),
      light: this.#observedOf('light'),
      startMs: Number((this.#live.startMs.get(PLACE) ?? 0).toFixed(1)),
    };
  }

  #observedOf(path: Path): PathObservation {
    const cpuMs = this.#cpuMs[path].filter((ms) => ms !== null);
    return {
      requests: CALIBRATOR_SLICE[path] * this.#rounds,
      sliceUs: this.#sliceUs[path].map((us) => Number(us.toFixed(1))),
      cpuMs: cpuMs.length === this.#cpuMs[path].length ? cpuMs : null,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#live[Symbol.asyncDispose]();
  }

  /** Microseconds that so many requests took; every one must have been answered. */
  async #load(requests: number): Promise<number> {
    return await blamingNobody(async () => {
      const { slices, samples } = await loadSlices(this.#context, this.#live, [PLACE], requests);
      const [slice] = slices;
      if (slice?.good === requests) return slice.durationUs;
      this.#live.assertAlive();
      const seen = samples[0]?.message ?? 'no answer';
      throw new NotAnswered(`it answered ${slice?.good ?? 0} of ${requests} requests: ${seen}`);
    });
  }
}

/** A calibrator that fails is neither head's fault nor its excuse. What is about this program's own processes stays as it is. */
async function blamingNobody<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const isAlone = error instanceof ServerFailure || error instanceof NotAnswered;
    if (!isAlone) throw error;
    throw new Error(
      `the calibrator, the server that this program brings along to compare with, failed: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

class NotAnswered extends Error {}
