/** The answers of one subject's arms, gathered over a whole run, and what they come to. */

import { octaveOf } from '../../load/shared/body-sizes.ts';
import { withoutSecrets } from '../../system/messages/secrets.ts';
import type { Arm } from '../../terms/arm.ts';
import type { AnswerDifference, AnsweredByError, AnswersObserved } from '../observed/answers.ts';
import type { Answer, OwnPlace } from './answer.ts';
import { CHANCE_OF_MANY, isMoreThanChance } from './chance.ts';
import { comparedWith, type Difference } from './compare.ts';
import { shownPathOf } from './json-parts.ts';
import { errorIn } from './says-error.ts';

/** Different answers to one request that are kept of an arm, and of one whose values are new each time. */
const KEPT = { same: 16, fresh: 256 };
/** Where they are long, fewer are kept, but at least so many. */
const KEPT_AT_LEAST = 4;
const BYTES_KEPT = 64 * 1024 * 1024;
/** Differences that are listed. */
const LISTED = 20;
/** A process id may be the same in two starts by chance, and what a start draws may be. */
const STARTS_TO_KNOW = 3;
/** Numbers of the questions to base in head's place: behind all of those that the arms are asked. */
const ASKED_ELSEWHERE = 500_000;

interface Kept {
  answer: Answer;
  /** Starts of the arm's server that gave it. */
  starts: Set<number>;
  /** Given in the other arm's place: it comes once, and is kept. */
  isFromElsewhere?: true;
}

/** All answers to one and the same request. */
interface Page extends Record<Arm, Map<string, Kept>> {
  /** As reports show the request. */
  request: string;
  kind: number;
  isFresh: boolean;
  asked: Record<Arm, number>;
}

/** What was asked. */
export interface Noted {
  /** One and the same request. */
  key: string;
  kind: number;
  request: string;
  /** Its values are new each time that it is asked. */
  isFresh?: boolean;
  /** Of a server that nobody has loaded yet, or at the end of the pilot run's load; absent: neither. */
  isAt?: 'first' | 'end';
  /** Which start of the arm's server answered. */
  start: number;
}

/** A difference with the values that came, which no file gets. */
export type Told = AnswerDifference & { came: { base: string | null; head: string | null } };

