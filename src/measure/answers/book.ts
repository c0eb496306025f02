/** The answers of one subject's arms, gathered over a whole run, and what they come to. */
import type { Arm } from '../../terms/arm.ts';
import type { Answer } from './answer.ts';
import { isMoreThanChance } from './chance.ts';
import { comparedWith, type Difference } from './compare.ts';
import { shownPathOf } from './json-parts.ts';
import type { AnswerDifference, AnswersObserved } from './observed.ts';

/** Different answers to one request that are kept of an arm. */
const KEPT = 16;
/** Differences that are listed. */
const LISTED = 20;

interface Kept {
  answer: Answer;
  /** Starts of the arm's server that gave it. */
  starts: Set<number>;
}

interface Page {
  /** As reports show the request. */
  request: string;
  kind: number;
  answers: Record<Arm, Map<string, Kept>>;
}

/** A difference with the values that came, which no file gets. */
export type Told = AnswerDifference & { came: { base: string | null; head: string | null } };

export class AnswerBook {
  readonly #kinds: number;
  readonly #except: (place: string) => boolean;
  readonly #pages = new Map<string, Page>();
  readonly #counts: Record<Arm, number> = { base: 0, head: 0 };
  readonly #secrets = new Set<string>();
  readonly #asked: Record<Arm, number> = { base: 0, head: 0 };
  readonly #starts: Record<Arm, Set<number>> = { base: new Set(), head: new Set() };
  /** As found last; null: an answer has come since. To find them takes long. */
  #differences: readonly Told[] | null = null;

  /** `kinds`: of the scenario's requests. `except`: places that may differ. */
  constructor(kinds: number, except: (place: string) => boolean) {
    this.#kinds = kinds;
    this.#except = except;
  }

  /** `key`: one and the same request, of this kind. `start`: which start of the arm's server answered. */
  note(
    arm: Arm,
    { key, kind, request, start }: { key: string; kind: number; request: string; start: number },
    answer: Answer,
  ): void {
    this.#differences = null;
    this.#counts[arm] += 1;
    this.#starts[arm].add(start);
    const page = this.#pages.get(key) ?? {
      ...{ request, kind },
      answers: { base: new Map(), head: new Map() },
    };
    this.#pages.set(key, page);
    const own = page.answers[arm];
    const print = printOf(answer);
    const kept = own.get(print);
    if (kept !== undefined) {
      kept.starts.add(start);
      return;
    }
    own.set(print, { answer, starts: new Set([start]) });
    // The first and the newest: what changes with the load is in the newest.
    if (own.size > KEPT) own.delete([...own.keys()][KEPT / 2] as string);
  }

  /** What servers gave to the load: it may be in their answers. */
  withhold(secrets: readonly string[]): void {
    for (const secret of secrets) this.#secrets.add(secret);
  }

  get secrets(): readonly string[] {
    return [...this.#secrets];
  }

  /** Counts the questions to an arm: the number of this one, from 0. */
  asks(arm: Arm): number {
    return this.#asked[arm]++;
  }

  /** Starts of the arm's server that answered. */
  startsOf(arm: Arm): number {
    return this.#starts[arm].size;
  }

  /** Every place at which head answers what base never did, and more often than by chance; the content first. */
  differences(): readonly Told[] {
    this.#differences ??= this.#find();
    return this.#differences;
  }

  /** For the measurement; null while the arms have no request in common. */
  observed(): AnswersObserved | null {
    const common = [...this.#pages.values()].filter(
      ({ answers }) => answers.base.size > 0 && answers.head.size > 0,
    );
    if (common.length === 0) return null;
    const all = this.differences();
    const content = all.filter(({ of }) => of === 'content').length;
    return {
      kinds: this.#kinds,
      compared: new Set(common.map(({ kind }) => kind)).size,
      answers: { ...this.#counts },
      starts: this.startsOf('base'),
      differences: all.slice(0, LISTED).map(({ came: _came, ...kept }) => kept),
      content,
      form: all.length - content,
    };
  }

  #find(): Told[] {
    const all = [...this.#pages.values()].flatMap(({ request, answers }) =>
      beyondChance([...answers.base.values()], [...answers.head.values()])
        .filter(({ at }) => !this.#except(at))
        .map((one) => toldOf(request, one)),
    );
    const once = new Map(all.map((one) => [`${one.request} ${one.at}`, one]));
    return [...once.values()].sort((a, b) => a.of.localeCompare(b.of));
  }
}

function beyondChance(base: readonly Kept[], head: readonly Kept[]): Difference[] {
  const differencesOf = comparedWith(base.map(({ answer }) => answer));
  const places = new Map<string, { first: Difference; starts: Set<number> }>();
  for (const { answer, starts } of head) {
    for (const one of differencesOf([answer])) {
      // A text leaves what is common at a byte that may be another one each time.
      const key = one.at.startsWith('body') ? 'body' : one.at;
      const place = places.get(key) ?? { first: one, starts: new Set() };
      for (const start of starts) place.starts.add(start);
      places.set(key, place);
    }
  }
  const [baseStarts, headStarts] = [startsOf(base), startsOf(head)];
  return [...places.values()]
    .filter(({ starts }) => isMoreThanChance(starts.size, headStarts, baseStarts))
    .map(({ first }) => first);
}

function startsOf(kept: readonly Kept[]): number {
  return new Set(kept.flatMap(({ starts }) => [...starts])).size;
}

function toldOf(request: string, { of, at, base, head }: Difference): Told {
  const place = at.startsWith('$') ? shownPathOf(at) : at;
  return {
    ...{ request, of, at: place, base: base.kind, head: head.kind },
    came: { base: base.came, head: head.came },
  };
}

/** Equal for answers that are equal in all that is compared. */
function printOf({ status, fields, sha256, encoding }: Answer): string {
  const steady = [...fields].filter(([name]) => name !== 'date' && name !== 'age');
  return JSON.stringify([status, sha256, encoding, steady]);
}
