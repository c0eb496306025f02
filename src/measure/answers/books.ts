/** The answer books of all subjects, and what is shown of them while a run goes on. */

import { askedAnswers } from '../../config/experiment/asked-answers.ts';
import { armNames } from '../../config/experiment/contenders.ts';
import {
  type Experiment,
  type SubjectId,
  subjectName,
} from '../../config/experiment/experiment.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import type { Server } from '../../config/experiment/server.ts';
import { partsOf } from '../../config/experiment/subject-parts.ts';
import { isExcepted } from '../../config/values/answer-places.ts';
import type { Printed } from '../../system/messages/printed.ts';
import { withoutSecrets } from '../../system/messages/secrets.ts';
import type { OwnPlace } from './answer.ts';
import { AnswerBook, type Told } from './book.ts';
import { secretsOf, withoutValues } from './secret-values.ts';

/** Starts of base after which a difference is shown: one more may still be a process id. */
const STARTS_TO_TELL = 3;
const LONGEST_VALUE = 100;
/** Numbers for the questions of each subject: far more than there are, so that no two subjects ask the same new value. */
const ASKS_OF_EACH = 1_000_000;
/** Differences of a subject whose values are shown. */
const TOLD_AT_MOST = 20;

export class AnswerBooks {
  readonly #experiment: Experiment;
  readonly #placesOf: (server: Server) => Promise<OwnPlace[]>;
  readonly #books = new Map<string, AnswerBook | null>();
  readonly #told = new Map<string, Set<string>>();

  /** `placesOf`: where both arms of a server are, for the whole run. */
  constructor(experiment: Experiment, placesOf: (server: Server) => Promise<OwnPlace[]>) {
    this.#experiment = experiment;
    this.#placesOf = placesOf;
  }

  /** Null where answers are not compared. */
  async of(subject: SubjectId): Promise<AnswerBook | null> {
    const name = subjectName(subject);
    const known = this.#books.get(name);
    if (known !== undefined) return known;
    const { server, scenario } = partsOf(this.#experiment, subject);
    const place = this.#experiment.subjects.findIndex((one) => subjectName(one) === name);
    const book = bookFor(scenario, await this.#placesOf(server), place * ASKS_OF_EACH);
    this.#books.set(name, book);
    return book;
  }

  /** The values behind differences that are new: for a screen, a log and a summary, and for no file. */
  tell(subject: SubjectId, printed: (printed: Printed) => void): void {
    const name = subjectName(subject);
    const book = this.#books.get(name) ?? null;
    if (book === null || book.startsOf('base') < STARTS_TO_TELL) return;
    const told = this.#told.get(name) ?? new Set();
    this.#told.set(name, told);
    const { server, scenario } = partsOf(this.#experiment, subject);
    const names = armNames(server);
    const lines: string[] = [];
    for (const one of book.differences()) {
      const place = `${one.request}, ${one.at}`;
      if (one.of !== 'content' || told.has(place) || told.size >= TOLD_AT_MOST) continue;
      told.add(place);
      const values = (['base', 'head'] as const).map((arm) => `${names[arm]}: ${shown(one, arm)}`);
      lines.push(`${place}: ${values.join('; ')}`);
    }
    if (lines.length === 0) return;
    const secrets = secretsOf(scenario, book.secrets);
    const shownLines = lines.map((line) => withoutSecrets(withoutValues(line, secrets)));
    printed({ by: 'answer', about: name, arm: null, lines: shownLines });
  }
}

function bookFor(
  scenario: Scenario,
  places: readonly OwnPlace[],
  firstAsk: number,
): AnswerBook | null {
  const asked = askedAnswers(scenario);
  if (asked.kind === 'not') return null;
  const kinds = asked.scenario.kind === 'http' ? asked.scenario.requests.length : 1;
  return new AnswerBook(kinds, isExcepted(scenario.answers?.except ?? []), places, firstAsk);
}

function shown(one: Told, arm: 'base' | 'head'): string {
  const came = one.came[arm];
  if (came === null) return one[arm];
  const kept = came.length > LONGEST_VALUE ? `${came.slice(0, LONGEST_VALUE)}…` : came;
  return one[arm].endsWith(' bytes') ? `${one[arm]}: ${kept}` : kept;
}
