/** First contact with every subject, and the plan that follows from it. */
import type { Trees } from '../checkout/trees.ts';
import { type Arm, type Scenario, subjectName } from '../config/experiment.ts';
import { workOf } from '../config/words.ts';
import { incomparable } from '../judge/comparable.ts';
import { emptySubject, partsOf, prepareServers, rehearseSubject } from '../measure/campaign.ts';
import type { Failure, Measurement } from '../measure/measurement.ts';
import { onCores, type Workbench } from '../measure/workbench.ts';
import { pairsOf, planSubject } from '../plan/make.ts';
import type { BlockLoad } from '../plan/size.ts';
import { coresFor } from './placed.ts';
import type { GateRequest } from './request.ts';

/** Meets every subject once, so that a mistake in the last one is found before the first is measured. */
export async function rehearseAll(
  { experiment, trees: { base }, save, emit }: GateRequest,
  bench: Workbench,
  measurement: Measurement,
  broken: Map<string, Failure>,
  trees: Trees,
): Promise<void> {
  const { plan, stored } = measurement;
  const usable = experiment.servers.filter((server) => !broken.has(server.name));
  for (const [name, failure] of await prepareServers(bench, usable, plan.arms)) {
    broken.set(name, failure);
  }
  const pointless = trees.missingBase !== null && base.kind !== 'none' && save === null;
  // The judge says why; measuring would not change its mind.
  const isVain = () =>
    stored !== null && save === null && incomparable(measurement, stored).length > 0;
  for (const subject of experiment.subjects) {
    const failure = broken.get(subject.server) ?? null;
    if (failure !== null) {
      measurement.subjects.push({ ...emptySubject(subject), failure });
      continue;
    }
    const name = subjectName(subject);
    const { server, scenario } = partsOf(experiment, subject);
    emit({ type: 'rehearsing', subject: name });
    const cores = coresFor(experiment, subject, plan.cores);
    const { measured, pace } = await onCores(bench, cores, (own) =>
      rehearseSubject(own, experiment, subject, plan.arms),
    );
    measurement.subjects.push(measured);
    if (pace === null) continue;
    emit({
      type: 'rehearsed',
      subject: name,
      work: workOf(scenario),
      rates: ratesOf(measured),
    });
    if (isVain()) continue;
    if (pointless) {
      measured.failure = { arm: 'base', stage: 'build', message: trees.missingBase as string };
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
    });
    plan.subjects.push(planned.plan);
    if (planned.overrunMs > 0) {
      emit({ type: 'warning', subject: name, message: tooShort(planned, scenario) });
    }
    emit({
      type: 'planned',
      subject: name,
      looks: planned.plan.looks,
      blockMs: planned.plan.blockMs,
    });
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
