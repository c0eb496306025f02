/**
 * Whether a measurement can be: what its schema cannot say, because it is between one part and another. Whoever judges
 * or continues a file asks here first. Pure.
 */

import { pairName } from '../../config/experiment/contenders.ts';
import {
  type Experiment,
  type SubjectId,
  subjectName,
} from '../../config/experiment/experiment.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import type {
  BlockMeasurement,
  Measurement,
  MeasurementHead,
  SubjectMeasurement,
} from '../../measure/observed/measurement.ts';
import type { PastRuns } from '../../measure/observed/past-runs.ts';
import type { SubjectPlan } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';
import { checkBlock, checkRunner } from './block.ts';
import { checkClaims } from './claims.ts';
import {
  type Contradiction,
  type Contradictions,
  differs,
  quoted,
  repeated,
  tooMany,
} from './contradiction.ts';
import { absurdNumbers } from './numbers.ts';
import { checkPlan } from './plan.ts';

const MOST = { attempts: 200, replaced: 2000, claims: 20_000, runs: 10_000 };

/** The first thing in it that cannot be; null when it may be what a run has seen. */
export function impossibleIn(measurement: Measurement): Contradiction | null {
  return impossibleInHead(measurement) ?? firstOf(inSubjects(measurement));
}

/** The same of all but what was measured. */
export function impossibleInHead(head: MeasurementHead): Contradiction | null {
  return firstOf(inHead(head));
}

function firstOf(contradictions: Contradictions): Contradiction | null {
  for (const found of contradictions) return found;
  return null;
}

/**
 * Whether nothing contradicts anything in one subject after the other, for whoever never has all of them at once. To be asked
 * in their order, of subjects whose numbers are sound; the head must have been found possible before.
 */
export function subjectCheckOf(head: MeasurementHead): (subject: SubjectMeasurement) => boolean {
  const known = new Set(head.experiment.subjects.map(subjectName));
  const plans = new Map(head.plan.subjects.map((one) => [subjectName(one), one]));
  return (subject) => {
    const name = subjectName(subject);
    // Each once: what was met is known no longer.
    if (!known.delete(name)) return false;
    const found = checkSubject('', subject, plans.get(name) ?? null, head).next();
    return found.done === true;
  };
}

function* inHead(head: MeasurementHead): Contradictions {
  const { plan, past, attempts, confirmationOf, experiment, sources } = head;
  for (const key of ['environment', 'plan', 'attempts'] as const) {
    yield* absurdNumbers(key, head[key]);
  }
  yield* absurdNumbers('confirmationOf', confirmationOf, { signed: true });
  yield* checkTime('startedAt', head.startedAt);
  yield* checkExperiment(experiment);
  yield* checkClaims(experiment, plan.lacking);
  yield* checkPlan('plan', plan);
  const arms = (keys: object | readonly Arm[]) =>
    [...(Array.isArray(keys) ? (keys as Arm[]) : Object.keys(keys))].sort().join(', ');
  yield* differs('sources', arms(sources), arms(plan.arms), 'the arms of this run are');
  if (past !== undefined) {
    yield* differs('plan.arms', arms(plan.arms), 'head', 'beside the calibrator they are');
    yield* checkPast(past);
  }
  yield* unknown('plan.subjects', plan.subjects, experiment.subjects);
  yield* tooMany('attempts', attempts.length, MOST.attempts, 'attempts');
  for (const [i, attempt] of attempts.entries()) {
    yield* checkTime(`attempts.${i}.startedAt`, attempt.startedAt);
    yield* repeated(`attempts.${i}.subjects`, attempt.subjects.map(subjectName), 'subject');
  }
  if (confirmationOf === null) return;
  yield* tooMany('confirmationOf.claims', confirmationOf.claims.length, MOST.claims, 'claims');
  const claims = confirmationOf.claims.map((claim) => `${subjectName(claim)} ${claim.metric}`);
  yield* repeated('confirmationOf.claims', claims, 'claim');
}

function* inSubjects(measurement: Measurement): Contradictions {
  const { plan, subjects, experiment } = measurement;
  yield* absurdNumbers('subjects', subjects);
  yield* unknown('subjects', subjects, experiment.subjects);
  const names = subjects.map(subjectName);
  yield* repeated('subjects', names, 'subject');
  // Each is met before the first is measured, and stays, broken or not: what is not there would be judged by its absence.
  const missing = experiment.subjects.map(subjectName).find((name) => !names.includes(name));
  if (missing !== undefined) {
    yield { at: 'subjects', message: `the experiment’s ${quoted(missing)} is not among them` };
  }
  const plans = new Map(plan.subjects.map((one) => [subjectName(one), one]));
  for (const [i, subject] of subjects.entries()) {
    const planned = plans.get(subjectName(subject)) ?? null;
    yield* checkSubject(`subjects.${i}`, subject, planned, measurement);
  }
}

