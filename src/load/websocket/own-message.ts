/** Messages of the user's own: any message is an answer, and what it says is compared beside the load. */
import type { Numbers } from '../numbers.ts';
import type { PreparedRequest } from '../prepared-request.ts';
import type { FreshRequest } from '../request-values.ts';
import type { Fault, MessageSource } from './message.ts';

/** One, whose values are filled in. */
export class OwnMessage implements MessageSource {
  readonly #bytes: Buffer;

  constructor({ body }: PreparedRequest) {
    this.#bytes = body ?? Buffer.alloc(0);
  }

  next(): Buffer {
    return this.#bytes;
  }

  judge(): Fault | null {
    return null;
  }
}

/** One after the other, each with values of its own. */
export class OwnMessages implements MessageSource {
  readonly #message: FreshRequest;
  readonly #numbers: Numbers;

  constructor(message: FreshRequest, numbers: Numbers) {
    this.#message = message;
    this.#numbers = numbers;
  }

  next(): Buffer {
    return this.#message.fill(this.#numbers.next()).body as Buffer;
  }

  judge(): Fault | null {
    return null;
  }
}
