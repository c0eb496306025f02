/** What is told of measurements before this one: attempts that it continues, and one that it confirms. */
import type { ResumeState } from '../../attempts/resume.ts';
import type { Verdict } from '../../judge/verdict/verdict.ts';

export function noEarlierText(file: string): string {
  return `no earlier attempt at ${file}: this is the first`;
}

export function emptyEarlierText(file: string): string {
  return `nothing was measured in ${file}: this is a first attempt`;
}

export function otherConfirmationText(file: string): string {
  return `${file} was a confirmation of another measurement: this is a first attempt`;
}

/** `blocks`: what is there of the subject. */
export function continuedText(subject: string, kind: ResumeState['kind'], blocks: number): string {
  return `${subject}: ${WHAT_HAPPENS[kind](blocks)}`;
}

const WHAT_HAPPENS: Record<ResumeState['kind'], (blocks: number) => string> = {
  decided: (blocks) => `was decided, and stays so, on ${blocks} blocks of the earlier attempt`,
  open: (blocks) => `goes on after ${blocks} blocks of the earlier attempt, which was cut short`,
  ended: (blocks) => `further blocks are added to the ${blocks} that could not decide`,
};

export function startedOverText(subject: string): string {
  return `${subject}: starts over; the earlier attempt was broken, or its machine too disturbed, which says nothing about speed`;
}

/** Nothing is measured, which is no failure. */
export function nothingToConfirmText({ verdict }: Pick<Verdict, 'verdict'>): string {
  return `Nothing to confirm: the verdict of the first measurement is ${verdict}, so nothing was measured again.`;
}
