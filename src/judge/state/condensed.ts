/**
 * A subject with the figures of its blocks, each taken once; and the same without the slices, segments and samples that they
 * were taken from.
 */
import type { ArmObservation } from '../../measure/observed/arm-observation.ts';
import type { BlockMeasurement, SubjectMeasurement } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import { armValue } from '../figures/block-values.ts';
import { cpuFigures } from '../figures/cpu.ts';
import {
  type FiguredArm,
  type FiguredBlock,
  type Figures,
  keptPairFigures,
} from '../figures/kept-figures.ts';
import { openLoopFault } from '../figures/open-loop.ts';
import { openLoopCpuSeconds } from '../figures/open-loop-cpu.ts';
import { excessBesideCalibrator } from '../past/rare.ts';
import { pairValue } from '../rule/estimate.ts';
import { untrimmedSlowness, wholeSecondsPerRequest } from '../rule/trim-excess.ts';

/** As it is, with figures beside what they were taken from. */
export function figured(subject: SubjectMeasurement): SubjectMeasurement {
  return { ...subject, blocks: subject.blocks.map(figuredBlock) };
}

export function figuredBlock(block: BlockMeasurement): BlockMeasurement {
  return keptPairFigures(block) === null ? newlyFigured(block) : block;
}

function newlyFigured(block: BlockMeasurement): FiguredBlock {
  const { base, head } = block.arms;
  const cpu = cpuFigures(block);
  const beside = excessBesideCalibrator(block);
  return {
    ...block,
    openLoopFault: openLoopFault(block),
    pairFigures: {
      throughput: pairValue('throughput', block),
      cpu: cpu.value,
      throughputExcess: beside === null ? untrimmedSlowness(block) : beside.throughput,
      cpuExcess: beside === null ? cpu.excess : beside.cpu,
    },
    arms: {
      ...(base && {
        base: { ...base, figures: figuresOf(block, 'base', cpu) } as FiguredArm,
      }),
      ...(head && {
        head: { ...head, figures: figuresOf(block, 'head', cpu) } as FiguredArm,
      }),
    },
  };
}

function figuresOf(
  block: BlockMeasurement,
  arm: Arm,
  { of, whole }: Pick<ReturnType<typeof cpuFigures>, 'of' | 'whole'>,
): Figures {
  const cpu = of[arm];
  return {
    throughput: armValue('throughput', block, arm),
    cpu: cpu !== null && Number.isFinite(cpu) ? cpu : null,
    'cpu-beside': armValue('cpu-beside', block, arm),
    p50: armValue('p50', block, arm),
    p90: armValue('p90', block, arm),
    p99: armValue('p99', block, arm),
    memory: armValue('memory', block, arm),
    pss: armValue('pss', block, arm),
    'memory-growth': armValue('memory-growth', block, arm),
    'throughput-cv': armValue('throughput-cv', block, arm),
    openLoopCpu: openLoopCpuSeconds(block, arm),
    wholeThroughput: wholeSecondsPerRequest(block, arm),
    wholeCpu: whole[arm],
  };
}

/** One for all: a thousand subjects have forty thousand arms. */
const NONE = [] as const;
const NOTHING = { sliceOrder: '', sliceUs: NONE, sliceGood: NONE, latencyOrder: '' } as const;
const NO_SEGMENTS = {
  scheduled: NONE,
  late: NONE,
  durationUs: NONE,
  p50Us: NONE,
  p90Us: NONE,
  p99Us: NONE,
} as const;

/** Of one that has its figures: to be called when nothing is to be computed from single slices any more. */
export function condensed(subject: SubjectMeasurement): SubjectMeasurement {
  return {
    ...subject,
    blocks: subject.blocks.map(condensedBlock),
    replaced: subject.replaced.map((one) => ({ ...one, block: withoutArms(one.block) })),
  };
}

function condensedBlock(block: BlockMeasurement): BlockMeasurement {
  const { base, head } = block.arms;
  return {
    ...block,
    ...NOTHING,
    ...withoutSlices(block),
    arms: { ...(base && { base: condensedArm(base) }), ...(head && { head: condensedArm(head) }) },
  };
}

/** How many failed is said by what was attempted; of which kind they were, no verdict asks. */
const NO_ERRORS = { connect: 0, timeout: 0, closed: 0, protocol: 0, status: 0, body: 0 } as const;

/** The calibrator's rate is read off them once, when the state is made. */
function withoutSlices({ calibrator }: BlockMeasurement): Pick<BlockMeasurement, 'calibrator'> {
  if (calibrator === undefined) return {};
  const none = { sliceUs: NONE, cpuMs: null };
  const { work, light } = calibrator;
  const paths = { work: { ...work, ...none }, light: { ...light, ...none } };
  return { calibrator: { ...calibrator, ...paths, order: '' } };
}

/** Of a block that was measured again, only what the machine did is of interest. */
function withoutArms(block: BlockMeasurement): BlockMeasurement {
  return { ...block, ...NOTHING, ...withoutSlices(block), arms: {} };
}

function condensedArm(seen: ArmObservation): ArmObservation {
  const { latency, steady } = seen;
  return {
    ...seen,
    errors: NO_ERRORS,
    cpuMs: null,
    memoryAfter: NONE,
    rssBytes: NONE,
    pssBytes: NONE,
    latency: latency && { ...latency, segments: NO_SEGMENTS, cpuMs: null, histogram: '' },
    steady: steady && { ...steady, windows: NONE },
  };
}
