/**
 * What "ready" means, in one place: the listener is our own, and all that `ready` names is so, in this order: a line of the
 * output, a command that succeeds, an answer.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Protocol, Tls } from '../../config/experiment/scenario.ts';
import { named } from '../../config/settings/spelling.ts';
import { isAmong, linesTest } from '../../config/values/readiness.ts';
import type { ServerFailure } from '../failures/server-failure.ts';
import { endpointText } from '../listening/endpoint.ts';
import { accepts, LOOPBACK, reachableHosts } from '../listening/hosts.ts';
import { type Ownership, ownership } from '../listening/listener.ts';
import { NOT_DONE } from '../servers/beside.ts';
import type { RunningServer } from '../servers/server.ts';
import { type Ask, isClosed, isLate, portOf, type ReadyAnswer, urlOf } from './ask.ts';
import { Elsewhere } from './elsewhere.ts';
import { endedEarly } from './ended-early.ts';
import { Failures } from './failures.ts';
import { waitsForInput } from './input.ts';
import {
  breaksEachTime,
  failsEachTime,
  foreignListener,
  isBeyondTime,
  isTurnedAway,
  readyElsewhere,
  statusOf,
  type Waited,
  type WhyNot,
  whyNotReady,
} from './not-ready.ts';
import { OverOther } from './over-other.ts';
import { Restarts } from './restarts.ts';
import { otherSpoken, spokenText } from './spoken.ts';
import { Standing } from './standing.ts';

export interface WaitOptions {
  /** What `ready` asks for, in the protocol of the load; null: nothing. */
  ask: Ask | null;
  /** The same over TCP where the load is over UDP, and the other way round; absent: it is not looked there. */
  askOther?: Ask;
  /** How the load will speak; absent: it is not looked whether the server speaks otherwise. */
  load?: { protocol: Protocol; tls: Tls | null };
  /** Is told once why it takes so long. */
  note?: (message: string) => void;
  /** Is told, when the server is ready, that somebody else has said so. */
  remark?: (message: string) => void;
  signal: AbortSignal;
}

/** Short at first, for servers that start fast; longer and longer for those that take their time. */
const FIRST_PAUSE_MS = 15;
const LONGEST_PAUSE_MS = 100;
const PAUSE_GROWTH = 1.2;
/** Looks in a row that must find a stranger: a process tree that is just changing can look like one. */
const FOREIGN_LOOKS = 3;
/** The first attempt. A server whose answers take longer gets twice as long the next time. */
const ATTEMPT_MS = 5000;
const ATTEMPT_AT_LEAST_MS = 1000;
/** Nobody waits longer than this without a word. */
const NOTE_AFTER_MS = 10_000;
/**
 * So long it listens and gives no answer before it is tried what else it speaks, or gives none but that it will never do; and how
 * long one try may take.
 */
const SPOKEN_AFTER_MS = 2000;
const SPOKEN_WITHIN_MS = 1000;
/** So long it may turn the question away by a code of its protocol. */
const TURNED_AWAY_MS = 3000;
/** Names of this machine in a URL. */
const OWN_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]', '0.0.0.0']);
/** To look at what starts it again does so, too. Most servers are ready before. */
const RESTARTS_AFTER_MS = 1500;
const RESTARTS_EVERY_MS = 500;
/** One that ends the connection so often, with the same error each time, breaks at the question and not by its age. */
const CLOSED_TIMES = 3;
/** Of the questions. The log may be a little behind; what something else prints now and then is no answer to them. */
const PRINTED = 0.5;

/** Address of ours at which the server answers. Rejects with a ServerFailure, or on abort. */
export async function waitUntilReady(server: RunningServer, options: WaitOptions): Promise<string> {
  return await new Waiting(server, options).wait();
}

/**
 * Rejects when a stranger listens where the server does: with a port that both allow to be shared
 * (SO_REUSEPORT), it would get a part of what is measured.
 */
export async function assertOwner(server: RunningServer): Promise<void> {
  for (let look = 1; ownership(server.endpoint, server.tree).kind === 'foreign'; look++) {
    if (look === FOREIGN_LOOKS) throw failed(server, foreignListener(server.endpoint));
    await sleep(FIRST_PAUSE_MS);
  }
}

