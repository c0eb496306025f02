/**
 * What was the limit of the closed loop, in each arm: the server, the load generator, or a wait. A server that has time left
 * takes requests one by one, where a slower one finds several waiting and handles them together, for less each. So what
 * such a loop says of throughput and CPU may be the reverse of the code's (docs/adr/0038-time-left.md).
 */

import { mean } from 'simple-statistics';
import type { Scenario } from '../../config/experiment/scenario.ts';
import type { BlockMeasurement, SubjectMeasurement } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import { cpuSecondsPerRequest } from '../figures/cpu.ts';
import { openLoopCpuSeconds } from '../figures/open-loop-cpu.ts';
import { DISTURBED, LIMITS } from '../findings/thresholds.ts';
import type { SpareTime } from './health.ts';

interface Loop {
  limit: 'server' | 'generator' | 'wait';
  generatorBusy: number;
  /** Share of its cores; null where it cannot be read. */
  serverBusy: number | null;
  /** Share of all cores that others took. */
  others: number;
  /** Share of the slices in which the load generator waited for a core. */
  generatorQueued: number;
  /** These may be why nothing was seen to be the limit. */
  mayBeOthers: boolean;
}

/** Cores of one arm's server; and where the sides are pinned, how many each has. */
export interface Placement {
  serverCores: number;
  /** Null: nothing is pinned, so that nobody has cores of its own. */
  pinned: { generator: number; servers: number; all: number } | null;
}

/** Over the blocks. Null when the server was the limit of both arms, or when nothing shows that it was not. */
export function spareTime(
  { blocks, pilot }: Pick<SubjectMeasurement, 'blocks' | 'pilot'>,
  { scenario, placement }: { scenario: Scenario; placement: Placement },
): SpareTime | null {
  const dearer = dearerWhenIdle(blocks);
  const savesWhenBusy = dearer === null ? null : dearer > LIMITS.dearer;
  const full = savesWhenBusy ? LIMITS.serverBusy : LIMITS.idle;
  const [base, head] = (['base', 'head'] as const).map((arm) =>
    closedLoop(blocks, arm, { placement, full }),
  ) as [Loop, Loop];
  const limits = { base: base.limit, head: head.limit };
  const subject = toldOf(limits);
  if (subject === null) return null;
  const loop = subject === 'base' ? base : head;
  const finding = findingOf(subject, loop, { pilot, blocks });
  return { finding, limits, savesWhenBusy, isShared: sharesConnections(scenario) };
}

/** The server was the limit of both arms, whatever else is known of it. */
export function isServerFull(blocks: readonly BlockMeasurement[], serverCores: number): boolean {
  return (['base', 'head'] as const).every((arm) =>
    isFullWith(coresUsed(blocks, arm), serverCores),
  );
}

function sharesConnections(scenario: Scenario): boolean {
  if (scenario.kind !== 'http') return false;
  return scenario.protocol === 'http3' || scenario.streams > 1;
}

/** The generator's limit before a wait, and head before base. */
function toldOf({ base, head }: SpareTime['limits']): Arm | null {
  if (head === 'generator') return 'head';
  if (base === 'generator') return 'base';
  if (head === 'wait') return 'head';
  return base === 'wait' ? 'base' : null;
}

function closedLoop(
  blocks: readonly BlockMeasurement[],
  arm: Arm,
  { placement, full }: { placement: Placement; full: number },
): Loop {
  const { serverCores, pinned } = placement;
  // A block without slices says nothing of the closed loop.
  const looped = blocks.filter(({ sliceOrder }) => sliceOrder !== '');
  const generatorBusy = meanOr0(looped.flatMap((block) => block.arms[arm]?.generatorBusy ?? []));
  const cores = coresUsed(blocks, arm);
  const serverBusy = cores.used === null ? null : cores.used / serverCores;
  const lost = timeLost(looped, arm);
  const loop = { generatorBusy, serverBusy, ...lost, mayBeOthers: false };
  if (isFullWith(cores, serverCores)) return { ...loop, limit: 'server' };
  if (generatorBusy >= LIMITS.generatorBusy) return { ...loop, limit: 'generator' };
  if (serverBusy === null) return { ...loop, limit: 'server' };
  const own = Math.max(serverBusy, cores.busiest ?? 0);
  const beside = meanOr0(looped.map(({ runner }) => runner.beside ?? 0));
  // What others took the server could not have had. But they were not what kept one that used less than half of what they left.
  if (own + beside < LIMITS.idle * (1 - lost.others)) return { ...loop, limit: 'wait' };
  if (own + beside + lost.others >= full) return { ...loop, limit: 'server' };
  if (pinned === null) return { ...loop, limit: 'wait' };
  // What runs beside the servers may have had the generator's cores, and works for them: that is no wait for others.
  const forIts = Math.min(lost.generatorQueued, (beside * pinned.all) / pinned.generator);
  const forOthers = lost.generatorQueued - forIts;
  const isFull = own >= generatorBusy && isAllKnown(own, { ...lost, forOthers }, pinned);
  const limit = isFull ? 'server' : 'wait';
  return { ...loop, generatorQueued: forOthers, limit, mayBeOthers: true };
}

