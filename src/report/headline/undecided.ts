/** Why a job fails although nothing was decided: which of the user's switches says so. */
import type { Gate } from '../../config/experiment/experiment.ts';
import { EXIT, exitCode } from '../../judge/verdict/exit-code.ts';
import type { Verdict } from '../../judge/verdict/verdict.ts';

type Ended = Parameters<typeof exitCode>[0] & Pick<Verdict, 'claims'>;

/** Of a verdict whose exit code is `EXIT.undecided`. */
export function undecidedText(
  verdict: Ended,
  gate: Pick<Gate, 'failOnInconclusive' | 'failOnNoBaseline'>,
): string {
  if (exitCode({ ...verdict, claims: [] }, gate) !== EXIT.undecided) {
    return 'A claim with `gate` is undecided, and `fail-on-inconclusive` is set.';
  }
  const words = verdict.subjects.map((subject) => subject.verdict);
  const word =
    gate.failOnInconclusive && words.includes('inconclusive') ? 'inconclusive' : 'no-baseline';
  const whose = verdict.awaitsConfirmation ? 'The verdict of a subject' : 'The verdict';
  return `${whose} is ${word}, and \`fail-on-${word}\` is set.`;
}
