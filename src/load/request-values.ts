/**
 * Requests that are new each time: their values filled in by the number of the request, so that both arms get the same
 * series, whatever the order in which their connections ask for it. A request without such values never comes here.
 */
import { type Part, partsOf } from '../config/fill/request-values.ts';
import { asItIs, bodyWrite, type Write } from '../config/fill/write.ts';
import type { PreparedRequest } from './prepared-request.ts';

export interface DataRows {
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

const NO_ROWS: DataRows = { columns: [], rows: [] };

interface Text {
  parts: readonly Part[];
  write: Write;
}

/** One request, taken apart once. */
export class FreshRequest {
  readonly #like: PreparedRequest;
  readonly #path: Text;
  readonly #headers: readonly (readonly [string, Text])[];
  /** Null: the body has no values. */
  readonly #body: Text | null;
  readonly #rows: DataRows['rows'];

  /** `like`: with its values not filled in. `hasOwnBody`: the body is of the config, and no file's. */
  constructor(like: PreparedRequest, hasOwnBody: boolean, data: DataRows = NO_ROWS) {
    const text = (from: string, write: Write): Text => {
      return { parts: partsOf(from, data.columns), write };
    };
    this.#like = like;
    this.#path = text(like.path, encodeURIComponent);
    this.#headers = like.headers.map(([name, value]) => [name, text(value, asItIs)]);
    const body = hasOwnBody && like.body !== null ? like.body.toString() : null;
    this.#body = body === null ? null : text(body, bodyWrite(like.headers, body));
    this.#rows = data.rows;
  }

  /** `number`: that no other request of the arm has, from 0. `row`: of the data, which begin anew behind the last. */
  fill(number: number, row = number): PreparedRequest {
    const write = (text: Text) => this.#write(text, number, row);
    return {
      ...this.#like,
      path: write(this.#path),
      headers: this.#headers.map(([name, text]) => [name, write(text)]),
      body: this.#body === null ? this.#like.body : Buffer.from(write(this.#body)),
    };
  }

  #write({ parts, write }: Text, number: number, row: number): string {
    let whole = '';
    for (const [place, part] of parts.entries()) {
      if ('text' in part) whole += part.text;
      else if (part.value === 'n') whole += String(number + 1);
      else if (part.value === 'uuid') whole += uuidOf(number, place);
      else if (part.value === 'timestamp') whole += String(Date.now());
      else if (part.value === 'random') whole += String(randomOf(number, place, part));
      else if (part.value === 'column') {
        whole += write(this.#rows[row % this.#rows.length]?.[part.index] ?? '');
      }
    }
    return whole;
  }
}

/** A message of WebSocket, as a request that has a body alone. */
export function messageRequest(text: string, data?: DataRows): FreshRequest {
  const empty = { method: '', path: '', headers: [], expectedStatus: 101, expectedBody: null };
  return new FreshRequest({ ...empty, body: Buffer.from(text) }, true, data);
}

/** 32 bits that differ for any two numbers of the same salt, and look like chance (the finalizer of MurmurHash3). */
function mixed(number: number, salt: number): number {
  let h = Math.imul(number ^ salt, 0x9e3779b1) ^ salt;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const SALTS = [0x2f6e2b1d, 0x51ed270b, 0x6c8e9cf5, 0x1b873593] as const;

/** Version 4 by its form; no two numbers have the same. */
function uuidOf(number: number, place: number): string {
  const [a, b, c, d] = SALTS.map((salt) =>
    mixed(number, salt + place)
      .toString(16)
      .padStart(8, '0'),
  );
  const version = `4${(b as string).slice(5)}`;
  const variant = ((Number.parseInt((c as string)[0] as string, 16) & 3) | 8).toString(16);
  return `${a}-${(b as string).slice(0, 4)}-${version}-${variant}${(c as string).slice(1, 4)}-${(c as string).slice(4)}${d}`;
}

function randomOf(
  number: number,
  place: number,
  { from, to }: { from: number; to: number },
): number {
  // 53 bits of chance, as a range may be longer than 32.
  const high = mixed(number, 0x7feb352d + place) >>> 5;
  const low = mixed(number, 0x3c6ef372 + place) >>> 6;
  const share = (high * 67_108_864 + low) / 9_007_199_254_740_992;
  return from + Math.floor(share * (to - from + 1));
}
