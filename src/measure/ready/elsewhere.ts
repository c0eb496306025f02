/**
 * Whether a server is ready at another place than its own, or where nothing reaches it. It is asked there beside the waiting: a port that takes
 * connections and says nothing, as some for a cluster or for administration do, must not keep anybody from seeing that the right one listens.
 */
import { isAmong } from '../../config/values/readiness.ts';
import { endpointText } from '../listening/endpoint.ts';
import { reachableHosts } from '../listening/hosts.ts';
import { type Place, placesOf } from '../listening/listener.ts';
import { isManagers } from '../listening/managers.ts';
import type { RunningServer } from '../servers/server.ts';
import type { Ask } from './ask.ts';
import { statusOf } from './not-ready.ts';
import type { OverOther } from './over-other.ts';

/** To look for other places goes through all of /proc. */
const EVERY_MS = 300;
/** Some open a place for measurements or debugging first: so long may what counts come later. */
const READY_MS = 5000;
/** In another network namespace nothing that comes later is any nearer. */
const APART_MS = 1500;
/** For one answer. */
const WITHIN_MS = 5000;

export class Elsewhere {
  readonly #server: RunningServer;
  readonly #ask: Ask | null;
  readonly #overOther: OverOther;
  readonly #signal: AbortSignal;
  #lookedAtMs = 0;
  #places: readonly Place[] = [];
  /** Since when it is out of reach; null: it is not. */
  #apartSinceMs: number | null = null;
  /** When its first and its last good answer in a row came from there; null: there is none. */
  #good: { firstMs: number; lastMs: number } | null = null;
  /** Ends the questions that are on their way; null: there are none. */
  #asking: AbortController | null = null;

  /** `ask`: null: nothing is asked. `signal`: ends what is asked. */
  constructor(
    server: RunningServer,
    { ask, overOther, signal }: { ask: Ask | null; overOther: OverOther; signal: AbortSignal },
  ) {
    this.#server = server;
    this.#ask = ask;
    this.#overOther = overOther;
    this.#signal = signal;
  }

  /** Where it was at the last look. */
  get places(): readonly Place[] {
    return this.#places;
  }

  /** Whether it has been ready there, or out of reach, for so long that nothing better will come. */
  look(nowMs: number): boolean {
    if (nowMs - this.#lookedAtMs < EVERY_MS) return false;
    this.#lookedAtMs = nowMs;
    this.find();
    if (this.#places.some(({ isApart }) => isApart)) {
      this.#apartSinceMs ??= nowMs;
      return nowMs - this.#apartSinceMs >= APART_MS;
    }
    this.#apartSinceMs = null;
    if (this.#asking === null) void this.#askThere();
    if (this.#good === null || this.#places.length === 0) return false;
    return this.#good.lastMs - this.#good.firstMs >= READY_MS;
  }

  /** A server has sockets of UDP for many ends: they are what is meant only where nothing else is. */
  find(): readonly Place[] {
    const { endpoint, tree } = this.#server;
    const own = endpointText(endpoint);
    const all = placesOf(tree()).filter(
      ({ at, isApart }) => isApart || (endpointText(at) !== own && !isManagers(at)),
    );
    const alike = all.filter(({ at }) => at.kind !== 'udp' || endpoint.kind === 'udp');
    this.#places = alike.length > 0 ? alike : all;
    return this.#places;
  }

  /** It listens at its own place: what was seen elsewhere counts no more. */
  stop(): void {
    this.#apartSinceMs = null;
    this.#good = null;
    this.#asking?.abort();
    this.#asking = null;
  }

  async #askThere(): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    const signal = AbortSignal.any([this.#signal, asking.signal]);
    // One that is good counts, however long the others are silent.
    const answers = this.#places.map((place) => this.#assertGood(place, signal));
    const isGood = await Promise.any(answers).then(
      () => true,
      () => false,
    );
    if (this.#asking !== asking) return;
    asking.abort();
    this.#asking = null;
    const nowMs = performance.now();
    this.#good = isGood ? { firstMs: this.#good?.firstMs ?? nowMs, lastMs: nowMs } : null;
  }

  /** Rejects where no answer there is good. */
  async #assertGood({ at, bound }: Place, signal: AbortSignal): Promise<void> {
    const { endpoint, ready } = this.#server;
    // Nothing that is asked over UDP is answered over TCP.
    const isAlike = (at.kind === 'udp') === (endpoint.kind === 'udp');
    const timeoutMs = Math.min(WITHIN_MS, ready.timeoutMs);
    for (const host of await reachableHosts(at, bound)) {
      const status = isAlike
        ? this.#ask && statusOf(await this.#ask({ endpoint: at, host, timeoutMs, signal }))
        : await this.#overOther.status(at, host, signal);
      if (status !== null && isAmong(status, ready.status)) return;
    }
    throw new Error('no good answer');
  }
}
