/** Asks the generator for load, and says whose fault it is when none comes. */
import type { Arm } from '../config/experiment.ts';
import { exitHeard, type LiveArms } from './live.ts';
import { GeneratorGone } from './load/client.ts';
import type { ErrorSample, SliceResult } from './load/protocol.ts';
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
  try {
    return await bench.generator.slices(order, work);
  } catch (error) {
    if (error instanceof GeneratorGone) throw error;
    await exitHeard();
    live.assertAlive();
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${[...new Set(order)].join(' and ')}: ${message}`, { cause: error });
  }
}

/** One answer that was not as expected, in words. */
export function exampleOf({ samples }: Pick<Sliced, 'samples'>, arm: Arm): string | null {
  return samples.find((sample) => sample.arm === arm)?.message ?? null;
}

/** The running server of an arm that is loaded. */
export function serverFor({ servers }: LiveArms, arm: Arm): RunningServer {
  return servers.get(arm) as RunningServer;
}
