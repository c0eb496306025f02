/** Whether a run may continue an earlier attempt: only the same comparison, however often it is tried. */

import { isDeepStrictEqual } from 'node:util';
import {
  type Experiment,
  type Gate,
  type SubjectId,
  subjectName,
} from '../config/experiment/experiment.ts';
import type { MachineDifference } from '../judge/findings/difference.ts';
import { machineDifferences } from '../judge/machine/differences.ts';
import type { Measurement } from '../measure/observed/measurement.ts';
import { UserError } from '../system/messages/problem.ts';
import type { Arm } from '../terms/arm.ts';
import { shortCommit } from '../terms/short-commit.ts';

/** The measurement that a run continues. */
export interface Earlier {
  measurement: Measurement;
  /** Its file, for messages. */
  where: string;
}

/** What a run is about to measure. `arms`: those that it has. */
export type Now = Pick<Measurement, 'tool' | 'sources' | 'experiment' | 'confirmationOf'> & {
  plan: Pick<Measurement['plan'], 'arms' | 'lacking'>;
};

/** Throws a UserError with every difference. */
export function assertContinues(now: Now, { measurement, where }: Earlier): void {
  const differences = differencesBetween(measurement, now);
  if (differences.length === 0) return;
  const hint =
    'an attempt is continued on the same commits, with the same settings and the same version; to compare anew, remove the file, or do not continue it';
  throw new UserError(differences.map((message) => ({ where, message, hint })));
}

/** False when nothing was measured: then nothing was looked at either, and the run is a first attempt. */
export function hasBlocks({ subjects }: Pick<Measurement, 'subjects'>): boolean {
  return subjects.some(({ blocks }) => blocks.length > 0);
}

/** What of the machine is another than in the earlier attempt. Blocks of both stand side by side all the same. */
export function otherMachine(
  earlier: Pick<Measurement, 'environment'>,
  now: Pick<Measurement, 'environment'>,
): MachineDifference[] {
  return machineDifferences(earlier.environment, now.environment);
}

/** One sentence each; none when the run may go on where the earlier one stopped. */
export function differencesBetween(earlier: Measurement, now: Now): string[] {
  const { tool, past, injection, plan, confirmationOf } = earlier;
  return [
    ...(tool.version === now.tool.version
      ? []
      : [`Throughput Gate was ${tool.version}, is ${now.tool.version}`]),
    ...(injection === null ? [] : ['it is a measurement of the self-test']),
    ...(past === undefined
      ? ofArms(plan.arms, now.plan.arms)
      : ['it was compared with earlier runs, not with a base']),
    ...(isDeepStrictEqual(confirmationOf?.claims, now.confirmationOf?.claims)
      ? []
      : ['one of the two is a confirmation, or of another measurement']),
    ...(['base', 'head'] as const).flatMap((arm) => ofCommit(arm, earlier, now)),
    ...ofSubjects(earlier, now),
    ...ofNamed('server', earlier.experiment.servers, now.experiment.servers),
    ...ofNamed('scenario', earlier.experiment.scenarios, now.experiment.scenarios),
    ...ofGate(earlier.experiment.gate, now.experiment.gate),
    ...(isDeepStrictEqual(earlier.experiment.claims, now.experiment.claims)
      ? []
      : ['the claims are others, and each shares the false-alarm rate']),
  ];
}

function ofArms(then: readonly Arm[], now: readonly Arm[]): string[] {
  if (then.length < 2) return ['head was measured alone'];
  return now.length < 2 ? ['there is no base now'] : [];
}

function ofCommit(arm: Arm, { sources }: Measurement, now: Now): string[] {
  const [was, is] = [sources[arm], now.sources[arm]];
  // That an arm is missing is said already.
  if (was === undefined || is === undefined) return [];
  if (was.commit === null || is.commit === null) {
    return [`the commit of ${arm} is not known: folders cannot be told apart`];
  }
  return otherCommit(arm, was.commit, is.commit, is.isSnapshot);
}

/** One sentence where they differ. `isSnapshot`: the second one is of work that is in no commit, which nobody need know of. */
export function otherCommit(arm: Arm, was: string, is: string, isSnapshot = false): string[] {
  if (was === is) return [];
  const why = isSnapshot
    ? ', with uncommitted changes: a new file that git does not ignore is one'
    : '';
  return [`${arm} was ${shortCommit(was)}, is ${shortCommit(is)}${why}`];
}

/** A subject for which a machine has not the cores is none of its experiment: it may come, but not go. */
function ofSubjects(earlier: Measurement, now: Now): string[] {
  const then = namesOf(earlier.experiment.subjects);
  const is = namesOf(now.experiment.subjects);
  const [lacked, lacks] = [namesOf(earlier.plan.lacking), namesOf(now.plan.lacking)];
  const gone = [...then].filter((name) => !is.has(name));
  const come = [...is].filter((name) => !then.has(name) && !lacked.has(name));
  return [
    ...gone.map((name) =>
      lacks.has(name)
        ? `${name} was measured, and this machine does not have the cores for it`
        : `${name} was measured, and is not now`,
    ),
    ...come.map((name) => `${name} was not measured, and is now`),
  ];
}

function namesOf(subjects: readonly SubjectId[]): ReadonlySet<string> {
  return new Set(subjects.map(subjectName));
}

/** Of those that both have: which others there are is the subjects' business. */
function ofNamed(
  kind: 'server' | 'scenario',
  then: Experiment['servers'] | Experiment['scenarios'],
  now: Experiment['servers'] | Experiment['scenarios'],
): string[] {
  const before = new Map(then.map((one) => [one.name, one]));
  return now
    .filter(({ name }) => before.has(name))
    .filter((one) => !isDeepStrictEqual(before.get(one.name), one))
    .map(({ name }) => `the ${kind} \`${name}\` has changed`);
}

/** How long to measure says nothing of what is measured. */
const MAY_DIFFER: readonly (keyof Gate)[] = ['budgetMs', 'jobBudgetMs', 'measureAll'];

function ofGate(then: Gate, now: Gate): string[] {
  return (Object.keys(now) as (keyof Gate)[])
    .filter((key) => !MAY_DIFFER.includes(key) && !isDeepStrictEqual(then[key], now[key]))
    .map((key) => `${GATE_WORDS[key]} changed`);
}

const GATE_WORDS: Record<keyof Gate, string> = {
  budgetMs: 'the budget has',
  jobBudgetMs: "the job's budget has",
  tolerance: 'the tolerances have',
  limits: 'the limits have',
  falseAlarmRate: 'the false-alarm rate has',
  metrics: 'the metrics that can fail the job have',
  metricsNamed: 'whether the metrics are named or those of the default list has',
  measureAll: '`measure-all` has',
  baseline: '`baseline` has',
  failOnInconclusive: '`fail-on-inconclusive` has',
  failOnNoBaseline: '`fail-on-no-baseline` has',
  onRegression: '`on-regression` has',
};