class Waiting {
  readonly #server: RunningServer;
  readonly #options: WaitOptions;
  readonly #hasSaid: () => boolean;
  readonly #beganMs = performance.now();
  readonly #seen: Waited = {
    owner: 'none',
    others: [],
    hasSaid: true,
    command: null,
    answer: null,
  };
  #foreignLooks = 0;
  #good = 0;
  /** Questions in a row for which it ended the connection. */
  #closed = 0;
  /** Errors that it had printed before these. */
  #errorsBefore = 0;
  #patienceMs = ATTEMPT_MS;
  #isTold = false;
  /** Since when it listens and gives no answer of HTTP; null: it gives one. */
  #muteSinceMs: number | null = null;
  /** That it will never answer such a question. While a server starts, it may say so once. */
  readonly #beyondTime = new Standing();
  readonly #turnedAway = new Standing();
  readonly #failures = new Failures();
  readonly #restarts: Restarts;
  #restartsAtMs: number;
  readonly #elsewhere: Elsewhere;
  /** Ends what is asked when nothing is waited for any more. */
  readonly #over = new AbortController();
  readonly #signal: AbortSignal;

  constructor(server: RunningServer, options: WaitOptions) {
    this.#server = server;
    this.#options = options;
    const { log } = server.ready;
    this.#hasSaid = log === null ? () => true : server.watchOutput(linesTest(log));
    this.#restarts = new Restarts(server);
    this.#restartsAtMs = this.#beganMs + RESTARTS_AFTER_MS - RESTARTS_EVERY_MS;
    this.#signal = AbortSignal.any([options.signal, this.#over.signal]);
    this.#elsewhere = new Elsewhere(server, {
      ask: options.ask,
      overOther: new OverOther(options.askOther, this.#beganMs),
      signal: this.#signal,
    });
  }

  async wait(): Promise<string> {
    try {
      return await this.#wait();
    } finally {
      this.#over.abort();
    }
  }

  async #wait(): Promise<string> {
    const { signal } = this.#options;
    let pauseMs = FIRST_PAUSE_MS;
    while (this.#waitedMs < this.#server.ready.timeoutMs) {
      signal.throwIfAborted();
      this.#lookEnded();
      const host = await this.#besideRestarts(this.#look());
      if (host !== null) {
        this.#tellStranger();
        return host;
      }
      this.#tell();
      await sleep(pauseMs, undefined, { signal });
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * PAUSE_GROWTH);
    }
    if (this.#seen.owner === 'none') {
      this.#seen.others = this.#elsewhere.find();
      // It may listen only now.
      this.#seen.owner = ownership(this.#server.endpoint, this.#server.tree).kind;
    }
    throw failed(this.#server, this.#whyNot());
  }

  #lookEnded(): void {
    const ended = this.#server.ended();
    if (ended !== null) throw endedEarly(this.#server, ended);
  }

  /**
   * A question may take long, and a command of the user's until the end of its time: whether the server has ended, or is started again, is
   * looked at meanwhile. Throws when that will come to nothing.
   */
  async #besideRestarts<T>(act: Promise<T>): Promise<T> {
    act.catch(() => {});
    for (;;) {
      this.#lookRestarts();
      const pause = new AbortController();
      const passes = sleep(RESTARTS_EVERY_MS, null, { signal: pause.signal }).catch(() => null);
      try {
        const done = await Promise.race([act.then((value) => ({ value })), passes]);
        if (done !== null) return done.value;
      } finally {
        pause.abort();
      }
      this.#lookEnded();
    }
  }

  #lookRestarts(): void {
    const nowMs = performance.now();
    if (nowMs - this.#restartsAtMs < RESTARTS_EVERY_MS) return;
    this.#restartsAtMs = nowMs;
    const hopeless = this.#restarts.look(nowMs);
    this.#seen.ends = this.#restarts.ends;
    this.#seen.isGivenUp = this.#restarts.hasGivenUp;
    if (hopeless !== null && !this.#isAnswering) throw failed(this.#server, hopeless);
    const { sameError } = this.#restarts;
    const printed = sameError - this.#errorsBefore;
    if (this.#closed >= CLOSED_TIMES && printed > 0 && printed >= PRINTED * this.#closed) {
      throw failed(this.#server, breaksEachTime(this.#server, this.#waitedMs, sameError));
    }
    const times = this.#failures.times(this.#restarts.lasting, nowMs);
    if (times > 0) throw failed(this.#server, failsEachTime(this.#whyNot(), times));
  }

  /** Whatever it answers: then it runs. */
  get #isAnswering(): boolean {
    const { owner, answer } = this.#seen;
    return owner !== 'none' && answer !== null && statusOf(answer) !== null;
  }

  get #waitedMs(): number {
    return Math.min(performance.now() - this.#beganMs, this.#server.ready.timeoutMs);
  }

  #whyNot(): WhyNot {
    const isAsking = this.#seen.owner === 'none' && waitsForInput(this.#server.tree());
    return whyNotReady(this.#server, { ...this.#seen, isAsking }, this.#waitedMs);
  }

  /** The address, when all is as it should be. */
  async #look(): Promise<string | null> {
    const { endpoint, ready, tree } = this.#server;
    const seen = this.#seen;
    const owner = ownership(endpoint, tree);
    seen.owner = owner.kind;
    this.#foreignLooks = owner.kind === 'foreign' ? this.#foreignLooks + 1 : 0;
    if (this.#foreignLooks === FOREIGN_LOOKS) throw failed(this.#server, foreignListener(endpoint));
    if (owner.kind === 'foreign') return null;
    if (owner.kind === 'none') {
      this.#good = 0;
      this.#closed = 0;
      this.#failures.end();
      this.#beyondTime.look(false, performance.now());
      this.#turnedAway.look(false, performance.now());
      const isReadyThere = this.#elsewhere.look(performance.now());
      seen.others = this.#elsewhere.places;
      if (isReadyThere) throw failed(this.#server, readyElsewhere(this.#server, seen.others));
      return null;
    }
    this.#elsewhere.stop();
    seen.hasSaid = this.#hasSaid();
    if (!seen.hasSaid) return null;
    seen.command = ready.command === null ? null : await this.#run(ready.command);
    return seen.command === null ? await this.#answeringHost(owner) : null;
  }

  /** One that is not done in its time gets twice that the next time, as a question does. */
  async #run(command: string): Promise<string | null> {
    const signal = this.#signal;
    const limitMs = this.#attemptMs;
    const before = this.#seen.command;
    const how = await this.#server.runBeside(command, { limitMs, signal, to: null });
    if (how === null || !how.startsWith(NOT_DONE)) return how;
    // The last time is what is left, and says nothing of how long it takes.
    if (limitMs < this.#patienceMs && before?.startsWith(NOT_DONE)) return before;
    this.#patienceMs *= 2;
    return how;
  }

  async #answeringHost({
    kind,
    bound,
  }: Extract<Ownership, { kind: 'ours' | 'unknown' }>): Promise<string | null> {
    const { endpoint } = this.#server;
    const hosts = bound.length === 0 ? LOOPBACK : await reachableHosts(endpoint, bound);
    const { ask } = this.#options;
    const silent: string[] = [];
    for (const host of hosts) {
      if (ask === null) {
        if (kind === 'ours' || (await accepts(endpoint, host))) return host;
        continue;
      }
      const { isGood, answer, isCutShort } = await this.#ask(ask, endpoint, host);
      // A place where nobody listens says nothing about the next one.
      if (statusOf(answer) === null && host !== hosts.at(-1)) {
        if (isLate(answer)) silent.push(host);
        continue;
      }
      // The last question may have too little time left for what was answered before.
      if (!isCutShort || !isLate(answer) || this.#seen.answer === null) this.#seen.answer = answer;
      if (this.#closed === 0) this.#errorsBefore = this.#restarts.times;
      this.#closed = isClosed(answer) ? this.#closed + 1 : 0;
      const nowMs = performance.now();
      this.#failures.answered(statusOf(answer), this.#restarts.lasting, nowMs);
      const isHopeless =
        this.#beyondTime.look(isBeyondTime(answer), nowMs) >= SPOKEN_AFTER_MS ||
        this.#turnedAway.look(isTurnedAway(answer), nowMs) >= TURNED_AWAY_MS;
      if (isHopeless) throw failed(this.#server, this.#whyNot());
      if (statusOf(answer) === null) await this.#lookSpoken(endpoint, host);
      else this.#muteSinceMs = null;
      this.#good = isGood ? this.#good + 1 : 0;
      if (!isGood || this.#good < this.#server.ready.times) return null;
      return (await this.#nowAnswering(ask, endpoint, silent)) ?? host;
    }
    return null;
  }

  /**
   * A first answer that took long was waited for at the usual address: the next ones come at once. Else chance would say at which
   * address each arm is loaded.
   */
  async #nowAnswering(
    ask: Ask,
    endpoint: RunningServer['endpoint'],
    silent: readonly string[],
  ): Promise<string | null> {
    for (const host of silent) {
      if ((await this.#ask(ask, endpoint, host)).isGood) return host;
    }
    return null;
  }

  async #ask(
    ask: Ask,
    endpoint: RunningServer['endpoint'],
    host: string,
  ): Promise<{ isGood: boolean; answer: ReadyAnswer; isCutShort: boolean }> {
    const signal = this.#signal;
    const timeoutMs = this.#attemptMs;
    const isCutShort = timeoutMs < this.#patienceMs;
    const beganMs = performance.now();
    const answer = await ask({ endpoint, host, timeoutMs, signal });
    const status = statusOf(answer);
    if (status === null && performance.now() - beganMs >= timeoutMs) this.#patienceMs *= 2;
    return { answer, isGood: this.#isGood(status), isCutShort };
  }

  #isGood(status: number | null): boolean {
    return status !== null && isAmong(status, this.#server.ready.status);
  }

  /** Throws when it speaks another protocol than the load: that is no matter of time. */
  async #lookSpoken(endpoint: RunningServer['endpoint'], host: string): Promise<void> {
    const { load } = this.#options;
    const signal = this.#signal;
    const nowMs = performance.now();
    this.#muteSinceMs ??= nowMs;
    if (load === undefined || nowMs - this.#muteSinceMs < SPOKEN_AFTER_MS) return;
    // Not at every attempt.
    this.#muteSinceMs = nowMs;
    const spoken = await otherSpoken(load, { endpoint, host, timeoutMs: SPOKEN_WITHIN_MS, signal });
    if (spoken === null) return;
    const words = spokenText(spoken, load, this.#server.form);
    const what = `not ready on ${endpointText(endpoint)}: ${words}`;
    throw failed(this.#server, { kind: 'wrong-protocol', what, symptoms: {} });
  }

  get #attemptMs(): number {
    const { timeoutMs } = this.#server.ready;
    const leftMs = Math.max(ATTEMPT_AT_LEAST_MS, timeoutMs - this.#waitedMs);
    // In whole seconds, as it is told.
    return Math.min(this.#patienceMs, timeoutMs, 1000 * Math.ceil(leftMs / 1000));
  }

  /** A whole URL may lead to a server that was left over, or to the other arm's, and these say yes too early. */
  #tellStranger(): void {
    const { ready, endpoint, tree, form } = this.#server;
    const url = ready.path === null ? null : urlOf(ready.path);
    if (url === null || !OWN_HOSTS.has(url.hostname)) return;
    const port = portOf(url);
    if (endpoint.kind !== 'unix' && port === endpoint.port) return;
    if (ownership({ kind: 'tcp', port }, tree).kind !== 'foreign') return;
    this.#options.remark?.(
      `${named('readyPath', form)} asks port ${port}, where a process answers that the start command did not start. If that is no part of this server, it may say yes too early`,
    );
  }

  #tell(): void {
    if (this.#isTold || this.#waitedMs < NOTE_AFTER_MS) return;
    this.#isTold = true;
    this.#options.note?.(this.#whyNot().what);
  }
}

function failed(server: RunningServer, { kind, what, symptoms }: WhyNot): ServerFailure {
  const daemon = server.isDaemon()
    ? '. Its start command has ended, and processes that it started go on'
    : '';
  return server.failure(kind, `${what}${daemon}`, symptoms);
}
