/** Whether the job fails, and why: a reader sees a red or green check beside the report. */
import { EXIT, exitCode } from '../../judge/verdict/exit-code.ts';
import { isOnlyKept } from '../../judge/verdict/gathering.ts';
import { isSameCode } from '../../judge/verdict/same-code.ts';
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';

export interface Check {
  code: number;
  /** Only for a claim that gates: without it the job would end otherwise. */
  isByClaim: boolean;
  /** After a colon; empty where the verdict itself says it. */
  why: string;
}

/** Null for a file of an older version, which does not say what its job failed for. */
export function checkOf(verdict: Verdict): Check | null {
  const { failsOn } = verdict;
  const isOpen = verdict.verdict === 'inconclusive' || verdict.verdict === 'no-baseline';
  if (failsOn === undefined && (isOpen || verdict.awaitsConfirmation)) return null;
  const gate = {
    failOnInconclusive: failsOn?.inconclusive ?? false,
    failOnNoBaseline: failsOn?.noBaseline ?? false,
  };
  const code = exitCode(verdict, gate);
  const isByClaim = code !== exitCode({ ...verdict, claims: [] }, gate);
  return { code, isByClaim, why: isByClaim ? byClaim(code) : why(verdict, code) };
}

/** "The check is green: `fail-on-inconclusive` is off." Nothing where it is not known. */
export function checkInMarkdown(verdict: Verdict): string {
  const check = checkOf(verdict);
  if (check === null) return '';
  return sentence(`The check is ${check.code === EXIT.ok ? 'green' : 'red'}`, check.why);
}

/** "Exit code 0: `fail-on-inconclusive` is off." */
export function checkInText(verdict: Verdict): string {
  const check = checkOf(verdict);
  return check === null ? '' : sentence(`Exit code ${check.code}`, check.why);
}

function sentence(start: string, why: string): string {
  return why === '' ? `${start}.` : `${start}: ${why}.`;
}

function byClaim(code: number): string {
  return code === EXIT.regression
    ? 'a claim with `gate: true` is refuted'
    : 'a claim with `gate: true` is undecided, and `fail-on-inconclusive` is on';
}

function baseless({ subjects }: Verdict): SubjectVerdict[] {
  return subjects.filter(({ verdict }) => verdict === 'no-baseline');
}

function why(verdict: Verdict, code: number): string {
  if (verdict.awaitsConfirmation) {
    return code === EXIT.ok
      ? 'a slowdown blocks once a fresh runner has confirmed it'
      : 'other subjects fail the job, whatever becomes of the slowdown';
  }
  const isRed = code !== EXIT.ok;
  switch (verdict.verdict) {
    case 'regression':
      return 'a regression fails the job';
    case 'invalid':
      return 'a broken measurement fails the job';
    case 'inconclusive':
      return `\`fail-on-inconclusive\` is ${isRed ? 'on' : 'off'}`;
    case 'no-baseline':
      if (!isRed && verdict.subjects.every(isOnlyKept)) return 'nothing was to be compared';
      if (!isRed && baseless(verdict).every(isOnlyKept)) return 'what was compared has passed';
      return isSameCode(verdict) ? '' : `\`fail-on-no-baseline\` is ${isRed ? 'on' : 'off'}`;
    case 'improvement':
    case 'unchanged':
      return '';
  }
}
