/** An earlier attempt → what of it stands, subject by subject, and how a new attempt goes on from there. */

import { contestsIn } from '../config/experiment/contenders.ts';
import { type Gate, subjectName } from '../config/experiment/experiment.ts';
import { judgement } from '../judge/judge.ts';
import { hasQuietEnough, machineFindings } from '../judge/machine/machine-findings.ts';
import { connectionsIn, fitIn, type Kept } from '../measure/observed/fitted.ts';
import type { Attempt, Measurement, SubjectMeasurement } from '../measure/observed/measurement.ts';
import { extendPlan, upTo } from '../plan/continue.ts';
import type { Plan, SubjectPlan } from '../plan/plan.ts';
import type { VerdictWord } from '../terms/verdict-word.ts';

/**
 * `decided`: the verdict stands, and nothing more is measured. `open`: the attempt was cut short, and its plan has blocks
 * left. `ended`: the whole budget could not decide.
 */
export interface ResumeState {
  kind: 'decided' | 'open' | 'ended';
  plan: SubjectPlan;
  /** Without what kept the earlier attempt from going on. */
  measured: SubjectMeasurement;
}

export interface Continued {
  /** By the subject's name. Whoever is not in it starts afresh. */
  states: ReadonlyMap<string, ResumeState>;
  /** Names of those whose blocks are thrown away because the measurement was broken, or the machine unusable. */
  startedOver: string[];
  /** The earlier ones, and this one. */
  attempts: Attempt[];
}

/** Pure: everything follows from the earlier attempt's own file. */
export function resumeStates(earlier: Measurement): Continued {
  const sound = withoutLaterFailures(earlier);
  const { verdict, open } = judgement(sound);
  const words = new Map(verdict.subjects.map((one) => [subjectName(one), one.verdict]));
  const plans = new Map(sound.plan.subjects.map((plan) => [subjectName(plan), plan]));
  const undecided = (verdict.claims ?? []).filter(({ answer }) => answer === 'undecided');
  const claimed = new Set(undecided.flatMap(({ subjects }) => subjects));
  const contests = contestsIn(sound.experiment.servers);
  const states = new Map<string, ResumeState>();
  const startedOver: string[] = [];
  for (const { stoppedBy: _, ...measured } of sound.subjects) {
    const name = subjectName(measured);
    const plan = plans.get(name);
    if (plan === undefined || measured.blocks.length === 0) continue;
    const state = stateOf(plan, measured, {
      isOpen: open.has(name),
      word: words.get(name) as VerdictWord,
      isClaimed: claimed.has(name),
      isContest: contests.has(measured.server),
    });
    if (state === null) startedOver.push(name);
    else states.set(name, state);
  }
  return { states, startedOver, attempts: [...earlier.attempts, attemptOf(earlier)] };
}

interface Judged {
  isOpen: boolean;
  word: VerdictWord;
  /** A claim names it, and is undecided. */
  isClaimed: boolean;
  /** Two servers are compared, and not two builds of one. */
  isContest: boolean;
}

/** Null: nothing of it can be used. */
function stateOf(
  plan: SubjectPlan,
  measured: SubjectMeasurement,
  { isOpen, word, isClaimed, isContest }: Judged,
): ResumeState | null {
  // Whatever the quiet blocks say of the subject, they clear no claim: as it stands, it would be undecided for ever.
  const isOpenClaim = isClaimed && !isOpen && word !== 'regression';
  const isUnusable =
    (word === 'inconclusive' || isOpenClaim) &&
    wasAlwaysUnusable(plan, measured, !isClaimed && !isContest);
  if (measured.failure !== null || word === 'invalid' || word === 'no-baseline' || isUnusable) {
    // The attempt before had ended soundly, or its blocks would not be among these.
    const end = plan.ends.at(-2);
    if (end === undefined) return null;
    return {
      kind: 'ended',
      plan: upTo(plan, end),
      measured: {
        ...measured,
        blocks: measured.blocks.slice(0, end),
        failure: null,
        errorSamples: [],
      },
    };
  }
  if (isOpen) return { kind: 'open', plan, measured };
  if (word !== 'inconclusive') return { kind: 'decided', plan, measured };
  const isUsedUp = measured.blocks.length >= plan.blocks.length;
  return { kind: isUsedUp ? 'ended' : 'open', plan, measured };
}

/**
 * At every look the machine was too disturbed for any word but `regression`, also without the disturbed blocks where the quiet ones can clear
 * the doubt, and head was not shown to be worse. These looks could not pass, and what they could have failed is spent twice: better than to
 * withhold a word for good for one bad machine.
 */
function wasAlwaysUnusable(
  { looks }: SubjectPlan,
  { blocks }: SubjectMeasurement,
  canBeCleared: boolean,
): boolean {
  const taken = looks.filter((look) => look <= blocks.length);
  return (
    taken.length > 0 &&
    taken.every((look) => {
      const seen = blocks.slice(0, look);
      return (
        machineFindings({ blocks: seen, replaced: [] }).doubt !== null &&
        !(canBeCleared && hasQuietEnough(seen))
      );
    })
  );
}

/**
 * What failed before its first block of an attempt, and has blocks all the same, has them from the attempt before: these
 * are as sound as they were.
 */
function withoutLaterFailures(earlier: Measurement): Measurement {
  return {
    ...earlier,
    subjects: earlier.subjects.map((measured) =>
      measured.blocks.length === 0 || measured.failure?.stage === 'block'
        ? measured
        : { ...measured, failure: null },
    ),
  };
}

function attemptOf({ startedAt, environment, subjects }: Measurement): Attempt {
  return {
    startedAt,
    environment,
    subjects: subjects.map(({ server, scenario, blocks }) => ({
      server,
      scenario,
      blocks: blocks.length,
    })),
  };
}

/**
 * The plan of a subject that goes on. `seen` and `fresh`: what this attempt's pilot run saw, and the plan that it
 * would have led to by itself.
 */
export function resumePlan(
  { kind, plan, measured }: ResumeState,
  { seen, fresh }: { seen: WithPilot; fresh: SubjectPlan },
  { budgetMs }: Pick<Gate, 'budgetMs'>,
  { arms, seed }: Pick<Plan, 'arms' | 'seed'>,
): SubjectPlan {
  // Cores are this machine's. What is expected is expected of this attempt's blocks.
  const here = { ...plan, cores: fresh.cores, forecast: fresh.forecast };
  if (kind !== 'ended') return here;
  const blockMs = plan.blockMs * slownessHere(measured, seen);
  return extendPlan(here, { budgetMs, blockMs, arms, seed });
}

/**
 * With how many connections a subject that goes on is loaded, and why: as before, or its blocks would not belong together. Null:
 * it starts afresh.
 */
export function keptIn(state: ResumeState | null): Kept | null {
  if (state === null) return null;
  const { connections } = state.plan;
  const fit = fitIn(state.measured.pilot ?? {});
  return { connections, fit: connectionsIn(fit) === connections ? fit : {} };
}

type WithPilot = Pick<SubjectMeasurement, 'pilot'>;

/** A pilot run is short: what it says of the machine's speed is taken within bounds. */
const SLOWNESS = { least: 0.5, most: 2 };

/** How much longer the same work takes than on the machine before, by base, which is the same on both. */
function slownessHere(before: WithPilot, now: WithPilot): number {
  const [was, is] = [before, now].map(({ pilot }) => pilot?.arms.base?.rate ?? null);
  if (!was || !is) return 1;
  return Math.min(SLOWNESS.most, Math.max(SLOWNESS.least, was / is));
}
