/** What failed of each arm → one failure of the subject: whose it is, and its cause told once. Pure. */
import type { Arm } from '../../terms/arm.ts';
import type { Cure } from '../observed/cure.ts';
import type { Failure } from '../observed/measurement.ts';

export interface ArmFailure {
  arm: Arm;
  /** What reports call the arm. */
  name: string;
  stage: Failure['stage'];
  /** What went wrong, without the arm's name. */
  what: string;
  /** What tells this failure from others of the same words: kind, status, exit code. */
  mark: string;
  cure: Cure | null;
}

/** By a server's name: arms of it that cannot even be started. */
export type Broken = ReadonlyMap<string, readonly ArmFailure[]>;

/** The same with these of a server besides. */
export function withBroken(
  broken: Broken,
  server: string,
  failures: readonly ArmFailure[],
): Broken {
  if (failures.length === 0) return broken;
  return new Map([...broken, [server, [...(broken.get(server) ?? []), ...failures]]]);
}

/** Arms of a server that can be measured, or shown to work: none where head cannot. */
export function usableArms(broken: Broken, server: string, arms: readonly Arm[]): Arm[] {
  const failed = broken.get(server)?.map(({ arm }) => arm) ?? [];
  return failed.includes('head') ? [] : arms.filter((arm) => !failed.includes(arm));
}

/** They name what was seen, and of why it is so only what is likely: where the other build has said why, that is better. */
const VAGUE: readonly Cure['code'][] = [
  ...(['late-answer', 'server-error', 'see-output'] as const),
  ...(['closed-unanswered', 'fell-silent', 'unavailable'] as const),
];

/** At least one; of each arm at most one. `base` alone only where head was shown to work. */
export function failureOfArms(failures: readonly ArmFailure[]): Failure {
  const [first, second] = [...failures].sort((a, b) => a.arm.localeCompare(b.arm)) as [
    ArmFailure,
    ArmFailure | undefined,
  ];
  if (second === undefined) {
    const { arm, stage, cure } = first;
    return { arm, stage, message: alone(first), cure };
  }
  const both = first.name === 'base' ? 'both builds' : `${first.name} and ${second.name}`;
  const cause = causeOfBoth(first, second);
  if (cause !== null) {
    return {
      arm: 'both',
      stage: cause.stage,
      message: `${both}: ${cause.what}`,
      cure: cause.cure,
    };
  }
  const message = areAlike(first, second)
    ? `${both}: ${second.what}`
    : `${both} fail. ${alone(first)}; ${alone(second)}`;
  return { arm: 'both', stage: second.stage, message, cure: cureOfBoth(first, second) };
}

function cureOfBoth({ cure: one }: ArmFailure, { cure: other }: ArmFailure): Cure | null {
  if (one === null || other === null) return other ?? one;
  return VAGUE.includes(other.code) && !VAGUE.includes(one.code) ? one : other;
}

/** Where both want the same fixed port, one has it and listens there in vain, and the other finds it taken: the first one says why. */
function causeOfBoth(one: ArmFailure, other: ArmFailure): ArmFailure | null {
  if (one.name !== one.arm) return null;
  const isElsewhere = ({ mark }: ArmFailure) => mark.startsWith('["wrong-port"');
  const isTaken = ({ cure }: ArmFailure) => cure?.code === 'address-in-use';
  if (isElsewhere(one) && isTaken(other)) return one;
  return isElsewhere(other) && isTaken(one) ? other : null;
}

function alone({ name, what }: ArmFailure): string {
  return `${name}: ${what}`;
}

/** The same cause, but for addresses, times and the arm's own name. What names a contender is of that one alone. */
function areAlike(one: ArmFailure, other: ArmFailure): boolean {
  const isNamed = ({ what, name, arm }: ArmFailure) => name !== arm && what.includes(name);
  if (isNamed(one) || isNamed(other)) return false;
  const general = ({ what, name, arm }: ArmFailure) =>
    // A name like that of the arm is also a part of other words: "header".
    (name === arm ? what : what.replaceAll(name, '{arm}'))
      .replaceAll(/\b(base|head)\b/g, '{arm}')
      .replaceAll(/the Unix socket \S+/g, 'the Unix socket')
      .replaceAll(/\d+(\.\d+)?/g, '#');
  return one.stage === other.stage && one.mark === other.mark && general(one) === general(other);
}
