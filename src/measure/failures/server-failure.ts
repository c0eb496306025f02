/** Why a server could not be measured, in words that a person can act on. */

import type { Form } from '../../config/settings/spelling.ts';
import { shownAnswer } from '../../load/unexpected.ts';
import { type Excerpt, ours, PrintedError } from '../../system/messages/printed.ts';
import { lastLines } from '../../system/output/output-file.ts';
import type { Arm } from '../../terms/arm.ts';
import type { Cure } from '../observed/cure.ts';
import type { ArmFailure } from './arm-failure.ts';
import { cureFor } from './cure-for.ts';
import type { Seen } from './seen.ts';

export type ServerFailureKind =
  | 'exited'
  | 'timeout'
  | 'port-in-use'
  | 'foreign-listener'
  | 'wrong-port'
  /** It speaks another protocol than the load. */
  | 'wrong-protocol'
  | 'wrong-status'
  | 'wrong-body'
  /** Ready, but then no connection could be opened. */
  | 'connect'
  | 'no-answer'
  /** Another process, or the kernel for want of memory, has ended it. */
  | 'killed'
  /** Another process has had it stand still. */
  | 'stopped';

const MACHINES: readonly ServerFailureKind[] = [
  'port-in-use',
  'foreign-listener',
  'killed',
  'stopped',
];

/** How long a server worked before it failed. */
export interface Survived {
  /** Pieces of work that were asked of it. */
  work: number;
  /** From its start to its last answer, or to its failure where it gave none. */
  ms: number;
}

/** What is known of a failure besides its kind. */
export type Symptoms = Omit<Seen, 'output'> & {
  /** Of the answer to whether it is ready. */
  readyStatus?: number | null;
};

/** True when something else on the machine is in the way: no arm is to blame. */
export function isMachinesFault(kind: ServerFailureKind): boolean {
  return MACHINES.includes(kind);
}

/** Its message is ours alone; what the server printed last, and what it answered, is in `printed`. */
export class ServerFailure extends PrintedError {
  readonly arm: Arm;
  readonly #armName: string;
  readonly kind: ServerFailureKind;
  readonly #what: string;
  readonly #output: string | null;
  readonly #symptoms: Symptoms;
  /** Null: it was never loaded. */
  survived: Survived | null = null;
  /** The other arm ran beside it. */
  isBeside = false;
  /** It failed beside the other arm, before it was ever loaded. */
  isBeforeLoad = false;

  /**
   * `what`: without any foreign text. `output`: what the server printed last; null when it never ran. `name`: what reports
   * call the arm.
   */
  constructor(
    arm: Arm,
    kind: ServerFailureKind,
    what: string,
    output: string | null,
    symptoms: Symptoms = {},
    name: string = arm,
  ) {
    const lines = output === null ? [] : lastLines(output);
    const isSilent = kind === 'exited' && output !== null && lines.length === 0;
    const whole = `${what}${isSilent ? '; it printed nothing' : ''}`;
    super(`${name}: ${whole}`, excerpts(symptoms.excerpt ?? null, lines));
    this.name = 'ServerFailure';
    this.arm = arm;
    this.#armName = name;
    this.kind = kind;
    this.#what = whole;
    this.#output = output;
    this.#symptoms = { ...symptoms, ...shownAnswers(symptoms) };
  }

  /** How whoever reads of it writes the settings; undefined: not known. */
  get form(): Form | undefined {
    return this.#symptoms.form;
  }

  /** Whether it fits an arm that waits in vain for what the other one has, ends for want of it, or is ended by it. */
  get mayBeCompany(): boolean {
    if (this.isBeforeLoad) {
      if (this.kind === 'exited' || this.kind === 'timeout' || this.kind === 'killed') return true;
      return this.kind === 'wrong-status' && (this.#symptoms.readyStatus ?? 500) >= 500;
    }
    if (!this.isBeside || this.kind !== 'exited') return false;
    if (this.isForAddress) return true;
    // A server ends so when it is asked to. And a head that has its base end in whatever way must not pass by that.
    return this.#symptoms.exitCode === 0 || this.arm === 'base';
  }

  /** It ended for want of an address that somebody else has: perhaps the other arm. */
  get isForAddress(): boolean {
    return this.kind === 'exited' && this.#cure?.code === 'address-in-use';
  }

  get #cure(): Cure | null {
    return cureFor({ ...this.#symptoms, output: this.#output });
  }

  /** As the arm's part in the failure of a subject. */
  of(stage: ArmFailure['stage']): ArmFailure {
    const { answer = null, exitCode, readyStatus } = this.#symptoms;
    // Each arm redirects to its own port.
    const seen = answer && {
      ...answer,
      location: answer.location?.replaceAll(/\d+/g, '#') ?? null,
    };
    return {
      arm: this.arm,
      name: this.#armName,
      stage,
      what: ours(this.#what),
      mark: JSON.stringify([this.kind, seen, exitCode ?? null, readyStatus ?? null]),
      cure: this.#cure,
    };
  }
}

/** Places and types are shown, and a server may have made one of what it was sent. */
function shownAnswers({ answer, readyAnswer }: Symptoms): Pick<Symptoms, 'answer' | 'readyAnswer'> {
  return {
    ...(answer && { answer: shownAnswer(answer) }),
    ...(readyAnswer && { readyAnswer: shownAnswer(readyAnswer) }),
  };
}

function excerpts(answer: string | null, lines: readonly string[]): Excerpt[] {
  return [
    ...(answer === null || answer === '' || answer === '""'
      ? []
      : [{ by: 'answer' as const, lines: [answer] }]),
    ...(lines.length === 0 ? [] : [{ by: 'server' as const, lines }]),
  ];
}
