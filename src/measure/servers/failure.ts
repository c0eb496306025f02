/** Why a server could not be measured, in words that a person can act on. */
import type { Arm } from '../../config/experiment.ts';
import { PrintedError } from '../../printed.ts';
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

/** Its message is ours alone; what the server printed last is in `printed`. */
export class ServerFailure extends PrintedError {
  readonly arm: Arm;
  readonly kind: ServerFailureKind;
  readonly #what: string;
  readonly #output: string | null;

  /** `what`: without any foreign text. `output`: what the server printed last; null when it never ran. */
  constructor(arm: Arm, kind: ServerFailureKind, what: string, output: string | null) {
    const lines = output === null ? [] : lastLines(output);
    const isSilent = kind === 'exited' && output !== null && lines.length === 0;
    super(
      `${arm}: ${what}${isSilent ? '; it printed nothing' : ''}`,
      lines.length === 0 ? [] : [{ by: 'server', lines }],
    );
    this.name = 'ServerFailure';
    this.arm = arm;
    this.kind = kind;
    this.#what = what;
    this.#output = output;
  }

  /** The same failure, with one more sentence. */
  adding(sentence: string): ServerFailure {
    return new ServerFailure(this.arm, this.kind, `${this.#what}. ${sentence}`, this.#output);
  }
}
