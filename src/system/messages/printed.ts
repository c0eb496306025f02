/**
 * What others printed, kept apart from what we say. It may hold whatever they know, secrets too: it is for a screen, for
 * the log and for the job's summary, which a runner masks; never for a file, and for a comment only when that is asked for.
 */

import { withoutSecrets } from './secrets.ts';

/** Foreign text: the last lines of an output, or an excerpt of an answer. */
export interface Excerpt {
  /** What printed it: a command of the user's, the server, our own generator as it died; `answer`: what the server sent. */
  by:
    | 'build'
    | 'before'
    | 'after'
    | 'profile'
    | 'server'
    | 'load command'
    | 'load generator'
    | 'answer';
  lines: readonly string[];
}

export interface Printed extends Excerpt {
  /** `server`, or `server/scenario` (`subjectName`): whose reason or warning it explains. */
  about: string;
  /** What reports call it; null: `about` says it, or no arm is meant. */
  arm: string | null;
}

/**
 * Foreign text inside a sentence of ours: `the answer begins with ${foreign(bytes)}`. The marks, which no text has, keep
 * it apart until the sentence is told: whoever writes it down has an ellipsis there, whoever shows it has all of it.
 */
export function foreign(text: string): string {
  return `${BEGIN}${unmarked(text)}${END}`;
}

/** The same for an addition without which the sentence is whole: it leaves no ellipsis. */
export function aside(text: string): string {
  return `${BEGIN_ASIDE}${unmarked(text)}${END_ASIDE}`;
}

/** Our sentence without what is foreign in it, such as `the answer begins with …`, and without secrets: names may be some. */
export function ours(marked: string): string {
  return withoutSecrets(withoutForeign(marked));
}

function withoutForeign(marked: string): string {
  return marked.replace(ASIDE, '').replace(MARKED, '…');
}

/** The whole sentence. */
export function unmarked(marked: string): string {
  return withoutSecrets(marked.replace(MARKS, ''));
}

/** Characters that Unicode keeps free for a program's own use. */
const BEGIN = '\uFDD0';
const END = '\uFDD1';
const BEGIN_ASIDE = '\uFDD2';
const END_ASIDE = '\uFDD3';
const MARKED = /\uFDD0[^\uFDD1]*(?:\uFDD1|$)/g;
const ASIDE = /\uFDD2[^\uFDD3]*(?:\uFDD3|$)/g;
const MARKS = /[\uFDD0-\uFDD3]/g;

/** An error whose message is our own sentence; what was printed stands beside it. */
export class PrintedError extends Error {
  readonly printed: readonly Excerpt[];

  /** `message`: what is foreign in it is marked as such. */
  constructor(message: string, printed: readonly Excerpt[]) {
    super(ours(message));
    this.name = 'PrintedError';
    this.printed = [...answersIn(message), ...printed];
  }
}

/** What was printed beside any error, and what is foreign in its message. */
export function excerptsOf(error: unknown): readonly Excerpt[] {
  if (error instanceof PrintedError) return error.printed.map(withoutSecretsOf);
  return error instanceof Error ? answersIn(error.message) : [];
}

function withoutSecretsOf({ by, lines }: Excerpt): Excerpt {
  return { by, lines: lines.map(withoutSecrets) };
}

/** An error in our own words alone. */
export function messageOf(error: unknown): string {
  return ours(error instanceof Error ? error.message : String(error));
}

function answersIn(marked: string): Excerpt[] {
  return withoutForeign(marked) === marked ? [] : [{ by: 'answer', lines: [unmarked(marked)] }];
}
