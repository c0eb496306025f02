/** First contact with every subject, and the plan that follows from it. */

import { type Continued, resumed, resumedPlan } from '../attempts/resume.ts';
import type { Trees } from '../checkout/trees.ts';
import { workOf } from '../config/describe-load.ts';
import { type Scenario, subjectName } from '../config/experiment.ts';
import { incomparable } from '../judge/comparable.ts';
import { emptySubject, partsOf, prepareServers, rehearseSubject } from '../measure/campaign.ts';
import { type Broken, failureOfArms } from '../measure/failure.ts';
import type { Failure, Measurement, Rehearsal } from '../measure/measurement.ts';
import { onCores, type Workbench } from '../measure/workbench.ts';
import type { BlockLoad } from '../plan/block-size.ts';
import { pairsOf, planSubject } from '../plan/make.ts';
import { coresFor } from '../preflight/core-placement.ts';
import type { Arm } from '../terms/arm.ts';
import { expected, tellDisturbance, tellExpectation, tellSteal } from './forecast.ts';
import type { GateRequest } from './request.ts';

interface Start {
  /** Why nothing at all is measured; null: it is. */
  skipped: Failure | null;
  /** Arms that cannot be measured, and why. More may be added. */
  broken: Broken;
  trees: Trees;
  /** What an earlier attempt left; null for a first one. */
  continued: Continued | null;
}

/** Meets every subject once, but for those that an earlier attempt decided, so that a mistake in the last one is found before the first is measured. */
export async function rehearseAll(
  { experiment, trees: { base }, saveMeasurement, emit, blocks }: GateRequest,
  bench: Workbench,
  measurement: Measurement,
  { skipped, broken, trees, continued }: Start,
): Promise<void> {
  const { plan, stored } = measurement;
  if (skipped === null) await prepareServers(bench, experiment.servers, plan.arms, broken);
  const pointless = trees.missingBase !== null && base.kind !== 'none' && saveMeasurement === null;
  // The judge says why; measuring would not change its mind.
  const isVain = () =>
    stored !== null && saveMeasurement === null && incomparable(measurement, stored).length > 0;
  let isStealTold = false;
  for (const subject of experiment.subjects) {
    const name = subjectName(subject);
    const standing = continued?.standings.get(name);
    if (standing?.kind === 'decided') {
      measurement.subjects.push(standing.measured);
      plan.subjects.push(standing.plan);
      continue;
    }
    const failures = broken.get(subject.server) ?? [];
    const brokenBase = failures.every(({ arm }) => arm === 'base') ? (failures[0] ?? null) : null;
    const isBroken = failures.length > 0 && brokenBase === null;
    if (skipped !== null || isBroken) {
      const measured = standing?.measured ?? emptySubject(subject);
      const failure = skipped ?? failureOfArms(failures);
      measurement.subjects.push({ ...measured, failure });
      if (standing !== undefined) plan.subjects.push(standing.plan);
      continue;
    }
    const { server, scenario } = partsOf(experiment, subject);
    emit({ type: 'rehearsing', subject: name });
    const cores = coresFor(experiment, subject, plan.cores);
    const { measured: rehearsed, pace } = await onCores(bench, cores, (own) =>
      rehearseSubject(own, experiment, subject, plan.arms, brokenBase),
    );
    const measured = standing === undefined ? rehearsed : resumed(standing, rehearsed);
    if (measured.rehearsal !== null) {
      if (!isStealTold) tellSteal(measured.rehearsal, emit);
      isStealTold = true;
      tellDisturbance(subject, measured.rehearsal, emit);
    }
    measurement.subjects.push(measured);
    if (pace === null) {
      if (standing !== undefined) plan.subjects.push(standing.plan);
      continue;
    }
    emit({
      type: 'rehearsed',
      subject: name,
      work: workOf(scenario),
      rates: ratesOf(measured),
    });
    if (isVain()) continue;
    if (pointless) {
      const message = trees.missingBase as string;
      measured.failure = { arm: 'base', stage: 'build', message, cure: null };
      continue;
    }
    const planned = planSubject({
      subject,
      scenario,
      arms: plan.arms,
      pairs: pairsOf(server, scenario),
      cores,
      budgetMs: experiment.gate.budgetMs,
      pace,
      seed: plan.seed,
      kept: keptLoad(stored, name),
      singleLook: stored !== null,
      exactly: blocks ?? null,
    });
    const rehearsal = measured.rehearsal as Rehearsal;
    planned.plan.expected = expected(measurement, rehearsal, planned.plan);
    // So many blocks were asked for, whatever they can show.
    if (blocks === undefined) {
      tellExpectation(measurement, { subject, scenario }, rehearsal, planned.plan, emit);
    }
    if (planned.overrunMs > 0) {
      emit({ type: 'warning', subject: name, message: tooShort(planned, scenario) });
    }
    const own =
      standing === undefined
        ? planned.plan
        : resumedPlan(standing, { rehearsed, fresh: planned.plan }, experiment.gate, plan);
    plan.subjects.push(own);
    const isJudged = experiment.gate.metrics.includes('throughput');
    const visible = isJudged ? (own.expected?.mde ?? null) : null;
    emit({ type: 'planned', subject: name, looks: own.looks, blockMs: own.blockMs, visible });
  }
  // Another engine shows in the rehearsal only, when subjects before it are planned already.
  if (isVain()) plan.subjects = [];
}

function tooShort(
  { plan, overrunMs, phasesMs }: ReturnType<typeof planSubject>,
  scenario: Scenario,
): string {
  const longer = `the budget is too short for six blocks of this server: it will take ${Math.ceil(overrunMs / 1000)} s longer`;
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const each = seconds(plan.blockMs);
  if (scenario.kind === 'command') return `${longer}. Shorter runs of the load command would fit`;
  if (scenario.kind === 'hold') {
    return `${longer}. Each block opens, holds and closes all connections, which takes ${each}`;
  }
  if (phasesMs === 0) return longer;
  return `${longer}. Of each block's ${each}, ${seconds(phasesMs)} are for latency and steadiness`;
}

function keptLoad(stored: Measurement['stored'], name: string): BlockLoad | null {
  const kept = stored?.subjects.find((other) => subjectName(other) === name);
  if (kept === undefined) return null;
  const { warmupRequests, sliceRequests, slices, phases } = kept;
  return { warmupRequests, sliceRequests, slices, phases };
}

function ratesOf({ rehearsal }: Measurement['subjects'][number]): Partial<Record<Arm, number>> {
  const entries = Object.entries(rehearsal?.arms ?? {}).map(([arm, seen]) => [arm, seen.rate]);
  return Object.fromEntries(entries.filter(([, rate]) => rate !== null));
}
