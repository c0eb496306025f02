/** Errors that are the user's to mend: no stack trace, exit code 2. */

/** One mistake: where it is, what was found, what is allowed, and how to mend it. */
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

export function formatProblem({ where, message, hint }: Problem): string {
  const place = where === undefined ? '' : `${where}: `;
  const mend = hint === undefined ? '' : `\n  ${hint}`;
  return `${place}${message}${mend}`;
}
