/**
 * The requests of a scenario as an engine sends them, by their number. This is the one place where an engine gets its
 * next request: whatever differs from one to the next comes from here.
 */
import type { Data, HttpRequest } from '../../config/experiment/scenario.ts';
import { type Numbers, numbersOf, type OwnShare } from '../numbers.ts';
import type { FreshRequest } from '../request-values.ts';
import { type PreparedRequest, RequestSequence } from '../sequence.ts';

interface Source {
  scenario: { requests: readonly HttpRequest[]; data?: Data | undefined };
  root: string;
}

export class RequestSource<Prepared> {
  readonly #sequence: RequestSequence;
  readonly #prepared: readonly Prepared[];
  readonly #prepare: (requests: readonly PreparedRequest[]) => readonly Prepared[];
  /** Null: every request is the same each time. */
  readonly #numbers: Numbers | null;

  /** `prepare`: every different request, in its order, as the engine needs it. Throws when one of them cannot be sent. */
  constructor(
    { scenario, root }: Source,
    share: OwnShare,
    prepare: (requests: readonly PreparedRequest[]) => readonly Prepared[],
  ) {
    this.#sequence = new RequestSequence(scenario.requests, root, share, scenario.data);
    this.#prepare = prepare;
    this.#prepared = prepare(this.#sequence.variants);
    const isSame = scenario.requests.every(({ hasValues }) => !hasValues);
    this.#numbers = isSame ? null : numbersOf(share);
  }

  /** What a connection has until its first request is taken up: no new values are used up for it. */
  get neverSent(): Prepared {
    return this.#prepared[this.#sequence.at(0)] as Prepared;
  }

  /** The request with this number, counted from 0 since the arm was opened. */
  at(number: number): Prepared {
    const variant = this.#sequence.at(number);
    if (this.#numbers !== null) {
      const fresh = this.#sequence.fresh(variant);
      if (fresh !== null) return this.#anew(fresh, this.#numbers);
    }
    return this.#prepared[variant] as Prepared;
  }

  #anew(fresh: FreshRequest, numbers: Numbers): Prepared {
    const [prepared] = this.#prepare([fresh.fill(numbers.next())]);
    return prepared as Prepared;
  }
}
