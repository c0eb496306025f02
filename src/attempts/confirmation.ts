/** A first measurement → what a confirmation has to confirm, and whether it may. */

import { isDeepStrictEqual } from 'node:util';
import type { Experiment, Gate, SubjectId } from '../config/experiment/experiment.ts';
import { subjectName } from '../config/experiment/experiment.ts';
import { isLimitMetric, isToleranceMetric, type MetricName } from '../config/experiment/metrics.ts';
import { judge } from '../judge/judge.ts';
import type { Verdict } from '../judge/verdict/verdict.ts';
import type { ClaimsToConfirm, Measurement } from '../measure/observed/measurement.ts';
import { UserError } from '../system/messages/problem.ts';
import type { Arm } from '../terms/arm.ts';
import { otherCommit } from './earlier.ts';

/** The regressions of a measurement, by its own verdict; null when it has none. */
export function claimsToConfirm(
  first: Measurement,
  { subjects }: Pick<Verdict, 'subjects'> = judge(first),
): ClaimsToConfirm | null {
  const claims = subjects
    .filter(({ verdict }) => verdict === 'regression')
    .flatMap(({ server, scenario, metrics }) =>
      metrics
        .filter(({ gating, verdict }) => gating && verdict === 'regression')
        .map(({ name, change, interval, blocks }) => ({
          ...{ server, scenario, metric: name },
          ...{ change, interval, blocks },
        })),
    );
  if (claims.length === 0) return null;
  return { startedAt: first.startedAt, environment: first.environment, claims };
}

/**
 * The experiment with nothing but the subjects that have claims, and their servers. Throws a UserError when none of
 * them is among its subjects.
 */
export function onlyClaimed(
  experiment: Experiment,
  { toConfirm: { claims }, where }: Pick<First, 'toConfirm' | 'where'>,
): Experiment {
  const subjects = experiment.subjects.filter((subject) => isAbout(claims, subject));
  if (subjects.length === 0) {
    throw new UserError({
      where,
      message: `nothing of what it found to be slower is measured here: ${unique(claims.map(subjectName)).join(', ')}`,
      hint: 'a confirmation repeats the first: measure the same servers and scenarios',
    });
  }
  const servers = experiment.servers.filter(({ name }) =>
    subjects.some(({ server }) => server === name),
  );
  // Claims were answered by the first: the second is asked about regressions alone.
  return { ...experiment, servers, subjects, claims: [] };
}

/**
 * A regression that waits for a confirmation does not fail the job, so there must be one that can be given. Throws a
 * UserError where the same two commits could not be measured again.
 */
export function assertConfirmable({
  experiment,
  sources,
  past,
  isSnapshot,
}: Pick<Measurement, 'experiment' | 'sources' | 'past'> & {
  isSnapshot: boolean;
}): void {
  if (experiment.gate.onRegression !== 'confirm-on-fresh-runner') return;
  const nameless = (['base', 'head'] as const).filter((arm) => sources[arm]?.commit === null);
  const isLive = past === undefined;
  if (isLive && nameless.length === 0 && !isSnapshot) return;
  throw new UserError({
    where: '`on-regression: confirm-on-fresh-runner`',
    message: !isLive
      ? 'a comparison with earlier runs cannot be confirmed by another runner'
      : nameless.length > 0
        ? `a second job could not measure the same again: ${nameless.join(' and ')} ${nameless.length === 1 ? 'is' : 'are'} no commit`
        : 'a second job could not measure the same again: head has uncommitted changes',
    hint: 'compare two commits (commit what is not), or leave `on-regression` out',
  });
}

/** The measurement that a confirmation is of. */
export interface First {
  measurement: Measurement;
  toConfirm: ClaimsToConfirm;
  /** Its file, for messages. */
  where: string;
}

/** What a confirmation is about to measure. */
export type Second = Pick<Measurement, 'tool' | 'sources' | 'experiment'>;

/**
 * A confirmation is one only on the same two commits, under the same load, by the same version.
 * Throws a UserError with every difference.
 */
