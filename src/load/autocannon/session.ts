/**
 * autocannon as the engine: each slice is one run of it, of a fixed amount of requests.
 *
 * What it cannot do, and our own engine can: keep its connections from slice to slice (each slice
 * opens them again, within its time); give up a request in less than a second; tell garbage from
 * silence (both time out); notice that a server closed instead of answering (found in the end, as
 * what is missing, also on a server that closes after each answer); repeat what met the server's
 * idle timer.
 */
import autocannon from 'autocannon';
import manifest from 'autocannon/package.json' with { type: 'json' };
import type { HttpScenario } from '../../config/experiment/scenario.ts';
import { Latencies } from '../latencies.ts';
import { type PreparedRequest, RequestSequence, type Share } from '../sequence.ts';
import type { OnError, Session, SessionSlice } from '../session.ts';
import { connectorTo } from '../shared/connector.ts';
import type { Fault } from '../shared/expected-answer.ts';
import type { Target } from '../target.ts';
import { MOST_COPIED_BYTES, prepareClient, reach, timeoutMs, toRequest } from './client.ts';
import { judge } from './judgement.ts';
import { Tally } from './tally.ts';

/** A run ends on one of its samples. The time until then is not counted. */
const SAMPLE_MS = 10;

/** Bytes of an unexpected body that are kept for a message, beyond those of any expected one. */
const EXCERPT = 80;

export class AutocannonSession implements Session {
  /** Its connections last for a slice only. */
  readonly isPrepared = true;
  readonly engine = `autocannon ${manifest.version}`;
  readonly #target: Target<HttpScenario>;
  readonly #sequence: RequestSequence;
  readonly #requests: autocannon.Request[];
  /** The only request, when its status says all: `onResponse` is not free. */
  readonly #only: PreparedRequest | null;
  readonly #onError: OnError;
  readonly #latencies = new Latencies();
  readonly #mostBody: number;
  #asked = 0;
  #tally: Tally | null = null;
  #disposed = false;
  /** What is wrong with the answer whose event comes next. */
  #wrong: Fault | null = null;

  /** Opens nothing yet. Throws when the scenario cannot be sent. */
  constructor(target: Target<HttpScenario>, share: Share, onError: OnError) {
    this.#target = target;
    this.#onError = onError;
    this.#sequence = new RequestSequence(target.scenario.requests, target.root, share);
    const { variants } = this.#sequence;
    checkCopies(target, variants);
    const longest = Math.max(0, ...variants.map(({ expectedBody }) => expectedBody?.length ?? 0));
    this.#mostBody = longest + EXCERPT;
    const [first] = variants;
    this.#only = variants.length === 1 && first?.expectedBody === null ? first : null;
    const onResponse = (request: PreparedRequest) => (status: number, body: string) => {
      this.#wrong = judge(request, status, body);
    };
    this.#requests = variants.map((request) => ({
      ...toRequest(target, request),
      ...(this.#only === null ? { onResponse: onResponse(request) } : {}),
    }));
  }

  /** Tries one connection and closes it. autocannon accepts any certificate, so it is checked here. */
  async open(): Promise<void> {
    const { scenario } = this.#target;
    const { connect, openEvent, explain } = connectorTo(this.#target);
    const socket = connect();
    try {
      await new Promise<void>((resolve, reject) => {
        const fail = (reason: string) =>
          reject(new Error(`no connection could be opened: ${reason}`));
        const tooLate = () => fail(`the connection is not open after ${scenario.timeoutMs} ms`);
        socket.setTimeout(scenario.timeoutMs, tooLate);
        socket.on(openEvent, resolve);
        socket.on('error', (error) => fail(explain(error)));
        socket.on('close', () => fail('the connection was closed'));
      });
    } finally {
      socket.destroy();
    }
  }

  async prepare(): Promise<void> {}

  /**
   * Timed by its events, from `start`, when its connections begin to open, to the last `response`:
   * its own duration is rounded to 10 ms and ends on a sample. That agrees with the server's clock
   * to about 1 ms, but for the TLS handshakes: 10 ms for 32 connections, in which little is answered.
   */
  async slice(work: number): Promise<SessionSlice> {
    if (!Number.isSafeInteger(work) || work < 1) {
      throw new RangeError(`a slice needs at least 1 request, not ${work}`);
    }
    if (this.#tally !== null) throw new Error('a slice is already running on this session');
    if (this.#disposed) throw new Error('the session is closed');
    const { scenario } = this.#target;
    const connections = Math.min(scenario.connections, work);
    const first = this.#asked;
    this.#asked += work;
    this.#latencies.reset(work);

    const amounts = distribute(work, connections);
    let client = 0;
    let next = first;
    const run = autocannon({
      ...reach(this.#target),
      connections,
      amount: work,
      sampleInt: SAMPLE_MS,
      setupClient: (each) => {
        const own = this.#part(next, amounts[client] as number);
        next += amounts[client++] as number;
        prepareClient(each, own, this.#mostBody);
      },
    });
    const limits = { connections, timeoutMs: timeoutMs(scenario) };
    using tally = new Tally(work, limits, this.#onError, () => run.stop());
    this.#tally = tally;
    run.on('start', () => tally.start());
    run.on('reqError', (error: Error) => tally.broke(error));
    run.on('response', (_: autocannon.Client, status: number, bytes: number, tookMs: number) => {
      this.#latencies.add(tookMs);
      const wrong = this.#only === null ? this.#wrong : judge(this.#only, status, null);
      // Its bytes came with the answer before it, thus before its request was written.
      if (bytes === 0) tally.wrong('protocol', 'an answer that nobody asked for');
      else if (wrong === null) tally.onAnswer();
      else tally.wrong(wrong.kind, wrong.message);
    });
    try {
      await run;
    } finally {
      this.#tally = null;
    }
    return {
      ...tally.end(),
      medianLatencyUs: this.#latencies.median() * 1000,
      meanLatencyUs: null,
    };
  }

  skip(work: number): void {
    this.#asked += work;
  }

  rest(): void {}

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#tally?.giveUp('closed');
  }

  /** So many requests of the sequence, in its order; autocannon repeats a shorter list. */
  #part(first: number, length: number): autocannon.Request[] {
    return Array.from(
      { length: Math.min(length, this.#sequence.length) },
      (_, i) => this.#requests[this.#sequence.at(first + i)] as autocannon.Request,
    );
  }
}

function checkCopies(
  { scenario }: Target<HttpScenario>,
  variants: readonly PreparedRequest[],
): void {
  const bytes = variants.reduce((sum, { body }) => sum + (body?.length ?? 0), 0);
  if (bytes <= MOST_COPIED_BYTES) return;
  throw new Error(
    `scenario ${scenario.name}: autocannon needs a copy of the body for each of ${variants.length} ` +
      `different requests, over ${MOST_COPIED_BYTES / 1024 / 1024} MiB in all; use the built-in ` +
      'engine, a smaller body or fewer ids',
  );
}

/** How autocannon shares the amount out among its connections. */
function distribute(amount: number, connections: number): number[] {
  const [each, rest] = [Math.floor(amount / connections), amount % connections];
  return Array.from({ length: connections }, (_, i) => each + (i < rest ? 1 : 0));
}
