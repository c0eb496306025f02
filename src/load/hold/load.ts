/** One process's share of a hold: opened, used, closed. */

import type { ErrorKind } from '../results.ts';
import type { Share } from '../sequence.ts';
import { connectorTo } from '../shared/connector.ts';
import type { Told } from '../unexpected.ts';
import type { HeldConnection, HeldOwner, HoldShared } from './connection.ts';
import { EchoHeld, echoTerms } from './echo.ts';
import { Http1Held, Http1Requests } from './http1.ts';
import { Opening } from './opening.ts';
import { type Pacer, startPacer } from './pacer.ts';
import { Requests } from './requests.ts';
import type { HeldShare, HoldSample, HoldTarget, OpenedShare, Sources } from './results.ts';
import { Samples } from './samples.ts';
import { segmentSizeOf } from './segments.ts';
import { requestsOf, shareOf } from './shares.ts';
import { sourcePorts } from './sources.ts';

const READ_BUFFER_BYTES = 64 * 1024;

export class HoldLoad implements HeldOwner, Disposable {
  readonly #target: HoldTarget;
  readonly #share: Share;
  readonly #sources: Sources | null;
  readonly #samples = new Samples();
  readonly #connections: HeldConnection[];
  readonly #pacer: Pacer = startPacer();
  #opening: Opening | null = null;
  #requests: Requests | null = null;
  #dropped = 0;

  /** Opens nothing yet. Throws when the scenario cannot be sent. */
  constructor(target: HoldTarget, share: Share, sources: Sources | null, first = 0) {
    this.#target = target;
    this.#share = share;
    this.#sources = sources;
    this.#connections = heldConnections(target, { share, sources, first }, this);
  }

  /** Everything that takes time before the first connection is done. Never rejects. */
  get ready(): Promise<void> {
    return this.#pacer.ready;
  }

  /** Rejects with HoldImpossible. */
  async open(startAtMs: number): Promise<OpenedShare> {
    const { openPerSecond, timeoutMs } = this.#target.scenario;
    this.#opening = new Opening(
      this.#connections,
      {
        startAtMs,
        offsetMs: (1000 * this.#share.index) / openPerSecond,
        everyMs: (1000 * this.#share.of) / openPerSecond,
        timeoutMs,
        hasSources: this.#sources !== null,
      },
      this.#samples,
    );
    return await this.#opening.run();
  }

  /** After `open`; once. */
  async hold(startAtMs: number): Promise<HeldShare> {
    const { perSecond, holdMs, timeoutMs } = this.#target.scenario;
    const { index, of } = this.#share;
    const all = requestsOf(this.#target.scenario);
    this.#requests = new Requests(
      this.#connections,
      {
        firstMs: startAtMs + (1000 * index) / perSecond,
        everyMs: (1000 * of) / perSecond,
        count: shareOf(all, this.#share),
        numberOf: (k) => k * of + index,
        segmentSize: segmentSizeOf(perSecond),
        timeoutMs,
        endMs: startAtMs + holdMs,
      },
      this.#samples,
    );
    return await this.#requests.run(this.#pacer);
  }

  /** Connections that were lost before now, and why. Closes all others. */
  async close(): Promise<{ dropped: number; samples: HoldSample[] }> {
    // What the kernel has heard of already counts.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const counted = { dropped: this.#dropped, samples: this.#samples.take() };
    this[Symbol.dispose]();
    return counted;
  }

  [Symbol.dispose](): void {
    for (const connection of this.#connections) connection.close();
    this.#opening?.stop();
    this.#requests?.stop();
    this.#pacer[Symbol.dispose]();
  }

  onOpen(connection: HeldConnection): void {
    this.#opening?.onOpen(connection);
  }

  onRefusal(connection: HeldConnection, message: Told, error: Error | null): void {
    this.#opening?.onRefusal(connection, message, error);
  }

  onAnswer(connection: HeldConnection): void {
    this.#requests?.onAnswer(connection);
  }

  onFailure(connection: HeldConnection, kind: ErrorKind, message: Told): void {
    this.#requests?.onFailure(connection, kind, message);
  }

  onLoss(_connection: HeldConnection, reason: string): void {
    this.#dropped++;
    this.#samples.add('closed', `a connection was dropped: ${reason}`);
    this.#requests?.onLoss();
  }
}

function heldConnections(
  target: HoldTarget,
  { share, sources, first }: { share: Share; sources: Sources | null; first: number },
  owner: HeldOwner,
): HeldConnection[] {
  const shared: HoldShared = {
    connector: connectorTo(target, { from: sources === null ? null : sourcePorts(sources) }),
    readBuffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
  };
  const length = shareOf(target.scenario.connections, share);
  if (target.scenario.protocol === 'http1') {
    const requests = new Http1Requests(target, first);
    return Array.from({ length }, () => new Http1Held(shared, requests, owner));
  }
  const terms = echoTerms(target, first);
  return Array.from({ length }, () => new EchoHeld(shared, terms, owner));
}