function* checkExperiment({ servers, scenarios, subjects }: Experiment): Contradictions {
  for (const [kind, named] of Object.entries({ servers, scenarios })) {
    const names = named.map(({ name }) => name);
    yield* repeated(`experiment.${kind}`, names, kind.slice(0, -1));
  }
  yield* repeated('experiment.subjects', subjects.map(subjectName), 'subject');
  for (const [i, { name, contenders }] of servers.entries()) {
    if (contenders === undefined) continue;
    const [base, head] = [contenders.base.name, contenders.head.name];
    const at = `experiment.servers.${i}`;
    yield* differs(`${at}.name`, name, pairName(base, head), 'by its contenders it is');
    yield* repeated(`${at}.contenders`, [base, head], 'contender');
  }
  const known = {
    server: new Set(servers.map(({ name }) => name)),
    scenario: new Set(scenarios.map(({ name }) => name)),
  };
  for (const [i, subject] of subjects.entries()) {
    for (const kind of ['server', 'scenario'] as const) {
      if (known[kind].has(subject[kind])) continue;
      yield {
        at: `experiment.subjects.${i}.${kind}`,
        message: `there is no ${kind} ${quoted(subject[kind])}`,
      };
    }
  }
}

/** Subjects that are none of the experiment's. */
function* unknown(
  at: string,
  subjects: readonly SubjectId[],
  known: readonly SubjectId[],
): Contradictions {
  const names = new Set(known.map(subjectName));
  for (const [i, subject] of subjects.entries()) {
    const name = subjectName(subject);
    if (!names.has(name)) {
      yield { at: `${at}.${i}`, message: `${quoted(name)} is no subject of the experiment` };
    }
  }
}

function* checkSubject(
  at: string,
  { scenario: name, blocks, replaced, pilot, errorSamples }: SubjectMeasurement,
  plan: SubjectPlan | null,
  { plan: { arms }, experiment }: MeasurementHead,
): Contradictions {
  const planned = plan?.blocks ?? [];
  if (blocks.length > planned.length) {
    yield {
      at: `${at}.blocks`,
      message: `${blocks.length} blocks were measured, and ${planned.length} were planned`,
    };
  }
  for (const arm of Object.keys(pilot?.arms ?? {}) as Arm[]) {
    if (!arms.includes(arm)) {
      yield { at: `${at}.pilot.arms.${arm}`, message: `${arm} is no arm of this run` };
    }
  }
  for (const [i, { arm }] of errorSamples.entries()) {
    if (!arms.includes(arm)) {
      yield { at: `${at}.errorSamples.${i}.arm`, message: `${arm} is no arm of this run` };
    }
  }
  if (pilot !== null) yield* checkRunner(`${at}.pilot.runner`, pilot.runner);
  yield* tooMany(`${at}.replaced`, replaced.length, MOST.replaced, 'blocks measured again');
  if (plan === null) return;
  const scenario = experiment.scenarios.find((one) => one.name === name) as Scenario;
  const terms = { arms, pairs: plan.pairs, phases: plan.phases, scenario };
  const all = [
    ...blocks.map((block, i) => ({ block, index: i, where: `${at}.blocks.${i}` })),
    ...replaced.map(({ block }, i) => ({
      block,
      index: block.index,
      where: `${at}.replaced.${i}.block`,
    })),
  ];
  for (const { block, index, where } of all) {
    const order = planned[index];
    if (block.index !== index || order === undefined) {
      yield {
        at: `${where}.index`,
        message: `there is no block ${block.index} at this place of the plan`,
      };
      return;
    }
    // A block may lack a part that nothing waited for any more.
    if (block.sliceOrder !== order.sliceOrder && (block.sliceOrder !== '' || !hasPhase(block))) {
      yield* differs(`${where}.sliceOrder`, block.sliceOrder, order.sliceOrder, 'the plan says');
    }
    if (block.sliceOrder !== '') {
      const own = block.calibrator?.order ?? '';
      yield* differs(`${where}.calibrator`, own, order.calibratorOrder ?? '', 'the plan says');
    }
    const latencyOrder = plan.pairs === 'live' ? order.latencyOrder : '';
    if (block.latencyOrder !== '') {
      yield* differs(`${where}.latencyOrder`, block.latencyOrder, latencyOrder, 'the plan says');
    }
    yield* checkBlock(where, block, terms);
  }
}

function hasPhase({ arms }: BlockMeasurement): boolean {
  return Object.values(arms).some(({ latency, steady }) => latency !== null || steady !== null);
}

function* checkPast({ subjects, fingerprints }: PastRuns): Contradictions {
  yield* absurdNumbers('past', subjects, { signed: true });
  yield* repeated('past.subjects', subjects.map(subjectName), 'subject');
  for (const [i, { runs }] of subjects.entries()) {
    yield* tooMany(`past.subjects.${i}.runs`, runs.length, MOST.runs, 'runs');
    for (const [k, { at, fingerprint }] of runs.entries()) {
      const where = `past.subjects.${i}.runs.${k}`;
      yield* checkTime(`${where}.at`, at);
      if (!(fingerprint in fingerprints)) {
        yield {
          at: `${where}.fingerprint`,
          message: `${quoted(fingerprint)} is none of those that are listed`,
        };
      }
    }
  }
}

function* checkTime(at: string, text: string): Contradictions {
  if (Number.isNaN(Date.parse(text))) yield { at, message: `${quoted(text)} is no time` };
}
