/** Annotations of a versus: only what fails the job, or could have. Who is faster is no news of that kind. */
import { subjectName } from '../config/experiment/experiment.ts';
import type { Verdict } from '../judge/verdict/verdict.ts';
import { claimRows } from '../report/claims/rows.ts';
import { oneLine, plainName } from '../report/markup/escape.ts';
import { failureOf } from '../report/versus/lead.ts';
import type { Annotation } from './annotation.ts';

export function versusAnnotations(verdict: Verdict): Annotation[] {
  const broken = verdict.subjects.flatMap((subject): Annotation[] => {
    const message = failureOf(subject);
    if (message === null) return [];
    return [
      {
        level: 'error',
        title: `Not compared: ${plainName(subjectName(subject))}`,
        message: oneLine(message),
      },
    ];
  });
  return [...broken, ...claimAnnotations(verdict)];
}

/** Of claims that gate and do not hold, in a run and in a versus. */
export function claimAnnotations(verdict: Verdict): Annotation[] {
  const failsOnOpen = verdict.failsOn?.inconclusive ?? false;
  return claimRows(verdict)
    .filter(({ isGate, answer }) => isGate && answer !== 'holds')
    .map(({ claim, answer, measured, claimed, decides }): Annotation => {
      const isError = answer === 'refuted' || failsOnOpen;
      const more = decides === '' ? '' : `; ${decides}`;
      return {
        level: isError ? 'error' : 'warning',
        title: answer === 'refuted' ? 'Claim refuted' : 'Claim undecided',
        message: oneLine(`${oneLine(claim, 200)}: measured ${measured}, claimed ${claimed}${more}`),
      };
    });
}
