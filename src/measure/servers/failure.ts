/** Why a server could not be measured, in words that a person can act on. */
import type { Arm } from '../../config/experiment.ts';

export type ServerFailureKind =
  | 'exited'
  | 'timeout'
  | 'port-in-use'
  | 'foreign-listener'
  | 'wrong-port'
  | 'wrong-status'
  | 'wrong-body'
  | 'no-answer';

/** Lines of the server's own output that a message carries. */
const TAIL_LINES = 15;

export class ServerFailure extends Error {
  readonly arm: Arm;
  readonly kind: ServerFailureKind;

  constructor(arm: Arm, kind: ServerFailureKind, what: string, output: string) {
    super(`${arm}: ${what}${withTail(output)}`);
    this.name = 'ServerFailure';
    this.arm = arm;
    this.kind = kind;
  }
}

function withTail(output: string): string {
  const lines = output.trimEnd().split('\n').slice(-TAIL_LINES);
  if (lines.join('').trim() === '') return '\n(the server printed nothing)';
  return `\nThe server's last lines:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
