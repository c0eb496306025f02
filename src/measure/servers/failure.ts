/** Why a server could not be measured, in words that a person can act on. */
import type { Arm } from '../../config/experiment.ts';
import { lastLines } from '../output.ts';

export type ServerFailureKind =
  | 'exited'
  | 'timeout'
  | 'port-in-use'
  | 'foreign-listener'
  | 'wrong-port'
  | 'wrong-status'
  | 'wrong-body'
  /** Ready, but then no connection could be opened. */
  | 'connect'
  | 'no-answer';

/** True when something else on the machine is in the way: no arm is to blame. */
export function isMachinesFault(kind: ServerFailureKind): boolean {
  return kind === 'port-in-use' || kind === 'foreign-listener';
}

export class ServerFailure extends Error {
  readonly arm: Arm;
  readonly kind: ServerFailureKind;
  readonly #what: string;
  readonly #output: string | null;

  /** `output`: what the server printed last; null when it never ran. */
  constructor(arm: Arm, kind: ServerFailureKind, what: string, output: string | null) {
    super(`${arm}: ${what}${withTail(output)}`);
    this.name = 'ServerFailure';
    this.arm = arm;
    this.kind = kind;
    this.#what = what;
    this.#output = output;
  }

  /** The same failure, with one more sentence before the server's last lines. */
  adding(sentence: string): ServerFailure {
    return new ServerFailure(this.arm, this.kind, `${this.#what}. ${sentence}`, this.#output);
  }
}

function withTail(output: string | null): string {
  if (output === null) return '';
  const lines = lastLines(output);
  return lines === '' ? '\n(the server printed nothing)' : `\nThe server's last lines:\n${lines}`;
}