export class AnswerBook {
  readonly #kinds: number;
  readonly #except: (place: string) => boolean;
  /** Of both arms: what of an answer is these is no difference. */
  readonly places: readonly OwnPlace[];
  readonly #pages = new Map<string, Page>();
  readonly #counts: Record<Arm, number> = { base: 0, head: 0 };
  readonly #secrets = new Set<string>();
  readonly #asked: Record<Arm, number>;
  readonly #starts: Record<Arm, Set<number>> = { base: new Set(), head: new Set() };
  readonly #sizes = {
    first: { base: new Set<number>(), head: new Set<number>() },
    end: { base: new Set<number>(), head: new Set<number>() },
  };
  #askedElsewhere: number;
  #isAskedElsewhere = false;
  /** As found last; null: an answer has come since. To find them takes long. */
  #differences: readonly Told[] | null = null;

  /**
   * `kinds`: of the scenario's requests. `except`: places in an answer that may differ. `places`: where both arms are. `firstAsk`:
   * number of the first question to each, over all subjects.
   */
  constructor(
    kinds: number,
    except: (place: string) => boolean,
    places: readonly OwnPlace[] = [],
    firstAsk = 0,
  ) {
    this.#kinds = kinds;
    this.places = places;
    this.#asked = { base: firstAsk, head: firstAsk };
    this.#askedElsewhere = firstAsk + ASKED_ELSEWHERE;
    this.#except = except;
  }

  note(
    arm: Arm,
    { key, kind, request, isFresh = false, start, isAt }: Noted,
    answer: Answer,
  ): void {
    this.#differences = null;
    if (isAt !== undefined) this.#sizes[isAt][arm].add(octaveOf(answer.cameBytes));
    this.#counts[arm] += 1;
    this.#starts[arm].add(start);
    const page = this.#pages.get(key) ?? newPage({ request, kind, isFresh });
    this.#pages.set(key, page);
    page.asked[arm] += 1;
    const own = page[arm];
    const print = printOf(answer);
    const kept = own.get(print);
    if (kept !== undefined) {
      kept.starts.add(start);
      return;
    }
    own.set(print, { answer, starts: new Set([start]) });
    if (this.#isTooMuch(own, isFresh)) {
      own.delete(leastMissed(own));
    }
  }

  /**
   * Base, started once where head's server is: what it answers otherwise there comes of the place, and says nothing of head's
   * code. A status that base never has in its own place is left out: it would excuse a head that fails.
   */
  noteElsewhere({ key, start }: Pick<Noted, 'key' | 'start'>, answer: Answer): void {
    const own = this.#pages.get(key)?.base ?? new Map<string, Kept>();
    if (answersIn(own).every(({ status }) => status !== answer.status)) return;
    this.#differences = null;
    const print = printOf(answer);
    const known = own.get(print);
    if (known !== undefined) known.starts.add(start);
    else own.set(print, { answer, starts: new Set([start]), isFromElsewhere: true });
  }

  /** Whether head differs by what may be the place of its server, and base has not been asked there. True once. */
  wantsElsewhere(): boolean {
    if (this.#isAskedElsewhere || this.startsOf('base') < STARTS_TO_KNOW) return false;
    this.#isAskedElsewhere = this.differences().length > 0;
    return this.#isAskedElsewhere;
  }

  /** Counts the questions to base in head's place: the number of this one. */
  asksElsewhere(): number {
    return this.#askedElsewhere++;
  }

  #isTooMuch(own: ReadonlyMap<string, Kept>, isFresh: boolean): boolean {
    if (own.size > (isFresh ? KEPT.fresh : KEPT.same)) return true;
    if (own.size <= KEPT_AT_LEAST) return false;
    const bytes = [...own.values()].reduce((sum, { answer }) => sum + answer.body.length, 0);
    return bytes > BYTES_KEPT / (2 * this.#pages.size);
  }

  /** What servers gave to the load: it may be in their answers. */
  withhold(secrets: readonly string[]): void {
    for (const secret of secrets) this.#secrets.add(secret);
  }

  get secrets(): readonly string[] {
    return [...this.#secrets];
  }

  /** Counts the questions to an arm: the number of this one. */
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
      ({ base, head }) => base.size > 0 && head.size > 0,
    );
    if (common.length === 0) return null;
    const all = this.differences();
    const content = all.filter(({ of }) => of === 'content').length;
    const byError = [...grouped(common, ({ kind }) => kind).values()].flatMap(answeredByError);
    return {
      kinds: this.#kinds,
      compared: new Set(common.map(({ kind }) => kind)).size,
      values: common.reduce((sum, page) => sum + valuesOf(page), 0),
      answers: { ...this.#counts },
      starts: this.startsOf('base'),
      unloadedSizes: ascending(this.#sizes.first),
      laterSizes: ascending(this.#sizes.end),
      differences: all.slice(0, LISTED).map(({ came: _came, ...kept }) => kept),
      content,
      form: all.length - content,
      ...(byError.length === 0 ? {} : { byError }),
    };
  }

  #find(): Told[] {
    const byKind = grouped([...this.#pages.values()], ({ kind }) => kind);
    const all = [...byKind.values()].flatMap((pages) =>
      beyondChance(pages)
        .filter(({ at }) => !this.#except(at))
        .map((one) => toldOf((pages[0] as Page).request, one)),
    );
    const once = new Map(all.map((one) => [`${one.request} ${one.at}`, one]));
    return [...once.values()].sort((a, b) => a.of.localeCompare(b.of));
  }
}

/** Of one kind: where every answer of both arms is such an error. */
function answeredByError(pages: readonly Page[]): AnsweredByError[] {
  const answers = pages.flatMap(({ base, head }) => [...answersIn(base), ...answersIn(head)]);
  // This is done after each block, and each answer is parsed for it: most often the first one is no error, and ends it.
  const form = errorIn(answers[0] as Answer);
  if (form === null || answers.some((one) => errorIn(one) !== form)) return [];
  return [{ request: (pages[0] as Page).request, form }];
}

function ascending({ base, head }: Record<Arm, ReadonlySet<number>>): Record<Arm, number[]> {
  const inOrder = (numbers: ReadonlySet<number>) => [...numbers].sort((a, b) => a - b);
  return { base: inOrder(base), head: inOrder(head) };
}

/** Of the start of which most are kept, one of its middle: the newest show what changes with the load. */
function leastMissed(own: ReadonlyMap<string, Kept>): string {
  const here = [...own].filter(([, { isFromElsewhere }]) => isFromElsewhere === undefined);
  const alone = here.filter(([, { starts }]) => starts.size === 1);
  const byStart = grouped(alone, ([, { starts }]) => [...starts][0]);
  const most = [...byStart.values()].sort((a, b) => b.length - a.length)[0] ?? here;
  return (most[Math.floor(most.length / 2)] as (typeof most)[0])[0];
}

function startsIn(kept: ReadonlyMap<string, Kept>): Set<number> {
  return new Set([...kept.values()].flatMap(({ starts }) => [...starts]));
}

function newPage(what: Pick<Page, 'request' | 'kind' | 'isFresh'>): Page {
  return {
    ...what,
    ...{ base: new Map(), head: new Map() },
    asked: { base: 0, head: 0 },
  };
}

/** Different values with which both arms were asked. */
function valuesOf({ isFresh, asked }: Page): number {
  return isFresh ? Math.min(asked.base, asked.head) : 1;
}

/** A place at which answers differ: in which starts, and in how many pairs of a request and a start. */
interface Place {
  first: Difference;
  starts: Set<number>;
  units: number;
  /** To one of the values it is so in every start. */
  isSteady: boolean;
}

/** Starts that must show it: less is easily chance where there are many values. */
const STEADY_STARTS = 3;

type Places = Map<string, Place>;

/** Of all requests of one kind. What head does for one of many values counts as what it does for all. */
function beyondChance(pages: readonly Page[]): Difference[] {
  const found: Places = new Map();
  const unit = { head: 0, base: 0 };
  const starts = { head: new Set<number>(), base: new Set<number>() };
  for (const page of pages) {
    const { base, head } = page;
    if (base.size === 0 || head.size === 0) continue;
    // Of those that are kept: what a start showed may not be kept.
    const seen = { base: startsIn(base), head: startsIn(head) };
    gather(found, comparedWith(answersIn(base)), [...head.values()], seen.head.size);
    for (const arm of ['base', 'head'] as const) {
      // What base answers once in a while is known where it was asked again after a further start.
      if (arm === 'head' || seen.base.size > 1 || pages.length === 1) unit[arm] += seen[arm].size;
      for (const start of seen[arm]) starts[arm].add(start);
    }
  }
  if (found.size === 0) return [];
  const own = pages.length === 1 ? new Map() : ofBaseItself(pages);
  return [...found].flatMap(([at, { first, starts: shown, units, isSteady }]) => {
    const base = own.get(at);
    const isInStarts = isMoreThanChance(
      { shown: shown.size, of: starts.head.size },
      { shown: base?.starts.size ?? 0, of: starts.base.size },
      pages.length === 1 ? undefined : CHANCE_OF_MANY.starts,
    );
    if (!isInStarts) return [];
    const isInAnswers =
      pages.length === 1 ||
      (isSteady && base === undefined) ||
      isMoreThanChance(
        { shown: units, of: unit.head },
        { shown: base?.units ?? 0, of: unit.base },
        CHANCE_OF_MANY.answers,
      );
    return isInAnswers ? [first] : [];
  });
}

/** Where one start of base answers what all its others do not. */
function ofBaseItself(pages: readonly Page[]): Places {
  const found: Places = new Map();
  for (const { base } of pages) {
    const kept = [...base.values()];
    const alone = kept.filter(({ starts }) => starts.size === 1);
    for (const [start, own] of grouped(alone, ({ starts }) => [...starts][0])) {
      const others = kept.filter(({ starts }) => starts.size > 1 || !starts.has(start as number));
      if (others.length > 0) gather(found, comparedWith(others.map(({ answer }) => answer)), own);
    }
  }
  return found;
}

const NOWHERE = { units: 0, isSteady: false };

function gather(
  found: Places,
  differencesOf: ReturnType<typeof comparedWith>,
  kept: readonly Kept[],
  allStarts = Number.POSITIVE_INFINITY,
): void {
  const units = new Map<string, Set<number>>();
  for (const { answer, starts } of kept) {
    for (const one of differencesOf([answer])) {
      // A text leaves what is common at a byte that may be another one each time.
      const key = one.at.startsWith('body') ? 'body' : one.at;
      const place = found.get(key) ?? { ...NOWHERE, first: one, starts: new Set() };
      const here = units.get(key) ?? new Set();
      for (const start of starts) {
        place.starts.add(start);
        here.add(start);
      }
      found.set(key, place);
      units.set(key, here);
    }
  }
  for (const [key, here] of units) {
    const place = found.get(key) as Place;
    place.units += here.size;
    if (here.size >= Math.max(STEADY_STARTS, allStarts)) place.isSteady = true;
  }
}

function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function answersIn(kept: ReadonlyMap<string, Kept>): Answer[] {
  return [...kept.values()].map(({ answer }) => answer);
}

function toldOf(request: string, { of, at, base, head }: Difference): Told {
  // Names are shown, and a server may have made one of what it was sent.
  const place = withoutSecrets(at.startsWith('$') ? shownPathOf(at) : at);
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
