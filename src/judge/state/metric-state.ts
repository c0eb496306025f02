/** One metric of one subject on its way to a verdict, and which metrics are on it. */

import type { Gate } from '../../config/experiment/experiment.ts';
import {
  type GateableMetric,
  isLatency,
  isLimitMetric,
  type MetricName,
} from '../../config/experiment/metrics.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import { metricsOf } from '../../config/experiment/scenario-metrics.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import { MIN_BLOCKS } from '../../plan/looks.ts';
import { type Arm, otherArm } from '../../terms/arm.ts';
import { isGivenBack } from '../figures/block-values.ts';
import { isJudgedLatency, wholePairValue } from '../figures/latency.ts';
import {
  armBehind,
  isQueueOf,
  isSharedFault,
  openLoopFault,
  openLoopTrouble,
} from '../figures/open-loop.ts';
import { openLoopCpuPairValue } from '../figures/open-loop-cpu.ts';
import { countsOf, partOf } from '../figures/parts.ts';
import type { Health } from '../health/health.ts';
import { calibratedCost, isCalibrated, lightCost, ofValue } from '../past/calibrated.ts';
import type { Chosen } from '../past/chosen.ts';
import { predicted } from '../past/predict.ts';
import { isCore } from '../rule/core-metrics.ts';
import {
  type Estimate,
  estimatePaired,
  pairValue,
  SAME_FILES_SD,
  SHARED_RUNTIME_SD,
  soloValue,
} from '../rule/estimate.ts';
import type { Against, Decided, MetricState } from './state.ts';

/** Everything that is measured under the scenario, before any look. */
export function startMetrics(given: {
  scenario: Scenario;
  blocks: readonly BlockMeasurement[];
  gate: Gate;
  health: Health;
  /** Earlier runs that it is compared with; absent: it is compared with something else. */
  past?: Chosen | undefined;
  /** The first look is reached, and there is something to compare with. */
  isComparable: boolean;
  /** In a confirmation: what the first found to be worse. Nothing else can fail the job. */
  claimed: readonly MetricName[] | null;
  /** Two servers are compared, and not two builds of one: what is so of head is so of base. */
  isContest?: boolean;
}): MetricState[] {
  const { scenario, blocks, past, gate, health, isComparable, claimed, isContest = false } = given;
  const behind = armBehind(blocks, isContest);
  const isThere = (metric: MetricName) =>
    metric !== 'cpu-beside' || gates(gate, metric) || isBeside(blocks);
  const measured = metricsOf(scenario).filter(isThere);
  const countsByPart = countsOf(blocks);
  return measured.map((metric): MetricState => {
    const isOpenLoop = isLatency(metric);
    const isOpenLoopCpu =
      metric === 'cpu' && past === undefined && comparesOpenLoopCpu(health, isContest);
    const isPastOnly = past !== undefined && !isCalibrated(metric);
    const values = blocks.map((block) => {
      const isQueue = behind !== null && isQueueOf(block, behind);
      if (isOpenLoop && openLoopFault(block) !== null && !isQueue) return null;
      if (past !== undefined) {
        return isCalibrated(metric) ? finite(calibratedCost(metric, block)) : null;
      }
      if (isOpenLoopCpu) return finite(openLoopCpuPairValue(block));
      if (metric === 'memory-per-connection' && isGivenBackIn(block, blocks)) return null;
      return finite(pairValue(metric, block));
    });
    const isSilent = values.every((value) => value === null);
    const finding = isOpenLoop ? openLoopTrouble(metric, blocks) : null;
    const trouble = finding && { finding, of: behind, isShared: isSharedFault(blocks) };
    const counts = countsByPart[partOf({ metric, isOpenLoopCpu })];
    const isMeasured = (counts.at(-1) as number) >= MIN_BLOCKS;
    const unreadable =
      isComparable &&
      isMeasured &&
      isSilent &&
      !isPastOnly &&
      isReading(metric) &&
      trouble === null &&
      (past !== undefined || !isOfOneArm(metric, blocks, isContest));
    const isNamed = claimed?.includes(metric) ?? gates(gate, metric);
    const isGenerators = isGeneratorsOwn(metric, health, isContest);
    const isHeard = !unreadable && !isPastOnly && !isGenerators;
    return {
      metric,
      gating: metric === 'errors' || (isNamed && isHeard),
      isGenerators: isNamed && isGenerators,
      unreadable,
      values,
      counts,
      against:
        past !== undefined ? againstPast(metric, past, blocks) : pairOf(metric, blocks, values),
      isOpenLoopCpu,
      trouble,
      progress: { kind: 'unseen', estimate: null },
    };
  });
}

function isGivenBackIn(block: BlockMeasurement, blocks: readonly BlockMeasurement[]): boolean {
  return (['base', 'head'] as const).some((arm) => isGivenBack(block, arm, blocks));
}

function againstPast(
  metric: MetricName,
  { runs }: Chosen,
  blocks: readonly BlockMeasurement[],
): Against {
  if (!isCalibrated(metric)) return { kind: 'nothing' };
  const known = runs.flatMap(({ metrics }) => metrics[metric] ?? []);
  const cost = (value: number) => ofValue(metric, value);
  return {
    kind: 'past',
    runs: known.map((run) => ({ ...run, log: cost(run.log), light: cost(run.light) })),
    lights: blocks.map((block) => finite(lightCost(metric, block))),
  };
}

