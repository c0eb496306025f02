/**
 * When one build fails, what becomes of the other is learnt too before anything is concluded: a set-up that works for
 * neither is the set-up's fault, and only where head works is a failing base a missing baseline.
 */

import { messageOf } from '../../system/messages/printed.ts';
import type { Arm } from '../../terms/arm.ts';
import type { Failure } from '../observed/measurement.ts';
import { type ArmFailure, failureOfArms } from './arm-failure.ts';
import { isMachinesFault, ServerFailure, type Survived } from './server-failure.ts';

/** Several arms failed at once. */
export class ArmsFailed extends AggregateError {
  declare readonly errors: ServerFailure[];

  constructor(errors: readonly ServerFailure[]) {
    super(errors, errors.map(({ message }) => message).join('; '));
    this.name = 'ArmsFailed';
  }
}

/** One failure as it is, several as one error. Does nothing where there is none. */
export function throwFailures(failures: readonly ServerFailure[]): void {
  const [first] = failures;
  if (first !== undefined) throw failures.length === 1 ? first : new ArmsFailed(failures);
}

/** The concluded failure, and the errors that it was concluded from. */
export interface Fates {
  failure: Failure;
  errors: readonly unknown[];
}

/**
 * What `error` comes to. `tryAlone` does with one arm by itself what was done when the error came, and for as long as the
 * other one survived; it rejects with the arm's failure.
 */
export async function learnFates(
  error: unknown,
  {
    stage,
    arms,
    tryAlone,
  }: {
    stage: Failure['stage'];
    arms: readonly Arm[];
    tryAlone: (arm: Arm, outlast: Survived | null) => Promise<void>;
  },
): Promise<Fates> {
  const known = blamed(error, ({ isBeforeLoad }) => isBeforeLoad);
  if (known === null) return blameless(error, stage);
  if (arms.length === 1) return concluded([...known.values()], stage);
  const outlast = longest([...known.values()]);
  const beside = known.size === 1 ? [...known.values()] : [];
  const learnt = new Map<Arm, ServerFailure>();
  for (const arm of arms) {
    const failure = known.get(arm);
    // What fails while both run may fail by the other one's presence, or by its hand: then it works alone.
    if (failure !== undefined && !(beside.length === 1 && failure.mayBeCompany)) {
      learnt.set(arm, failure);
      continue;
    }
    try {
      await tryAlone(arm, failure === undefined ? outlast : failure.survived);
    } catch (alone) {
      const own = blamed(alone, ({ survived }) => survived === null)?.get(arm);
      if (own === undefined) return blameless(alone, stage);
      learnt.set(arm, own);
    }
  }
  if (learnt.size > 0) return concluded([...learnt.values()], stage);
  const [first] = beside as [ServerFailure];
  return { errors: [error], failure: onlyBeside(first, stage) };
}

function onlyBeside(failure: ServerFailure, stage: Failure['stage']) {
  const { message, form, isBeforeLoad, isForAddress } = failure;
  const own = failure.of(stage).cure;
  // A database that has no room for both says so itself.
  if (own?.code === 'friend-full') return { arm: null, stage, message, cure: own };
  const [why, code] =
    isBeforeLoad || isForAddress
      ? (['Each build works alone, so they cannot run side by side', 'not-side-by-side'] as const)
      : ([
          'By itself it goes on for longer, so its build is not shown to be broken',
          'ended-beside',
        ] as const);
  const cure = { code, ...(form === undefined ? {} : { form }) };
  return { arm: null, stage, message: `${message}. ${why}`, cure };
}

/** Of a base that cannot even be started, when head is tried by itself. */
export async function besideBrokenBase(
  base: ArmFailure,
  stage: Failure['stage'],
  tryHead: () => Promise<void>,
): Promise<Fates> {
  try {
    await tryHead();
    return { failure: failureOfArms([base]), errors: [] };
  } catch (error) {
    const head = blamed(error)?.get('head');
    if (head === undefined) return blameless(error, stage);
    return { failure: failureOfArms([base, head.of(stage)]), errors: [error] };
  }
}

/**
 * Whose fault it is; null: no arm's. `isAtStart`: what is killed then counts as the arm's own, as it is tried once more, or
 * has been: a supervisor may have done it whose worker fails.
 */
function blamed(
  error: unknown,
  isAtStart: (failure: ServerFailure) => boolean = () => false,
): Map<Arm, ServerFailure> | null {
  const errors = error instanceof ArmsFailed ? error.errors : [error];
  const failures = errors.filter((one) => one instanceof ServerFailure);
  // A taken port or a stranger on it is the machine's fault.
  const isMachines = (failure: ServerFailure) =>
    isMachinesFault(failure.kind) && !(failure.kind === 'killed' && isAtStart(failure));
  if (failures.length === 0 || failures.some(isMachines)) return null;
  return new Map(failures.map((failure) => [failure.arm, failure]));
}

function blameless(error: unknown, stage: Failure['stage']): Fates {
  const errors = error instanceof ArmsFailed ? error.errors : [error];
  // No arm's fault, and it has a cure all the same: a port that somebody else has.
  const taken = errors.find(
    (one) =>
      one instanceof ServerFailure &&
      (one.kind === 'port-in-use' || one.kind === 'foreign-listener'),
  ) as ServerFailure | undefined;
  const cure = taken?.of(stage).cure ?? null;
  const failure: Failure = { arm: null, stage, message: messageOf(error), cure };
  return { errors, failure };
}

function concluded(failures: readonly ServerFailure[], stage: Failure['stage']): Fates {
  return {
    errors: failures,
    failure: failureOfArms(failures.map((failure): ArmFailure => failure.of(stage))),
  };
}

function longest(failures: readonly ServerFailure[]): Survived | null {
  const all = failures.flatMap(({ survived }) => survived ?? []);
  if (all.length === 0) return null;
  return {
    work: Math.max(...all.map(({ work }) => work)),
    ms: Math.max(...all.map(({ ms }) => ms)),
  };
}
