/** Whether the load generator, and not the server, was the bottleneck: then throughput is the generator's. */

import { sum } from 'simple-statistics';
import type { BlockMeasurement } from '../../measure/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import type { FindingOf } from '../findings/finding.ts';
import { LIMITS } from '../thresholds.ts';

/**
 * Over the blocks: was the generator the bottleneck of an arm, while its server had time left? Null when it was of none.
 * Of base alone: base is at least as fast as it looks, so that head can only be worse than it looks.
 */
export function generatorLimit(
  blocks: readonly BlockMeasurement[],
  serverCores: number,
): FindingOf<'generator-limit'> | null {
  return limitOf(blocks, 'head', serverCores) ?? limitOf(blocks, 'base', serverCores);
}

/** Arms whose throughput is the generator's: their servers are at least as fast as they look. */
export function limitedArms(blocks: readonly BlockMeasurement[], serverCores: number): Arm[] {
  return (['base', 'head'] as const).filter((arm) => limitOf(blocks, arm, serverCores) !== null);
}

function limitOf(
  blocks: readonly BlockMeasurement[],
  arm: Arm,
  serverCores: number,
): FindingOf<'generator-limit'> | null {
  const shares = blocks.flatMap((block) => block.arms[arm]?.generatorBusy ?? []);
  const busy = shares.length === 0 ? 0 : sum(shares) / shares.length;
  if (busy < LIMITS.generatorBusy) return null;
  const used = coresUsed(blocks, arm, 'cpuTicksMs');
  if (used !== null && used >= LIMITS.serverBusy * serverCores) return null;
  if (used !== null && isAtOneCore(blocks, arm, used)) return null;
  const data = { generatorBusy: busy, serverBusy: used === null ? null : used / serverCores };
  return { code: 'generator-limit', severity: 'doubt', subject: arm, data };
}

/**
 * A single-threaded server on several cores is at its limit with one of them. Several threads that
 * add up to one core are not: there the busiest thread has time left.
 */
function isAtOneCore(blocks: readonly BlockMeasurement[], arm: Arm, used: number): boolean {
  const aboutOne = used >= LIMITS.serverBusy && used <= 2 - LIMITS.serverBusy;
  const busiest = coresUsed(blocks, arm, 'busiestThreadMs');
  return aboutOne && (busiest === null || busiest >= LIMITS.serverBusy);
}

/** Cores in use on average while this arm was loaded; null where that cannot be read. */
function coresUsed(
  blocks: readonly BlockMeasurement[],
  arm: Arm,
  clock: 'cpuTicksMs' | 'busiestThreadMs',
): number | null {
  let cpuMs = 0;
  let wallMs = 0;
  for (const block of blocks) {
    const usedMs = block.arms[arm]?.[clock] ?? null;
    if (usedMs === null) return null;
    cpuMs += usedMs;
    for (let i = 0; i < block.sliceUs.length; i++) {
      if (block.sliceOrder[i] === arm[0]) wallMs += (block.sliceUs[i] as number) / 1000;
    }
  }
  return wallMs === 0 ? null : cpuMs / wallMs;
}
