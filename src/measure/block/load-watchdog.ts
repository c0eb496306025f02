/** Keeps count of a load window's load, and ends one that leads nowhere. */

import type { Scenario } from '../../config/experiment/scenario.ts';
import type { ErrorCounts, ErrorKind, ErrorSample } from '../../load/results.ts';
import { noErrors } from '../../load/session.ts';
import { addSizes } from '../../load/shared/body-sizes.ts';
import type { SubjectPlan } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';
import { type LiveArms, serverFor } from '../arms/running-arms.ts';
import type { RunContext } from '../context/run-context.ts';
import { throwFailures } from '../failures/fates.ts';
import type { ServerFailure } from '../failures/server-failure.ts';
import { exampleOf, hasFallenSilent, symptomsOf } from '../loading/load-blame.ts';
import type { ArmObservation } from '../observed/arm-observation.ts';

/** What slices, open-loop segments and unbroken phases all tell. */
export interface Loaded {
  arm: Arm;
  durationUs: number;
  good: number;
  errors: ErrorCounts;
  resent: number;
  resentFor?: string;
  bodySizes?: readonly number[];
}

/** A load window that takes this many times its block's planned length will not end by itself in any useful time. */
const PATIENCE = 4;

export class Watch {
  readonly context: RunContext;
  readonly live: LiveArms;
  readonly scenario: Scenario;
  readonly plan: SubjectPlan;
  readonly seen: Loaded[] = [];
  readonly samples: ErrorSample[] = [];
  readonly #mostMs: number;
  readonly #deadlineMs: number;

  /** The window begins now. */
  constructor(context: RunContext, live: LiveArms, scenario: Scenario, plan: SubjectPlan) {
    this.context = context;
    this.live = live;
    this.scenario = scenario;
    this.plan = plan;
    this.#mostMs = PATIENCE * plan.blockMs + 2 * scenario.timeoutMs;
    this.#deadlineMs = performance.now() + this.#mostMs;
  }

  /**
   * Counts what was just loaded. Throws the failure of an arm of which nothing was answered as
   * expected: waiting for each of its requests would take for ever; and of the slowest arm when the
   * load window takes far too long.
   */
  saw(loaded: readonly Loaded[], samples: readonly ErrorSample[]): void {
    this.seen.push(...loaded);
    this.samples.push(...samples);
    const failed: ServerFailure[] = [];
    for (const [arm, server] of this.live.servers) {
      const own = loaded.filter((one) => one.arm === arm);
      if (own.length === 0 || own.some(({ good }) => good > 0)) continue;
      this.live.assertAlive();
      const seen = exampleOf({ samples }, arm) ?? 'no expected answer';
      const what = `nothing was answered as expected any more: ${seen}`;
      const symptoms = symptomsOf(this.live, { samples }, arm);
      const isSilent = hasFallenSilent(this.live, { slices: own, samples }, arm);
      failed.push(server.failure('no-answer', what, { ...symptoms, hasFallenSilent: isSilent }));
    }
    throwFailures(failed);
    if (performance.now() > this.#deadlineMs) throw this.#tooSlow();
  }

  #tooSlow(): Error {
    const timeUs = (arm: Arm) =>
      this.seen.reduce((sum, one) => sum + (one.arm === arm ? one.durationUs : 0), 0);
    const slowest = [...this.live.servers.keys()].reduce((a, b) => (timeUs(b) > timeUs(a) ? b : a));
    const seen = exampleOf(this, slowest);
    const what = `a block did not end within ${Math.round(this.#mostMs / 1000)} s, several times what its pilot run led to expect${seen === null ? '' : `; for example: ${seen}`}`;
    return serverFor(this.live, slowest).failure(
      'no-answer',
      what,
      symptomsOf(this.live, this, slowest),
    );
  }
}

/** Of one arm's load, added up. */
export function countsOf(
  loaded: readonly Loaded[],
): Pick<ArmObservation, 'good' | 'attempted' | 'errors' | 'resent' | 'resentFor' | 'bodySizes'> {
  const errors = noErrors();
  let good = 0;
  let failed = 0;
  let resent = 0;
  let resentFor: string | undefined;
  for (const one of loaded) {
    good += one.good;
    resent += one.resent;
    resentFor ??= one.resentFor;
    for (const kind of Object.keys(errors) as ErrorKind[]) {
      errors[kind] += one.errors[kind];
      failed += one.errors[kind];
    }
  }
  const bodySizes = addSizes(loaded.map((one) => one.bodySizes));
  const sizes = bodySizes.length === 0 ? {} : { bodySizes };
  const counts = { good, attempted: good + failed, errors, ...sizes };
  if (resent === 0) return counts;
  return { ...counts, resent, ...(resentFor === undefined ? {} : { resentFor }) };
}
