/** Whether the load generator, and not the server, was the bottleneck: then throughput is the generator's. */

import { sum } from 'simple-statistics';
import type { BlockMeasurement } from '../../measure/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import { percent } from '../percent.ts';
import { LIMITS } from '../thresholds.ts';

export interface GeneratorLimit {
  /** In one sentence. */
  reason: string;
  /** Of base alone: base is at least as fast as it looks, so that head can only be worse than it looks. */
  isBases: boolean;
}

/** Over the blocks: was the generator the bottleneck of an arm, while its server had time left? Null when it was of none. */
export function generatorLimit(
  blocks: readonly BlockMeasurement[],
  serverCores: number,
): GeneratorLimit | null {
  const ofHead = limitOf(blocks, 'head', serverCores);
  if (ofHead !== null) return { reason: `${ofHead}: throughput is not judged`, isBases: false };
  const ofBase = limitOf(blocks, 'base', serverCores);
  if (ofBase === null) return null;
  const reason = `${ofBase}: throughput can show that head is slower, and nothing else`;
  return { reason, isBases: true };
}

function limitOf(
  blocks: readonly BlockMeasurement[],
  arm: Arm,
  serverCores: number,
): string | null {
  const shares = blocks.flatMap((block) => block.arms[arm]?.generatorBusy ?? []);
  const busy = shares.length === 0 ? 0 : sum(shares) / shares.length;
  if (busy < LIMITS.generatorBusy) return null;
  const used = coresUsed(blocks, arm, 'cpuTicksMs');
  if (used === null) {
    return `the load generator may have been the limit (its busiest core ${percent(busy)} busy with ${arm}, and the servers' CPU time cannot be read here)`;
  }
  if (used >= LIMITS.serverBusy * serverCores || isAtOneCore(blocks, arm, used)) return null;
  return `the load generator was the limit (its busiest core ${percent(busy)} busy, ${arm}'s cores ${percent(used / serverCores)})`;
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
