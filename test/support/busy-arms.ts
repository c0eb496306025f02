/** Blocks whose arms have given rates, costs and busy shares, on one core each for the server and for the generator. */

import type { Arm } from '../../src/terms/arm.ts';
import { repeat } from './block.ts';
import type { BlockMeasurement } from './draft.ts';
import { observed, SIGNS } from './measurement.ts';

/** One arm's closed loop, and what a request costs in the open loop. */
export interface BusyArm {
  /** Requests per second. */
  rate: number;
  cpuUs: number;
  generatorBusy: number;
  generatorQueued?: number;
  /** Null: not measured, as in files of older versions. */
  openLoopCpuUs: number | null;
}

/** Noise between blocks, as a share: the least that a real run has. */
const NOISE = 0.003;

/** To be given as `edit` of a measurement with one server core. */
export function busyArms(arms: Record<Arm, BusyArm>): (block: BlockMeasurement) => void {
  return (block) => {
    const noise = 1 + NOISE * (SIGNS[block.index % SIGNS.length] as number);
    for (const arm of ['base', 'head'] as const) {
      const factor = arm === 'head' ? noise : 1;
      fill(block, arm, {
        ...arms[arm],
        rate: arms[arm].rate / factor,
        cpuUs: arms[arm].cpuUs * factor,
      });
    }
  };
}

function fill(
  block: BlockMeasurement,
  arm: Arm,
  { rate, cpuUs, generatorBusy, generatorQueued, openLoopCpuUs }: BusyArm,
): void {
  const observation = observed(block, arm);
  const slices = [...block.sliceOrder].filter((letter) => letter === arm[0]).length;
  const perSlice = block.sliceGood[0] as number;
  block.sliceUs = block.sliceUs.map((us, i) =>
    block.sliceOrder[i] === arm[0] ? (1e6 * perSlice) / rate : us,
  );
  const groups = (observation.cpuMs as number[]).length;
  const cpuMs = (slices * perSlice * cpuUs) / 1000;
  observation.cpuMs = repeat(cpuMs / groups, groups);
  observation.cpuTicksMs = cpuMs;
  observation.busiestThreadMs = cpuMs;
  observation.generatorBusy = generatorBusy;
  if (generatorQueued !== undefined) observation.generatorQueued = generatorQueued;
  if (observation.latency === null) return;
  observation.latency.cpuMs =
    openLoopCpuUs === null
      ? null
      : observation.latency.segments.scheduled.map((count) => (count * openLoopCpuUs) / 1000);
}
