/**
 * The requests of a scenario in the order in which they are sent. The order is drawn once, from a
 * fixed seed, and repeats; both arms go through it alike, so that a pair of slices is the same work.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { HttpRequest } from '../../config/experiment.ts';

/** One request as it is sent, `{id}` filled in. */
export interface PreparedRequest {
  method: string;
  path: string;
  /** The scenario's own, in its order; engines add what their protocol needs. */
  headers: [name: string, value: string][];
  body: Buffer | null;
  expectedStatus: number;
  expectedBody: Buffer | null;
}

/** Of several processes that share one load, this is the one with this index. */
export interface Share {
  index: number;
  of: number;
}

/** Length of the order that repeats: long beside a slice, small beside a cache. */
const CYCLE = 4096;
const SEED = 20_261_123;

export class RequestSequence {
  /** Every different request. */
  readonly variants: readonly PreparedRequest[];
  readonly #order: Uint16Array;
  readonly #start: number;

  /** `root`: folder that body files are relative to. Throws when one cannot be read. */
  constructor(requests: readonly HttpRequest[], root: string, share: Share = { index: 0, of: 1 }) {
    const bodies = requests.map((request) => bodyOf(request, root));
    const variants: PreparedRequest[] = [];
    const known = new Map<string, number>();
    const random = mersenne(SEED);
    this.#order = Uint16Array.from(kindsInOrder(requests, random), (kind) => {
      const request = requests[kind] as HttpRequest;
      const id = request.ids === null ? null : drawId(request.ids, random);
      const key = `${kind}/${id}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      known.set(key, variants.length);
      return variants.push(prepare(request, bodies[kind] ?? null, id)) - 1;
    });
    this.variants = variants;
    this.#start = Math.floor((share.index * this.#order.length) / share.of);
  }

  /** Requests after which the order repeats. */
  get length(): number {
    return this.#order.length;
  }

  /** Index in `variants` of the request with this number, counted from 0 since the arm was opened. */
  at(number: number): number {
    return this.#order[(this.#start + number) % this.#order.length] as number;
  }
}

/** Kinds of requests by their index: each as often as its weight says, shuffled. */
function kindsInOrder(requests: readonly HttpRequest[], random: RandomGenerator): number[] {
  if (requests.length === 1 && requests[0]?.ids === null) return [0];
  const total = requests.reduce((sum, { weight }) => sum + weight, 0);
  const length = Math.max(CYCLE, requests.length);
  const order: number[] = [];
  let weight = 0;
  for (const [kind, request] of requests.entries()) {
    weight += request.weight;
    // Each kind at least once, also a rare one.
    const end = Math.max(order.length + 1, Math.round((length * weight) / total));
    while (order.length < end) order.push(kind);
  }
  // Fisher and Yates's shuffle.
  for (let i = order.length - 1; i > 0; i--) {
    const j = uniformInt(random, 0, i);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

function drawId({ from, to }: { from: number; to: number }, random: RandomGenerator): number {
  return uniformInt(random, from, to);
}

function bodyOf({ body, bodyFile }: HttpRequest, root: string): Buffer | null {
  if (bodyFile !== null) return readFileSync(path.join(root, bodyFile.path));
  return body === null ? null : Buffer.from(body);
}

function prepare(request: HttpRequest, body: Buffer | null, id: number | null): PreparedRequest {
  const { method, expect } = request;
  const fill = (text: string) => (id === null ? text : text.replaceAll('{id}', String(id)));
  const isTemplate = id !== null && request.body?.includes('{id}');
  return {
    method,
    path: fill(request.path),
    headers: Object.entries(request.headers).map(([name, value]) => [name, fill(value)]),
    body: isTemplate ? Buffer.from(fill(request.body as string)) : body,
    expectedStatus: expect.status,
    expectedBody: expect.body === null ? null : Buffer.from(fill(expect.body)),
  };
}