/**
 * Whether the server's share of its cores, that of others, and the generator's waits for others, in which no server has requests, make up
 * the whole time (docs/adr/0119-jobs-beside-others.md). Others are taken to be on all cores alike; but while the generator waits they are on
 * its cores, and so not on the server's.
 */
function isAllKnown(
  own: number,
  lost: Pick<Loop, 'others' | 'generatorQueued'> & { forOthers: number },
  { generator, servers, all }: NonNullable<Placement['pinned']>,
): boolean {
  const { others, generatorQueued, forOthers } = lost;
  const atServers = Math.max(0, others * all - generatorQueued * generator) / servers;
  return own + Math.min(others, atServers) + forOthers >= 1;
}

/** Time that was not the arm's, as far as it is known. */
function timeLost(
  blocks: readonly BlockMeasurement[],
  arm: Arm,
): Pick<Loop, 'others' | 'generatorQueued'> {
  const others = blocks.map(({ runner: { foreign, steal } }) => (foreign ?? 0) + (steal ?? 0));
  return {
    others: meanOr0(others.map((share) => Math.min(1, share))),
    generatorQueued: meanOr0(blocks.map((block) => block.arms[arm]?.generatorQueued ?? 0)),
  };
}

function meanOr0(values: readonly number[]): number {
  return values.length === 0 ? 0 : mean(values);
}

function isFullWith({ used, busiest }: Cores, serverCores: number): boolean {
  if (used === null) return false;
  return used >= LIMITS.serverBusy * serverCores || isAtOneCore(used, busiest);
}

/**
 * By how much a request costs more CPU at the fixed rate, where more time is left, than in the closed loop, as ln(ratio):
 * the arm of which that is more. It is what a server saves when it has less time left. Null where it was not measured.
 */
function dearerWhenIdle(blocks: readonly BlockMeasurement[]): number | null {
  const ofArms = (['base', 'head'] as const).map((arm) => {
    const ratios = blocks.flatMap((block) => {
      const [open, closed] = [openLoopCpuSeconds(block, arm), cpuSecondsPerRequest(block, arm)];
      return open === null || closed === null ? [] : [Math.log(open / closed)];
    });
    return ratios.length === 0 ? null : mean(ratios);
  });
  const known = ofArms.filter((ratio) => ratio !== null);
  return known.length < ofArms.length ? null : Math.max(...known);
}

function findingOf(
  subject: Arm,
  { limit, generatorBusy, serverBusy, others, generatorQueued, mayBeOthers }: Loop,
  { pilot, blocks }: Pick<SubjectMeasurement, 'blocks' | 'pilot'>,
): SpareTime['finding'] {
  const shares = { generatorBusy, serverBusy };
  if (limit === 'generator') {
    return { code: 'generator-limit', severity: 'doubt', subject, data: shares };
  }
  const medianUs = pilot?.arms[subject]?.medianLatencyUs ?? null;
  const answerMs = medianUs === null ? null : medianUs / 1000;
  const beside = unique(blocks.flatMap((block) => block.beside?.map(({ name }) => name) ?? []));
  const isDisturbed = Math.max(others, generatorQueued) > DISTURBED.foreign;
  const data = {
    ...shares,
    answerMs,
    ...(beside.length > 0 && { beside }),
    ...(mayBeOthers && isDisturbed && { lost: { others, generatorQueued } }),
  };
  return { code: 'waiting-loop', severity: 'doubt', subject, data };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

/**
 * A single-threaded server on several cores is at its limit with one of them. Several threads that
 * add up to one core are not: there the busiest thread has time left.
 */
function isAtOneCore(used: number, busiest: number | null): boolean {
  const aboutOne = used >= LIMITS.serverBusy && used <= 2 - LIMITS.serverBusy;
  return aboutOne && (busiest === null || busiest >= LIMITS.serverBusy);
}

/** Cores in use on average while an arm was loaded; null where that cannot be read. */
interface Cores {
  readonly used: number | null;
  /** By the thread that ran most. */
  readonly busiest: number | null;
}

function coresUsed(blocks: readonly BlockMeasurement[], arm: Arm): Cores {
  const letter = arm.charCodeAt(0);
  let wallMs = 0;
  for (const { sliceUs, sliceOrder } of blocks) {
    for (let i = 0; i < sliceUs.length; i++) {
      if (sliceOrder.charCodeAt(i) === letter) wallMs += (sliceUs[i] as number) / 1000;
    }
  }
  const share = (clock: 'cpuTicksMs' | 'busiestThreadMs') => {
    let cpuMs = 0;
    for (const block of blocks) {
      const usedMs = block.arms[arm]?.[clock] ?? null;
      if (usedMs === null) return null;
      cpuMs += usedMs;
    }
    return wallMs === 0 ? null : cpuMs / wallMs;
  };
  return { used: share('cpuTicksMs'), busiest: share('busiestThreadMs') };
}