function pairOf(
  metric: MetricName,
  blocks: readonly BlockMeasurement[],
  values: MetricState['values'],
): Against {
  if (!isJudgedLatency(metric)) return { kind: 'pair', runSd: sharedBy(metric, blocks) };
  const whole = blocks.map((block, i) =>
    values[i] === null ? null : wholePairValue(metric, block),
  );
  return { kind: 'latency-pair', whole };
}

/** Whether anything ran beside the servers. */
function isBeside(blocks: readonly BlockMeasurement[]): boolean {
  return blocks.some(({ arms }) =>
    Object.values(arms).some(({ besideMs }) => besideMs !== undefined),
  );
}

/** What is not made new for each block: the files that the arms execute, where they could not be copied, or what executes them. */
function sharedBy(metric: MetricName, blocks: readonly BlockMeasurement[]): number {
  if (!isCore(metric)) return 0;
  if (blocks.some(({ programs }) => (programs?.lacking ?? null) !== null)) return SAME_FILES_SD;
  return blocks.some(({ sharedRuntime }) => sharedRuntime === true) ? SHARED_RUNTIME_SD : 0;
}

/** What all blocks of the run have in common, as a standard deviation; 0: nothing that is known of. */
export function runSdOf(state: Pick<MetricState, 'against'> | undefined): number {
  return state?.against.kind === 'pair' ? state.against.runSd : 0;
}

/** Named in the gate. Failed requests gate too, but by themselves: they break the measurement. */
export function gates({ metrics }: Pick<Gate, 'metrics'>, metric: MetricName): boolean {
  return metrics.includes(metric as GateableMetric);
}

/** Whether throughput or CPU time were to be judged: then one of them must be, or what is slower could pass by the others alone. */
export function isSpeedAsked(states: readonly MetricState[]): boolean {
  return states.some(
    ({ metric, gating, isGenerators }) => isCore(metric) && (gating || isGenerators),
  );
}

/** Of the first `count` blocks; a block without a value is left out. */
export function estimateAt(
  { values, against }: Pick<MetricState, 'values' | 'against'>,
  count: number,
): Estimate | null {
  const known = values.slice(0, count).filter((value) => value !== null);
  if (against.kind === 'pair') return estimatePaired(known, against.runSd);
  if (against.kind === 'latency-pair') return estimatePaired(known);
  if (against.kind === 'past') {
    const blocks = values.slice(0, count).flatMap((log, i) => {
      const light = against.lights[i] ?? null;
      return log === null || light === null ? [] : [{ log, light }];
    });
    return predicted(against.runs, blocks);
  }
  return null;
}

/** The same of all requests together; null of what has no such figure. */
export function wholeEstimateAt({ against }: MetricState, count: number): Estimate | null {
  if (against.kind !== 'latency-pair') return null;
  return estimatePaired(against.whole.slice(0, count).filter((value) => value !== null));
}

/** The rule's word and why; null while it has none. */
export function decisionOn({ progress }: Pick<MetricState, 'progress'>): Decided | null {
  return progress.kind === 'decided' ? progress.decision : null;
}

/** As the last look left it, and decided by none of them. */
export function isTooNoisy({ progress }: Pick<MetricState, 'progress'>): boolean {
  return progress.kind === 'open' && progress.tooNoisy;
}

/** A broken reading is no reading. */
function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

/**
 * A machine may keep it to itself. Counts are always there, and no throughput at all means no answers, which is
 * the health check's business.
 */
function isReading(metric: MetricName): boolean {
  return metric !== 'throughput' && !isLimitMetric(metric);
}

/**
 * What is read of head alone can be read here: that base has none of it is no reason to let it pass. In most blocks, as in a few it may be one
 * tick of a clock. What base alone has is what head has done away with; of two contenders either one counts.
 */
function isOfOneArm(
  metric: MetricName,
  blocks: readonly BlockMeasurement[],
  isContest: boolean,
): boolean {
  const isAlone = (arm: Arm) => {
    const alone = blocks.filter(
      (block) =>
        soloValue(metric, block, arm) !== null && soloValue(metric, block, otherArm(arm)) === null,
    );
    return alone.length > blocks.length / 2;
  };
  return isAlone('head') || (isContest && isAlone('base'));
}

/**
 * Where it was the limit of base alone, throughput can still show that head is worse; and of two contenders, where it was that of either
 * one, that the other is.
 */
function isGeneratorsOwn(metric: MetricName, { spare }: Health, isContest: boolean): boolean {
  if (metric !== 'throughput' || spare?.limits.head !== 'generator') return false;
  return !isContest || spare.limits.base === 'generator';
}

/** Where head's server has time left, how much CPU its requests cost goes by how much that is; of two contenders, where either one's has. */
function comparesOpenLoopCpu({ spare }: Health, isContest: boolean): boolean {
  if (spare === null || spare.savesWhenBusy === null) return false;
  return isContest || spare.limits.head !== 'server';
}
