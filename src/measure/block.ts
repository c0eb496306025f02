/** One block: a fresh pair of processes, warmed up, loaded in alternating slices, metered, ended. */
import type { Arm, Scenario, Server } from '../config/experiment.ts';
import type { BlockPlan, SubjectPlan } from '../plan/plan.ts';
import { startLive } from './live.ts';
import type { ErrorCounts, ErrorSample, SliceResult } from './load/protocol.ts';
import type { ArmObservation, BlockMeasurement } from './measurement.ts';
import { cpuBetween, cpuSnapshot } from './probes/cpu.ts';
import { rssOf } from './probes/memory.ts';
import type { RunningServer } from './servers/server.ts';
import type { Workbench } from './workbench.ts';

/** Memory is sampled this often within a block, always after the same numbers of requests. */
const MEMORY_SAMPLES = 4;

export async function runBlock(
  bench: Workbench,
  subject: { server: Server; scenario: Scenario; plan: SubjectPlan },
  block: BlockPlan,
): Promise<{ block: BlockMeasurement; samples: ErrorSample[] }> {
  await using live = await startLive(bench, subject.server, subject.scenario, block);
  for (const arm of block.warmupOrder) {
    await bench.generator.slices([arm], subject.plan.warmupRequests);
  }
  live.assertAlive();

  const rss = new Map<Arm, number[]>([...live.servers.keys()].map((arm) => [arm, []]));
  const slices: SliceResult[] = [];
  const samples: ErrorSample[] = [];
  const before = snapshots(live.servers);
  for (const stretch of stretches(block.sliceOrder)) {
    bench.signal.throwIfAborted();
    const result = await bench.generator.slices(stretch, subject.plan.sliceRequests);
    slices.push(...result.slices);
    samples.push(...result.samples);
    for (const [arm, server] of live.servers) rss.get(arm)?.push(...rssOf(server.tree()));
  }
  const after = snapshots(live.servers);
  live.assertAlive();

  const wallUs = slices.reduce((sum, slice) => sum + slice.durationUs, 0);
  const generatorUs = slices.reduce((sum, slice) => sum + slice.generatorCpuUs, 0);
  const arms: BlockMeasurement['arms'] = {};
  for (const arm of live.servers.keys()) {
    arms[arm] = {
      startMs: round(live.startMs.get(arm) as number, 1),
      ...counts(slices.filter((slice) => slice.arm === arm)),
      ...cpu(before.get(arm), after.get(arm)),
      rssBytes: rss.get(arm) as number[],
    };
  }
  return {
    samples,
    block: {
      index: block.index,
      sliceOrder: block.sliceOrder,
      sliceUs: slices.map((slice) => round(slice.durationUs, 1)),
      sliceGood: slices.map((slice) => slice.good),
      generatorBusy: wallUs === 0 ? 0 : round(generatorUs / wallUs, 4),
      arms,
    },
  };
}

/** The slice order in a few parts, cut between quads so that no pair is torn. */
function stretches(order: string): Arm[][] {
  const quads = Math.ceil(order.length / 4);
  const size = 4 * Math.max(1, Math.ceil(quads / MEMORY_SAMPLES));
  const parts: Arm[][] = [];
  for (let i = 0; i < order.length; i += size) {
    parts.push([...order.slice(i, i + size)].map((letter) => (letter === 'b' ? 'base' : 'head')));
  }
  return parts;
}

type Snapshots = Map<Arm, ReturnType<typeof cpuSnapshot> | null>;

function snapshots(servers: ReadonlyMap<Arm, RunningServer>): Snapshots {
  const linux = process.platform === 'linux';
  return new Map([...servers].map(([arm, s]) => [arm, linux ? cpuSnapshot(s.tree()) : null]));
}

function cpu(
  before: ReturnType<typeof cpuSnapshot> | null | undefined,
  after: ReturnType<typeof cpuSnapshot> | null | undefined,
): Pick<ArmObservation, 'cpuSchedstatMs' | 'cpuStatMs'> {
  if (!before || !after) return { cpuSchedstatMs: null, cpuStatMs: null };
  const used = cpuBetween(before, after);
  const precise = used.cpuSchedstatMs;
  return { ...used, cpuSchedstatMs: precise === null ? null : round(precise, 4) };
}

function counts(
  slices: readonly SliceResult[],
): Pick<ArmObservation, 'good' | 'attempted' | 'errors'> {
  const errors: ErrorCounts = {
    connect: 0,
    timeout: 0,
    closed: 0,
    protocol: 0,
    status: 0,
    body: 0,
  };
  let good = 0;
  let failed = 0;
  for (const slice of slices) {
    good += slice.good;
    for (const kind of Object.keys(errors) as (keyof ErrorCounts)[]) {
      errors[kind] += slice.errors[kind];
      failed += slice.errors[kind];
    }
  }
  return { good, attempted: good + failed, errors };
}

/** Keeps files small without losing anything above the clock's own noise. */
function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
