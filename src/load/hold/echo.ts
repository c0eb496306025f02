/** Messages of WebSocket on kept connections, each of which must come back as it was sent. */
import { randomBytes } from 'node:crypto';
import { messagesOfHold } from '../../config/experiment/asked-answers.ts';
import type { WebSocketMessage } from '../../config/experiment/scenario.ts';
import { authority } from '../address.ts';
import { messageRequest } from '../request-values.ts';
import { closeText, prepareHandshake } from '../websocket/handshake.ts';
import { type MessageSource, Messages, MOST_MESSAGE_BYTES } from '../websocket/message.ts';
import { OwnMessage } from '../websocket/own-message.ts';
import { strayText } from '../websocket/stray.ts';
import { HeldConnection, type HeldOwner, type HoldShared } from './connection.ts';
import { closeFrame, FrameReader, type Incoming, messageFrame, pongFrame } from './frames.ts';
import { HeadInParts } from './head-in-parts.ts';
import type { HoldTarget } from './results.ts';
import { prepareUpgrade, readUpgrade, type Upgrade } from './upgrade.ts';

/** What all connections send, and to where. */
export interface EchoTerms {
  upgrade: Upgrade;
  /** The message with this number. */
  messages: (number: number) => MessageSource;
  message: WebSocketMessage;
  /** Longest message that is read: longer than ours, so that a wrong echo is told from broken frames. */
  mostBytes: number;
}

/** `first`: number of the hold's first message over all loads of the arm. Throws when the scenario cannot be sent. */
export function echoTerms(target: HoldTarget, first = 0): EchoTerms {
  const socket = messagesOfHold(target.scenario);
  const { name, message } = socket;
  if (socket.message.bytes > MOST_MESSAGE_BYTES) {
    throw new Error(
      `scenario ${name}: messages of ${socket.message.bytes} bytes are too large; at most ${MOST_MESSAGE_BYTES} can be sent`,
    );
  }
  const { options } = prepareHandshake({ ...target, scenario: socket });
  const own = message.text === undefined ? null : messageRequest(message.text, socket.data);
  return {
    upgrade: prepareUpgrade(authority(target), socket),
    messages: (number) =>
      own === null ? new Messages(message, number) : new OwnMessage(own.fill(first + number)),
    message,
    mostBytes: options.maxPayload as number,
  };
}

const KEY_BYTES = 16;
/** Pongs that wait for a peer that does not read them, on each of what may be 25,000 connections. */
const MOST_REPLY_BYTES = 16 * 1024;

export class EchoHeld extends HeldConnection {
  readonly #terms: EchoTerms;
  /** Of the handshake; null once it is accepted. */
  #key: string | null = null;
  /** Its answer, or a frame, that came in parts: an idle connection has neither. */
  #head: HeadInParts | null = null;
  #reader: FrameReader | null = null;
  /** The message under way. */
  #messages: MessageSource | null = null;

  constructor(shared: HoldShared, terms: EchoTerms, owner: HeldOwner) {
    super(shared, owner);
    this.#terms = terms;
  }

  protected connected(): void {
    const { before, after } = this.#terms.upgrade;
    this.#key = randomBytes(KEY_BYTES).toString('base64');
    this.write(Buffer.from(`${before}${this.#key}${after}`, 'latin1'));
  }

  protected send(number: number): void {
    const { message } = this.#terms;
    this.#messages = this.#terms.messages(number);
    this.write(messageFrame(this.#messages.next(), message.binary));
  }

  protected read(bytes: Buffer): void {
    if (this.#key === null) {
      this.#readFrames(bytes);
      return;
    }
    const head = this.#head === null ? bytes : this.#head.add(bytes);
    if (this.#head !== null && !this.#head.mayBeWhole) return;
    const answer = readUpgrade(this.#terms.upgrade, this.#key, head);
    if (answer.kind === 'more') {
      this.#head ??= new HeadInParts(head);
    } else if (answer.kind === 'refused') {
      this.refuse(answer.message);
    } else {
      this.#key = null;
      this.#head = null;
      this.usable();
      if (answer.end < head.length) this.#readFrames(head.subarray(answer.end));
    }
  }

  protected endsAnswer(): boolean {
    return false;
  }

  protected progress(): string {
    return 'no echo came';
  }

  #readFrames(bytes: Buffer): void {
    const reader = this.#reader ?? new FrameReader(this.#terms.mostBytes);
    reader.feed(bytes, (incoming) => this.#hear(incoming));
    // One that is closed stays in the holder's list, and would keep what was half read.
    this.#reader = reader.isEmpty || this.state === 'closed' ? null : reader;
  }

  /** Returns whether the connection goes on. */
  #hear(incoming: Incoming): boolean {
    switch (incoming.kind) {
      case 'pong':
        break;
      case 'ping':
        this.#reply(pongFrame(incoming.data));
        break;
      case 'close':
        this.write(closeFrame(incoming.code));
        this.breakOff('closed', this.#closed(incoming.code, incoming.reason));
        break;
      case 'invalid':
        this.breakOff('protocol', `Invalid WebSocket message: ${incoming.message}`);
        break;
      case 'message':
        this.#judge(incoming.data, incoming.binary);
    }
    return this.state !== 'closed';
  }

  #reply(pong: Buffer): void {
    // A message of our own may wait as well, whose length is no fault of the peer's.
    if (this.unsentBytes > this.#terms.message.bytes + MOST_REPLY_BYTES)
      this.breakOff('protocol', 'the server reads none of our pongs');
    else this.write(pong);
  }

  #judge(came: Buffer, binary: boolean): void {
    const messages = this.#messages;
    if (messages === null) {
      this.breakOff('protocol', strayText(came, binary));
      return;
    }
    const fault = messages.judge(came, binary);
    if (fault?.kind === 'protocol') {
      // The true echo may still come, and would be taken for the answer to the next message.
      this.breakOff('protocol', fault.message);
      return;
    }
    this.#messages = null;
    this.answer(fault, true);
  }

  #closed(code: number, reason: Buffer): string {
    const message = closeText(code, reason);
    return this.#messages === null ? message : `${message}; ${this.progress()}`;
  }
}
