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
  /** Share of the cores that others took, and of the time that the load generator waited for its own. */
  others: number;
  generatorQueued: number;
}

/** Over the blocks. Null when the server was the limit of both arms, or when nothing shows that it was not. */
export function spareTime(
  { blocks, pilot }: Pick<SubjectMeasurement, 'blocks' | 'pilot'>,
  { scenario, serverCores }: { scenario: Scenario; serverCores: number },
): SpareTime | null {
  const dearer = dearerWhenIdle(blocks);
  const savesWhenBusy = dearer === null ? null : dearer > LIMITS.dearer;
  const full = savesWhenBusy ? LIMITS.serverBusy : LIMITS.idle;
  const [base, head] = (['base', 'head'] as const).map((arm) =>
    closedLoop(blocks, arm, { serverCores, full }),
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
  { serverCores, full }: { serverCores: number; full: number },
): Loop {
  // A block without slices says nothing of the closed loop.
  const looped = blocks.filter(({ sliceOrder }) => sliceOrder !== '');
  const generatorBusy = meanOr0(looped.flatMap((block) => block.arms[arm]?.generatorBusy ?? []));
  const cores = coresUsed(blocks, arm);
  const serverBusy = cores.used === null ? null : cores.used / serverCores;
  const loop = { generatorBusy, serverBusy, ...timeLost(looped, arm) };
  if (isFullWith(cores, serverCores)) return { ...loop, limit: 'server' };
  if (generatorBusy >= LIMITS.generatorBusy) return { ...loop, limit: 'generator' };
  const beside = meanOr0(blocks.map(({ runner }) => runner.beside ?? 0));
  return { ...loop, limit: leftTime(loop, { cores, beside, full }) ? 'wait' : 'server' };
}

/**
 * Whether the server, by its cores and by its busiest thread, left time. What others took of the cores it could not have had; but where it
 * used less than half of what they left, they were not what kept it: a server that computes takes all of that.
 */
function leftTime(
  loop: Omit<Loop, 'limit'>,
  { cores, beside, full }: { cores: Cores; beside: number; full: number },
): boolean {
  const { serverBusy, generatorBusy, others, generatorQueued } = loop;
  if (serverBusy === null) return false;
  const taken = Math.max(serverBusy, cores.busiest ?? 0) + beside;
  if (taken < LIMITS.idle * (1 - others)) return true;
  if (taken + others >= full) return false;
  // While the generator waits for its own core no server has requests. But where a request costs the generator more, that is the limit.
  const isAllKnown = taken + others + generatorQueued >= 1;
  return !(isAllKnown && serverBusy >= generatorBusy);
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
  { limit, generatorBusy, serverBusy, others, generatorQueued }: Loop,
  { pilot, blocks }: Pick<SubjectMeasurement, 'blocks' | 'pilot'>,
): SpareTime['finding'] {
  const shares = { generatorBusy, serverBusy };
  if (limit === 'generator') {
    return { code: 'generator-limit', severity: 'doubt', subject, data: shares };
  }
  const medianUs = pilot?.arms[subject]?.medianLatencyUs ?? null;
  const answerMs = medianUs === null ? null : medianUs / 1000;
  const beside = unique(blocks.flatMap((block) => block.beside?.map(({ name }) => name) ?? []));
  const isDisturbed = others + generatorQueued > DISTURBED.foreign;
  const data = {
    ...shares,
    answerMs,
    ...(beside.length > 0 && { beside }),
    ...(isDisturbed && { lost: { others, generatorQueued } }),
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
