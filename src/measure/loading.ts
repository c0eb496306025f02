/** Asks the generator for load, and says whose fault it is when none comes. */
import type { Arm } from '../config/experiment.ts';
import { excerptsOf, PrintedError } from '../printed.ts';
import { exitHeard, type LiveArms } from './live.ts';
import { GeneratorGone } from './load/client.ts';
import { GeneratorStopped } from './load/helper.ts';
import type { ErrorSample, PacedResult, SliceResult, SteadyResult } from './load/protocol.ts';
import type { RunningServer } from './servers/server.ts';
import type { Workbench } from './workbench.ts';

export interface Sliced {
  slices: SliceResult[];
  samples: ErrorSample[];
}

/**
 * Slices in this order. A load that could not even be tried (a load command that fails) is blamed on
 * a server that has ended, else on no arm: it may be the tool.
 */
export async function loadSlices(
  bench: Workbench,
  live: LiveArms,
  order: Arm[],
  work: number,
): Promise<Sliced> {
  return await blaming(live, order, bench.generator.slices(order, work));
}

/** Open loop: so much work at this rate. Fails as slices do. */
export async function loadPaced(
  bench: Workbench,
  live: LiveArms,
  arm: Arm,
  { work, perSecond }: { work: number; perSecond: number },
): Promise<{ result: PacedResult; samples: ErrorSample[] }> {
  return await blaming(live, [arm], bench.generator.paced(arm, work, perSecond));
}

/** Closed loop without a break. Fails as slices do. */
export async function loadSteady(
  bench: Workbench,
  live: LiveArms,
  arm: Arm,
  durationMs: number,
): Promise<{ result: SteadyResult; samples: ErrorSample[] }> {
  return await blaming(live, [arm], bench.generator.steady(arm, durationMs));
}

async function blaming<Result>(
  live: LiveArms,
  arms: readonly Arm[],
  loading: Promise<Result>,
): Promise<Result> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof GeneratorGone || error instanceof GeneratorStopped) throw error;
    await exitHeard();
    live.assertAlive();
    const message = error instanceof Error ? error.message : String(error);
    throw new PrintedError(`${[...new Set(arms)].join(' and ')}: ${message}`, excerptsOf(error));
  }
}

/** One answer that was not as expected, in words. */
export function exampleOf(
  { samples }: { samples: readonly ErrorSample[] },
  arm: Arm,
): string | null {
  return samples.find((sample) => sample.arm === arm)?.message ?? null;
}

/** The running server of an arm that is loaded. */
export function serverFor({ servers }: LiveArms, arm: Arm): RunningServer {
  return servers.get(arm) as RunningServer;
}