export function assertSameComparison(
  second: Second,
  { measurement, toConfirm, where }: First,
): void {
  const differences = differencesOf(second, measurement, toConfirm);
  if (differences.length === 0) return;
  throw refused(differences, where);
}

/**
 * "Nothing to confirm" is an answer about these commits alone. What has no commit, such as a folder, cannot be told apart.
 * Throws a UserError with every difference.
 */
export function assertSameCommits(
  sources: Second['sources'],
  { measurement, where }: Pick<First, 'measurement' | 'where'>,
): void {
  const differences = (['base', 'head'] as const).flatMap((arm) => {
    const [then, now] = [measurement.sources, sources].map((all) => all[arm]?.commit ?? null);
    return then && now ? otherCommit(arm, then, now, sources[arm]?.isSnapshot) : [];
  });
  if (differences.length > 0) throw refused(differences, where);
}

function refused(differences: readonly string[], where: string): UserError {
  const hint =
    'a confirmation repeats the first: check out the same commits, with the same settings and the same version';
  return new UserError(differences.map((message) => ({ where, message, hint })));
}

/** One sentence each; none when the second may confirm the first. */
export function differencesOf(
  second: Second,
  first: Measurement,
  toConfirm: ClaimsToConfirm,
): string[] {
  return [
    ...ofTool(second, first),
    ...(first.confirmationOf === null
      ? []
      : ['it is a confirmation itself: give the measurement that it confirmed']),
    ...(first.past === undefined ? [] : ['it was compared with earlier runs, not with a base']),
    ...(['base', 'head'] as const).flatMap((arm) => ofCommit(arm, second, first)),
    ...ofExperiment(second.experiment, first.experiment, toConfirm),
  ];
}

function ofTool({ tool }: Second, first: Measurement): string[] {
  if (tool.version === first.tool.version) return [];
  return [`Throughput Gate was ${first.tool.version}, is ${tool.version}`];
}

function ofCommit(arm: Arm, { sources }: Second, first: Measurement): string[] {
  const then = first.sources[arm]?.commit ?? null;
  const now = sources[arm]?.commit ?? null;
  if (then === null || now === null) {
    const whose = then === null ? 'the first measurement' : 'this one';
    return [`the commit of ${arm} is not known in ${whose}; a folder has none`];
  }
  return otherCommit(arm, then, now, sources[arm]?.isSnapshot);
}

function ofExperiment(
  second: Experiment,
  first: Experiment,
  { claims }: ClaimsToConfirm,
): string[] {
  const subjects = first.subjects.filter((subject) => isAbout(claims, subject));
  const present = subjects.filter((subject) => isAbout(second.subjects, subject));
  const missing = subjects.filter((subject) => !present.includes(subject));
  const servers = unique(present.map(({ server }) => server));
  const scenarios = unique(present.map(({ scenario }) => scenario));
  return [
    ...missing.map((subject) => `${subjectName(subject)} is not measured here`),
    ...servers
      .filter((name) => differ(first.servers, second.servers, name))
      .map((name) => `the server \`${name}\` has changed`),
    ...scenarios
      .filter((name) => differ(first.scenarios, second.scenarios, name))
      .map((name) => `the scenario \`${name}\` has changed`),
    ...unique(claims.map(({ metric }) => metric)).flatMap((metric) => {
      const [was, is] = [first, second].map(({ gate }) => heldTo(gate, metric));
      return was === is ? [] : [`the gate held ${metric} to ${was}, and holds it to ${is}`];
    }),
  ];
}

type Named = readonly { name: string }[];

function differ(first: Named, second: Named, name: string): boolean {
  const [then, now] = [first, second].map((all) => all.find((one) => one.name === name));
  return !isDeepStrictEqual(then, now);
}

/** What a metric is compared with. */
function heldTo({ tolerance, limits }: Gate, metric: MetricName): string {
  if (isToleranceMetric(metric)) return `a tolerance of ${tolerance[metric]}`;
  return isLimitMetric(metric) ? `a limit of ${limits[metric]}` : 'nothing';
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function isAbout(some: readonly SubjectId[], subject: SubjectId): boolean {
  return some.some((one) => subjectName(one) === subjectName(subject));
}
