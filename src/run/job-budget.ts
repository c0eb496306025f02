/** Whose turn it is in a round of looks, and whether the job still has the time for it. Pure. */
import { type SubjectId, subjectName } from '../config/experiment/experiment.ts';
import type { SubjectVerdict } from '../judge/verdict/verdict.ts';
import type { SubjectPlan } from '../plan/plan.ts';

/**
 * Those nearest to a decision first, by the budget that would probably decide them: when time is short, it then decides
 * as many as it can. Who gets a look when depends on the data; after how many blocks it comes does not, so the test's error
 * rates stay what they are.
 */
export function nearestFirst<Subject extends SubjectId>(
  subjects: readonly Subject[],
  verdicts: readonly (SubjectId & Pick<SubjectVerdict, 'budgetNeededMs'>)[],
): Subject[] {
  const needed = new Map(
    verdicts.map((verdict) => [subjectName(verdict), verdict.budgetNeededMs ?? Infinity]),
  );
  const far = (subject: Subject) => needed.get(subjectName(subject)) ?? Infinity;
  // Infinity less Infinity is no number, and no order.
  return subjects.toSorted((a, b) => (far(a) === far(b) ? 0 : far(a) - far(b)));
}

/** Keeps a job's limit: by the clock alone, and before a subject's turn, so that no look is left half way. */
export class JobClock {
  readonly #limitMs: number | null;
  #usedMs = 0;

  constructor(limitMs: number | null) {
    this.#limitMs = limitMs;
  }

  /** Whether the blocks up to this look probably fit into what is left. */
  hasTimeFor({ blockMs }: Pick<SubjectPlan, 'blockMs'>, blocks: number): boolean {
    return this.#limitMs === null || this.#usedMs + blocks * blockMs <= this.#limitMs;
  }

  used(ms: number): void {
    this.#usedMs += ms;
  }
}
