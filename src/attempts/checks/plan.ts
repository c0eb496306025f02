/** Whether a plan is one that this program makes: orders of its own arms, looks that end where its blocks do. */

import { subjectName } from '../../config/experiment/experiment.ts';
import type { BlockPlan, Plan, SubjectPlan } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';
import type { Cores } from '../../terms/core-sets.ts';
import { type Contradictions, notAscending, repeated, tooMany } from './contradiction.ts';

/** Each attempt adds at most four looks and sixty blocks, and nobody tries a hundred times. */
const MOST = { looks: 400, blocks: 6000, subjects: 1000 };

export function* checkPlan(at: string, plan: Plan): Contradictions {
  yield* repeated(`${at}.arms`, plan.arms, 'arm');
  if (!plan.arms.includes('head')) yield { at: `${at}.arms`, message: 'head is not among them' };
  yield* checkCores(`${at}.cores`, plan.cores);
  yield* tooMany(`${at}.subjects`, plan.subjects.length, MOST.subjects, 'subjects');
  yield* repeated(`${at}.subjects`, plan.subjects.map(subjectName), 'subject');
  yield* repeated(`${at}.lacking`, plan.lacking.map(subjectName), 'subject');
  for (const [i, subject] of plan.subjects.entries()) {
    yield* checkSubject(`${at}.subjects.${i}`, subject, plan.arms);
  }
}

function* checkSubject(at: string, plan: SubjectPlan, arms: readonly Arm[]): Contradictions {
  const { looks, ends, blocks, cores } = plan;
  if (cores !== null) yield* checkCores(`${at}.cores`, cores);
  for (const [key, list] of Object.entries({ looks, ends })) {
    yield* tooMany(`${at}.${key}`, list.length, MOST.looks, key);
    yield* notAscending(`${at}.${key}`, list, { orEqual: false });
    if (list.at(-1) !== blocks.length) {
      yield {
        at: `${at}.${key}`,
        message: `the last is ${list.at(-1)}, and ${blocks.length} blocks are planned`,
      };
    }
  }
  yield* tooMany(`${at}.blocks`, blocks.length, MOST.blocks, 'blocks');
  for (const [i, block] of blocks.entries()) {
    const where = `${at}.blocks.${i}`;
    if (block.index !== i) {
      yield { at: `${where}.index`, message: `it is ${block.index} at position ${i}` };
    }
    yield* checkOrders(where, block, plan, arms);
    yield* checkCalibrator(where, block);
  }
}

/** The calibrator has as many slices as head. */
function* checkCalibrator(at: string, block: BlockPlan): Contradictions {
  const { calibratorOrder: order, sliceOrder } = block;
  if (order === undefined) return;
  const [own, heads] = ['c', 'h'].map(
    (letter) => [...order].filter((one) => one === letter).length,
  );
  if (own === heads && heads === sliceOrder.length && heads % 4 === 0) return;
  yield {
    at: `${at}.calibratorOrder`,
    message: `it has ${own} slices of the calibrator and ${heads} of head, and head has ${sliceOrder.length}`,
  };
}

function* checkOrders(
  at: string,
  block: BlockPlan,
  { pairs, phases }: SubjectPlan,
  arms: readonly Arm[],
): Contradictions {
  for (const key of ['startOrder', 'connectOrder', 'warmupOrder', 'steadyOrder'] as const) {
    const order = block[key];
    const isNeeded = key !== 'steadyOrder' || phases.steadyMs !== null;
    if (
      order.length === (isNeeded ? arms.length : 0) &&
      arms.every((arm) => !isNeeded || order.includes(arm))
    )
      continue;
    yield { at: `${at}.${key}`, message: `it is not each of ${arms.join(', ')} once` };
  }
  const segments = phases.latency?.segmentsPerArm ?? 0;
  for (const key of ['sliceOrder', 'latencyOrder'] as const) {
    const counts = arms.map((arm) => countOf(block[key], arm));
    const sum = counts.reduce((all, count) => all + count, 0);
    const each = key === 'latencyOrder' ? segments : (counts[0] as number);
    if (sum !== block[key].length || counts.some((count) => count !== each)) {
      yield {
        at: `${at}.${key}`,
        message: `it has not the same number of each of ${arms.join(', ')}`,
      };
    }
  }
  if (!isOrdered(block.sliceOrder, pairs, arms)) {
    yield { at: `${at}.sliceOrder`, message: `it is no order of ${pairs} pairs` };
  }
}

/** Slices of a live pair come in ABBA or BAAB, and those of an exclusive pair arm by arm. */
function isOrdered(order: string, pairs: SubjectPlan['pairs'], arms: readonly Arm[]): boolean {
  if (arms.length === 1) return true;
  return pairs === 'live' ? /^(?:bhhb|hbbh)*$/.test(order) : /^(?:b*h*|h*b*)$/.test(order);
}

/** Slices or segments of one arm. */
export function countOf(order: string, arm: Arm): number {
  const letter = arm.charCodeAt(0);
  let count = 0;
  for (let i = 0; i < order.length; i++) if (order.charCodeAt(i) === letter) count += 1;
  return count;
}

function* checkCores(
  at: string,
  { generator, servers, physical, halves, beside = [] }: Cores,
): Contradictions {
  if ((generator === null) !== (servers === null)) {
    yield { at, message: 'one side is pinned and the other is not' };
  }
  const all = [...(generator ?? []), ...(servers ?? []), ...beside];
  if (all.some((core) => core < 0) || new Set(all).size !== all.length) {
    yield { at, message: 'a core is there twice, or below zero' };
  }
  const inOrder = (cpus: readonly number[]) => [...cpus].sort((a, b) => a - b).join();
  if (physical !== undefined && inOrder(physical.flat()) !== inOrder(all)) {
    yield { at: `${at}.physical`, message: 'its CPUs are not those of the sides' };
  }
  if (halves !== undefined && inOrder(halves.flat()) !== inOrder(servers ?? [])) {
    yield { at: `${at}.halves`, message: 'their CPUs are not those of the servers' };
  }
}
