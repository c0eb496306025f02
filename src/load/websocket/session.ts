/**
 * Closed-loop WebSocket load on one target, over `ws`. Two modes: `echo.ts` and `fan-out.ts`. A
 * slice is a fixed number of messages received; each ends as good or as one error. Sent again, once: the
 * message of an echo that was under way when the server closed the connection for another reason (`close-code.ts`).
 *
 * A slice always ends. Each message has `timeoutMs`. The rest of the slice is given up, and counted
 * as the last error's kind, when nothing at all came for twice that long, when more messages were
 * lost than there are connections, or when every connection was refused three times in a row.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import ws from 'ws/package.json' with { type: 'json' };
import { FEWEST_FAN_OUT_BYTES, type WebSocketScenario } from '../../config/experiment/scenario.ts';
import type { Arrivals } from '../arrivals.ts';
import { numbersOf, type OwnShare } from '../numbers.ts';
import { messageRequest } from '../request-values.ts';
import type { OnError, SessionSlice } from '../session.ts';
import { SessionShell } from '../shared/session-shell.ts';
import type { Target } from '../target.ts';
import type { Told } from '../unexpected.ts';
import type { Connection, ConnectionOwner, Loss } from './connection.ts';
import { Echo } from './echo.ts';
import { FanOut } from './fan-out.ts';
import { type Connect, prepareHandshake } from './handshake.ts';
import type { Loop } from './loop.ts';
import { MOST_MESSAGE_BYTES } from './message.ts';
import { OwnMessages } from './own-message.ts';

export class WebSocketSession extends SessionShell<Connection> implements ConnectionOwner {
  readonly engine = `ws ${ws.version}`;
  readonly #loop: Loop;

  /**
   * Opens nothing yet. Throws an Error that names the scenario when it cannot be sent. `share`: of
   * `connections`, which are this process's own; a fan-out cannot be shared.
   */
  constructor(
    target: Target<WebSocketScenario>,
    share: OwnShare,
    onError: OnError,
    connect?: Connect,
  ) {
    const { scenario } = target;
    checkMessage(scenario, share);
    const { message: shape, timeoutMs, connections } = scenario;
    const handshake = prepareHandshake(target, connect);
    super(timeoutMs, onError, 'message');
    const own = ownMessages(scenario, share);
    if (scenario.mode === 'echo') {
      const numbers = Array.from({ length: connections }, (_, i) => i * share.of + share.index);
      this.#loop = new Echo({ handshake, shape, timeoutMs, numbers, own }, this);
    } else {
      this.#loop = new FanOut({ handshake, shape, timeoutMs, receivers: connections, own }, this);
    }
  }

  protected get connections(): readonly Connection[] {
    return this.#loop.connections;
  }

  /** Messages differ in their number only. */
  skip(): void {}

  onOpen(connection: Connection): void {
    if (!this.settleOpening(null)) this.#loop.onOpen(connection);
  }

  onRefusal(connection: Connection, message: Told): void {
    if (!this.settleOpening(message)) this.#loop.onRefusal(connection, message);
  }

  onMessage(connection: Connection, message: Buffer, binary: boolean): void {
    this.#loop.onMessage(connection, message, binary);
  }

  onLoss(connection: Connection, loss: Loss): void {
    this.#loop.onLoss(connection, loss);
  }

  protected override canWork(): boolean {
    return this.#loop.canWork();
  }

  protected isIdle(): boolean {
    return !this.isSlicing;
  }

  protected async runSlice(arrivals: Arrivals): Promise<SessionSlice> {
    return await this.#loop.slice(arrivals, this.onError);
  }

  protected sweepSlice(nowMs: number, lostMs: number): void {
    this.#loop.sweep(nowMs, lostMs);
  }

  protected stop(): void {
    this.#loop.stop();
  }

  protected silence(): string {
    return `no WebSocket connection after ${this.timeoutMs} ms: the server has not answered the handshake`;
  }

  protected override leave(connection: Connection): void {
    connection.leave();
  }

  protected override async afterOpening(): Promise<void> {
    if (this.#loop.settleMs > 0) await sleep(this.#loop.settleMs);
  }
}

function ownMessages({ message, data }: WebSocketScenario, share: OwnShare): OwnMessages | null {
  const { text } = message;
  if (text === undefined) return null;
  return new OwnMessages(messageRequest(text, data), numbersOf(share));
}

function checkMessage({ name, mode, message }: WebSocketScenario, share: OwnShare): void {
  const where = `scenario ${name}: messages of ${message.bytes} bytes`;
  if (message.bytes > MOST_MESSAGE_BYTES) {
    throw new Error(`${where} are too large; at most ${MOST_MESSAGE_BYTES} can be sent`);
  }
  if (mode === 'echo') return;
  if (message.text === undefined && message.bytes < FEWEST_FAN_OUT_BYTES) {
    throw new Error(
      `${where} are too short for a fan-out, in which each has a number; it takes at least ` +
        `${FEWEST_FAN_OUT_BYTES} bytes`,
    );
  }
  if (share.of > 1) {
    throw new Error(`scenario ${name}: a fan-out cannot be shared by ${share.of} processes`);
  }
}
