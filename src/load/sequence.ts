/**
 * The requests of a scenario in the order in which they are sent. The order is drawn once, from a
 * fixed seed, and repeats; both arms go through it alike, so that a pair of slices is the same work.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { requestText } from '../config/experiment/describe-load.ts';
import type { HttpRequest } from '../config/experiment/scenario.ts';
import type { PreparedRequest, Share } from './prepared-request.ts';
import { type DataRows, FreshRequest } from './request-values.ts';

export type { PreparedRequest, Share } from './prepared-request.ts';

/**
 * Length of the order that repeats: long beside a slice, small beside a cache. With many kinds it is
 * longer, so that a kind's places are close to its weight's share of them.
 */
const CYCLE = 4096;
const PLACES_PER_KIND = 16;
const SEED = 20_261_123;

/** Of all bodies with an id in them together; every other body is kept once. */
const MOST_FILLED_BYTES = 256 * 1024 * 1024;

export class RequestSequence {
  /** Every different request. */
  readonly variants: readonly PreparedRequest[];
  readonly #order: Uint32Array;
  readonly #start: number;

  /** By variant: whose values are filled in anew each time; null: it has none. */
  readonly #fresh: readonly (FreshRequest | null)[];

  /** `root`: folder that body files are relative to. Throws when one cannot be read, or when bodies take too much memory. */
  constructor(
    requests: readonly HttpRequest[],
    root: string,
    share: Share = { index: 0, of: 1 },
    data?: DataRows,
  ) {
    const templates = requests.map((request) => templateOf(request, root, requests.length > 1));
    const variants: PreparedRequest[] = [];
    const fresh: (FreshRequest | null)[] = [];
    const known = new Map<string, number>();
    const random = mersenne(SEED);
    let filledBytes = 0;
    this.#order = Uint32Array.from(kindsInOrder(requests, random), (kind) => {
      const request = requests[kind] as HttpRequest;
      const id = request.ids === null ? null : drawId(request.ids, random);
      const key = `${kind}/${id}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      known.set(key, variants.length);
      const template = templates[kind] as Template;
      const filled = fill(template, id);
      filledBytes += ownBytes(filled.body, template.body);
      filledBytes += ownBytes(filled.expectedBody, template.expectedBody);
      if (filledBytes > MOST_FILLED_BYTES) throw new Error(tooLarge(request));
      fresh.push(
        request.hasValues ? new FreshRequest(filled, request.bodyFile === null, data) : null,
      );
      return variants.push(filled) - 1;
    });
    this.variants = variants;
    this.#fresh = fresh;
    this.#start = Math.floor((share.index * this.#order.length) / share.of);
  }

  /** Requests after which the order repeats. */
  get length(): number {
    return this.#order.length;
  }

  /** The variant with its values filled in; null: it has none, and is the same each time. */
  fresh(variant: number): FreshRequest | null {
    return this.#fresh[variant] as FreshRequest | null;
  }

  /** Index in `variants` of the request with this number, counted from 0 since the arm was opened. */
  at(number: number): number {
    return this.#order[(this.#start + number) % this.#order.length] as number;
  }
}

/** Kinds of requests by their index: each as often as its weight says, shuffled. */
function kindsInOrder(requests: readonly HttpRequest[], random: RandomGenerator): number[] {
  if (requests.length === 1 && requests[0]?.ids === null) return [0];
  const length = Math.max(CYCLE, PLACES_PER_KIND * requests.length);
  const weights = requests.map(({ weight }) => weight);
  const order = placesOf(weights, length).flatMap((places, kind) => Array(places).fill(kind));
  // Fisher and Yates's shuffle.
  for (let i = order.length - 1; i > 0; i--) {
    const j = uniformInt(random, 0, i);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

/**
 * How many of `length` places each weight has: its share by the method of the largest remainder, and
 * one where the share is less. What the rare ones have too much, all others pay by their weights.
 */
function placesOf(weights: readonly number[], length: number): number[] {
  const sorted = [...weights.keys()].sort((a, b) => weightAt(a) - weightAt(b));
  let left = length;
  let total = weights.reduce((sum, weight) => sum + weight, 0);
  const places: number[] = Array(weights.length).fill(1);
  let rare = 0;
  for (; rare < sorted.length; rare++) {
    const weight = weightAt(sorted[rare] as number);
    if ((left * weight) / total >= 1) break;
    left--;
    total -= weight;
  }
  // Whole numbers: remainders of equal weights are equal, and the sum is exact.
  const others = sorted.slice(rare).map((kind) => {
    const share = left * weightAt(kind);
    places[kind] = Math.floor(share / total);
    return { kind, remainder: share % total };
  });
  let missing = left - others.reduce((sum, { kind }) => sum + (places[kind] as number), 0);
  for (const { kind } of others.sort((a, b) => b.remainder - a.remainder)) {
    if (missing-- <= 0) break;
    places[kind] = (places[kind] as number) + 1;
  }
  return places;

  function weightAt(kind: number): number {
    return weights[kind] as number;
  }
}

function drawId({ from, to }: { from: number; to: number }, random: RandomGenerator): number {
  return uniformInt(random, from, to);
}

/** A request before its id is known. */
interface Template extends PreparedRequest {
  /** Its parts that hold `{id}`. */
  bodyText: string | null;
  expectedText: string | null;
}

function templateOf(request: HttpRequest, root: string, isOneOfMany: boolean): Template {
  const { method, headers, body, bodyFile, ids, expect } = request;
  const withId = (text: string | null) => (ids === null || !text?.includes('{id}') ? null : text);
  return {
    method,
    path: request.path,
    headers: Object.entries(headers),
    body: bodyFile === null ? bytesOf(body) : readFileSync(path.join(root, bodyFile.path)),
    bodyText: withId(body),
    expectedStatus: expect.status,
    expectedBody: bytesOf(expect.body),
    expectedText: withId(expect.body),
    ...(isOneOfMany && { label: requestText(request) }),
  };
}

function fill(
  { bodyText, expectedText, ...request }: Template,
  id: number | null,
): PreparedRequest {
  if (id === null) return request;
  const put = (text: string) => text.replaceAll('{id}', String(id));
  return {
    ...request,
    path: put(request.path),
    headers: request.headers.map(([name, value]) => [name, put(value)]),
    body: bodyText === null ? request.body : Buffer.from(put(bodyText)),
    expectedBody: expectedText === null ? request.expectedBody : Buffer.from(put(expectedText)),
  };
}

function bytesOf(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text);
}

function ownBytes(filled: Buffer | null, shared: Buffer | null): number {
  return filled === null || filled === shared ? 0 : filled.length;
}

function tooLarge({ method, path }: HttpRequest): string {
  return (
    `${method} ${path}: bodies with {id} in them take over ${MOST_FILLED_BYTES / 1024 / 1024} MiB ` +
    'in all; put the id into the path or a header, or make the bodies or the range of ids smaller'
  );
}
