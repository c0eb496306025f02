/** A whole answer with another status than the expected one: what is kept of it, as data and in words. */

import * as z from 'zod';
import { shownPath } from '../config/experiment/withhold.ts';
import { unmarked } from '../system/messages/printed.ts';
import { withoutSecrets } from '../system/messages/secrets.ts';

/** As a URL writes it, or a mark for what is left out. A file may be anybody's, and reports quote these words. */
const Plain = z.string().regex(/^[!#-;=?-_a-~…]*$/);

/** Of an answer's head what helps to mend a wrong request. No part of a body, and no query: those may be secrets. */
export const Answered = z.strictObject({
  status: z.int(),
  /** Media type without its parameters, in small letters; null: none, or none that can be read. */
  contentType: Plain.nullable(),
  /** Where a redirect leads: a path, or an origin with one. Null: nowhere. */
  location: Plain.nullable(),
});
export type Answered = z.infer<typeof Answered>;

/** What a load engine says of a failed request. */
export type Told = string | UnexpectedStatus | EndedByCode;

const LONGEST_LOCATION = 200;

/** An answer's status, and the values of its fields as they came. */
export interface Came {
  status: number;
  contentType?: string | null;
  location?: string | null;
}

export function answerOf({ status, contentType = null, location = null }: Came): Answered {
  return {
    status,
    contentType: mediaType(contentType),
    location: status >= 300 && status < 400 ? placeOf(location) : null,
  };
}

/** As it may be shown, in the process that knows the secrets: the server may have made a place or a type of one. */
export function shownAnswer({ status, contentType, location }: Answered): Answered {
  return {
    status,
    contentType: contentType && withoutSecrets(contentType),
    location: location && withoutSecrets(location),
  };
}

/** A failed request in words, and whatever answer there was. */
export interface Complaint<Kind> {
  kind: Kind;
  message: string;
  /** Of an answer with another status than the expected one. */
  answer: Answered | null;
  /** The first bytes of that answer's body, for a log only. */
  excerpt: string | null;
  /** The error code by which the peer ended the request; absent: it failed otherwise. */
  code?: string;
}

export function complaint<Kind>(kind: Kind, told: Told): Complaint<Kind> {
  const isAnswer = told instanceof UnexpectedStatus;
  return {
    kind,
    message: String(told),
    answer: isAnswer ? told.answer : null,
    excerpt: isAnswer ? told.excerpt : null,
    ...(told instanceof EndedByCode ? { code: told.code } : {}),
  };
}

/** An error code of HTTP/2 or HTTP/3 as its standard calls it, or as a number. */
export const PeerCode = z.string().regex(/^[\w ]{1,40}$/);

/** The peer has ended a request, or all of a connection, by an error code of its protocol. */
export class EndedByCode {
  /** As its standard calls it: `ENHANCE_YOUR_CALM`, `H3_EXCESSIVE_LOAD`. */
  readonly code: string;
  readonly #text: string;

  constructor(text: string, code: string) {
    this.#text = text;
    this.code = code;
  }

  toString(): string {
    return this.#text;
  }
}

/** With more words behind it. */
export function withMore(told: string | EndedByCode, more: string): string | EndedByCode {
  return typeof told === 'string' ? `${told}${more}` : new EndedByCode(`${told}${more}`, told.code);
}

export class UnexpectedStatus {
  readonly answer: Answered;
  /** The first bytes of the body, as the server sent them. For a log only. */
  readonly excerpt: string;
  readonly #say: (got: string) => string;

  /** `say`: another sentence about the answer. */
  constructor(
    expected: number,
    came: Came,
    excerpt: string,
    say = (got: string) => `expected status ${expected}, got ${got}`,
  ) {
    this.#say = say;
    this.answer = answerOf(came);
    this.excerpt = unmarked(excerpt);
  }

  toString(): string {
    return this.#say(answerText(this.answer));
  }
}

/** Only words cross from the processes of the load, so they are read again. */
const TO_HANDSHAKE = 'to the WebSocket handshake';

/** Whether what was said is of an answer that does not accept a WebSocket. */
export function isOfHandshake(message: string): boolean {
  return message.includes(TO_HANDSHAKE);
}

/** An answer to a WebSocket handshake that does not accept it. */
export function refusedHandshake(
  path: string,
  status: number,
  field: (name: string) => string | undefined,
): UnexpectedStatus {
  const came = {
    status,
    contentType: field('content-type') ?? null,
    location: field('location') ?? null,
  };
  const say = (got: string) => `the server answered ${got} ${TO_HANDSHAKE} on ${shownPath(path)}`;
  return new UnexpectedStatus(101, came, '', say);
}

/** "404 (text/html)", "307 (location: /items/)", "503". */
export function answerText({ status, contentType, location }: Answered): string {
  if (location !== null) return `${status} (location: ${location})`;
  return contentType === null ? String(status) : `${status} (${contentType})`;
}

/** The first value of a field in a whole head; null: it has none. */
export function fieldOf(head: string, name: string): string | null {
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon === name.length && line.slice(0, colon).toLowerCase() === name) {
      return line.slice(colon + 1).trim();
    }
  }
  return null;
}

function mediaType(value: string | null): string | null {
  const type = /^[ \t]*([\w!#$&^.+-]{1,60}\/[\w!#$&^.+-]{1,60})/.exec(value ?? '')?.[1];
  return type?.toLowerCase() ?? null;
}

/** Without a user's name, a query or a fragment; null when it is no place at all. */
function placeOf(value: string | null): string | null {
  if (value === null || value === '') return null;
  try {
    const { protocol, origin, host, pathname } = new URL(value, 'http://-/');
    // Of other schemes the rest is any text, which URLs do not encode.
    if (protocol !== 'http:' && protocol !== 'https:') return null;
    const place = host === '-' ? pathname : `${origin}${pathname}`;
    if (!Plain.safeParse(place).success) return null;
    return place.length > LONGEST_LOCATION ? `${place.slice(0, LONGEST_LOCATION)}…` : place;
  } catch {
    return null;
  }
}
