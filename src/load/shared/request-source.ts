/**
 * The requests of a scenario as an engine sends them, by their number. This is the one place where an engine gets its
 * next request: whatever differs from one to the next comes from here.
 */
import type { HttpRequest } from '../../config/experiment.ts';
import { type PreparedRequest, RequestSequence, type Share } from '../sequence.ts';

export class RequestSource<Prepared> {
  readonly #sequence: RequestSequence;
  readonly #prepared: readonly Prepared[];

  /** `prepare`: every different request, in its order, as the engine needs it. Throws when one of them cannot be sent. */
  constructor(
    { scenario, root }: { scenario: { requests: readonly HttpRequest[] }; root: string },
    share: Share | undefined,
    prepare: (requests: readonly PreparedRequest[]) => readonly Prepared[],
  ) {
    this.#sequence = new RequestSequence(scenario.requests, root, share);
    this.#prepared = prepare(this.#sequence.variants);
  }

  /** The request with this number, counted from 0 since the arm was opened. */
  at(number: number): Prepared {
    return this.#prepared[this.#sequence.at(number)] as Prepared;
  }
}
