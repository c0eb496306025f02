/**
 * The last of a warm-up: a group of slices that nobody counts, right before those that count. Between warm-up and slices the
 * machine is looked over, which takes tens of milliseconds, and whatever is loaded first after such a pause is slower
 * (docs/adr/0099-lead-in.md).
 */
import type { Scenario } from '../../config/experiment/scenario.ts';
import { armsOf } from '../../plan/order.ts';
import type { SubjectPlan } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';

export interface LeadIn {
  /** A slice for each; none: there is no lead-in. */
  order: Arm[];
  /** Work of each arm, which its warm-up has less: a lead-in takes no time of its own. */
  workPerArm: number;
}

/** Slices of a group. */
const GROUP = 4;
const NONE: LeadIn = { order: [], workPerArm: 0 };

/**
 * Arms in the order of the other kind of group, so that a slice of the other arm comes before the first that counts, which carry-over
 * takes for one after a change of arms. None where it would be more than half of the warm-up, and for load commands, whose slices are processes of their own.
 */
export function leadInOf(
  { kind }: Pick<Scenario, 'kind'>,
  { warmupRequests, sliceRequests }: Pick<SubjectPlan, 'warmupRequests' | 'sliceRequests'>,
  order: string,
): LeadIn {
  const first = order.slice(0, GROUP);
  const isAlone = new Set(first).size < 2;
  const arms = armsOf(isAlone ? first.slice(0, GROUP / 2) : otherKind(first));
  const workPerArm = (GROUP / 2) * sliceRequests;
  return kind === 'command' || arms.length === 0 || warmupRequests < 2 * workPerArm
    ? NONE
    : { order: arms, workPerArm };
}

/** `bhhb` for `hbbh`, and the other way round. */
function otherKind(group: string): string {
  return [...group].map((letter) => (letter === 'b' ? 'h' : 'b')).join('');
}
