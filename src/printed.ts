/**
 * What others printed, kept apart from what we say. It may hold whatever they know, secrets too: it is for a screen, for
 * the log and for the job's summary, which a runner masks; never for a file, and for a comment only when that is asked for.
 */
import type { Arm } from './config/experiment.ts';
import type { Emit } from './events.ts';

/** Foreign text: the last lines of an output, or an excerpt of an answer. */
export interface Excerpt {
  /** What printed it: a command of the user's, the server, our own generator as it died; `answer`: what the server sent. */
  by: 'build' | 'before' | 'after' | 'server' | 'load command' | 'load generator' | 'answer';
  lines: readonly string[];
}

export interface Printed extends Excerpt {
  /** `server`, or `server/scenario` (`subjectName`): whose reason or warning it explains. */
  about: string;
  arm: Arm | null;
}

/** An error whose message is our own sentence; what was printed stands beside it. */
export class PrintedError extends Error {
  readonly printed: readonly Excerpt[];

  /** `message`: without any foreign text. */
  constructor(message: string, printed: readonly Excerpt[]) {
    super(message);
    this.name = 'PrintedError';
    this.printed = printed;
  }
}

/** What was printed beside any error; none for errors of other kinds. */
export function excerptsOf(error: unknown): readonly Excerpt[] {
  return error instanceof PrintedError ? error.printed : [];
}

/** Passes events on, and keeps what was printed, for the report at the end. */
export function keepPrinted(emit: Emit): { emit: Emit; printed: readonly Printed[] } {
  const printed: Printed[] = [];
  return {
    printed,
    emit: (event) => {
      if (event.type === 'printed') printed.push(event.printed);
      emit(event);
    },
  };
}
