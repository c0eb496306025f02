/** Errors that are the user's to mend: no stack trace, exit code 2. */

import { ours, unmarked } from './printed.ts';

/** One mistake: where it is, what was found, what is allowed, and how to mend it. Foreign text in it may be marked as such. */
export interface Problem {
  /** `file:line` or the flag or input's name; absent when there is no place. */
  where?: string;
  message: string;
  hint?: string;
}

/** Every mistake that could be found, at once. */
export class UserError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: Problem | readonly Problem[], options?: ErrorOptions) {
    const list = Array.isArray(problems) ? problems : [problems as Problem];
    super(list.map(formatProblem).join('\n'), options);
    this.name = 'UserError';
    this.problems = list;
  }
}

/**
 * What every step gives, taken one after the other; or one UserError with the mistakes of all of them, so that no mistake hides
 * another one. What is no mistake of the user's is thrown at once.
 */
export async function together<Steps extends Readonly<Record<string, () => unknown>>>(
  steps: Steps,
): Promise<{ [Key in keyof Steps]: Awaited<ReturnType<Steps[Key]>> }> {
  const found: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [name, step] of Object.entries(steps)) {
    try {
      found[name] = await step();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new UserError(problems);
  return found as { [Key in keyof Steps]: Awaited<ReturnType<Steps[Key]>> };
}

/** For a screen, the log and the summary of a job. */
export function formatProblem(problem: Problem): string {
  return unmarked(whole(problem));
}

/** For everybody: without what is foreign in it, which may be a secret. */
export function publicProblem(problem: Problem): string {
  return ours(whole(problem));
}

function whole({ where, message, hint }: Problem): string {
  const place = where === undefined ? '' : `${where}: `;
  const mend = hint === undefined ? '' : `\n  ${hint}`;
  return `${place}${message}${mend}`;
}
