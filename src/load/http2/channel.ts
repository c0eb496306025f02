/**
 * The client's side of one HTTP/2 connection as values: the peer's bytes in, ours out. Pure: no
 * socket, no clock; never throws, whatever the bytes are, and never keeps a body.
 * Source: RFC 9113.
 */
import { quote, startsLikeHttp1 } from '../http1/head.ts';
import type { ErrorKind } from '../results.ts';
import { goAwayText, resetText } from '../shared/ended-question.ts';
import { EndedByCode, type Told } from '../unexpected.ts';
import { Answers, type AnswersOwner } from './answers.ts';
import { FrameReader, type FrameSink } from './frame-reader.ts';
import { misshapen } from './frame-shape.ts';
import {
  CLIENT_OPENING,
  CODE,
  codeName,
  FLAG,
  FRAME_BYTES,
  frame,
  HEADER_BYTES,
  MAX_31,
  numberFrame,
  SETTINGS_ACK,
  TYPE,
} from './frames.ts';
import { Outbox } from './outbox.ts';
import { FIRST_TABLE_BYTES, PeerSettings } from './peer-settings.ts';
import type { RequestFrames } from './request.ts';
import type { Stream } from './stream.ts';
import { StreamTable } from './stream-table.ts';
import { Uploads } from './uploads.ts';

/** A stream that is passed is over; it is only to be read during the call. */
export interface ChannelOwner {
  /** The peer's first SETTINGS came: requests can be sent. */
  onGreeting(): void;
  /** More requests can be sent than a moment ago, and no answer says so. */
  onWidened(): void;
  /** A complete and expected answer. */
  onAnswer(stream: Stream): void;
  /** This request failed, and only this. */
  onFailure(stream: Stream, kind: ErrorKind, message: Told): void;
  /** The peer promises that it did nothing about this request, and will not on this connection. */
  onUnprocessed(stream: Stream, message: EndedByCode): void;
  /** No more requests can be sent on this connection; those in flight may be answered. */
  onDraining(): void;
  /** The peer broke the protocol. Nothing comes after it. */
  onBroken(message: string): void;
}

/** The peer gets a new window after this many bytes of bodies. */
const WINDOW_STEP = 2 ** 24;
/** Of HPACK: from here on the table has no room. */
const NO_TABLE = Buffer.from([0x20]);
/** Replies that wait for a peer that does not read them. */
const MOST_REPLY_BYTES = 2 ** 20;

export class Channel implements FrameSink, AnswersOwner {
  readonly #owner: ChannelOwner;
  readonly #reader = new FrameReader(this);
  readonly #settings = new PeerSettings();
  readonly #streams: StreamTable;
  readonly #answers: Answers;
  readonly #uploads: Uploads;
  #isGreeted = false;
  #isDraining = false;
  #farewell: string | null = null;
  #isOver = false;
  /** Bytes of bodies since the peer last got a new window. */
  #received = 0;
  #replyBytes = 0;
  #isCongested = false;
  /** The peer knows that we use no table of header fields. */
  #isTableTold = false;

  /** What is to be sent. */
  readonly out = new Outbox();

  /** `maxStreamId`: behind it, the connection takes no more requests. */
  constructor(owner: ChannelOwner, maxStreamId: number = MAX_31) {
    this.#owner = owner;
    this.#streams = new StreamTable(maxStreamId);
    this.#answers = new Answers(this.#streams, this);
    this.#uploads = new Uploads(this.out, this.#settings);
    this.out.append(CLIENT_OPENING);
  }

  /** Streams that the peer lets be open at once. */
  get maxStreams(): number {
    return this.#settings.maxStreams;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** The error code with which the peer said goodbye; null: it has not, or for no reason. */
  get farewell(): string | null {
    return this.#farewell;
  }

  /** Requests that can be sent now: the peer has streams for so many. */
  get capacity(): number {
    if (!this.#isGreeted || this.#isDraining || this.#isOver) return 0;
    return Math.max(0, this.#settings.maxStreams - this.#streams.size);
  }

  get inFlight(): number {
    return this.#streams.size;
  }

  /** In flight, the oldest first. */
  streams(): Stream[] {
    return this.#streams.all();
  }

  /** Sends a request. Only when there is `capacity`. */
  send(request: RequestFrames): Stream {
    const stream = this.#streams.begin(request, this.#settings.initialWindow);
    const at = this.#appendHead(request);
    for (const offset of request.idOffsets) this.out.patch(at + offset, stream.id);
    if (request.body !== null) {
      this.#uploads.add(stream);
      this.#uploads.pump(this.#isCongested);
    }
    if (this.#streams.isExhausted) this.#isDraining = true;
    return stream;
  }

  /**
   * Our headers use no table. A peer that makes it smaller must hear so all the same, at the beginning of the next block (RFC 9113,
   * 4.3.1): else it ends the connection by COMPRESSION_ERROR. Returns the place.
   */
  #appendHead({ head }: RequestFrames): number {
    const isTold = this.#isTableTold || this.#settings.leastTableBytes >= FIRST_TABLE_BYTES;
    if (isTold) return this.out.append(head);
    const length = head.readUIntBE(0, 3);
    // A frame that is full has no room for it. Only then another one follows, whose place it would move.
    if (length >= FRAME_BYTES) return this.out.append(head);
    this.#isTableTold = true;
    const at = this.out.append(head, 0, HEADER_BYTES);
    this.out.patch(at, ((length + 1) << 8) | TYPE.headers);
    this.out.append(NO_TABLE);
    this.out.append(head, HEADER_BYTES);
    return at;
  }

  /** Gives up a request in flight. What still comes of its answer is nobody's. */
  cancel(stream: Stream): void {
    this.#abandon(stream, CODE.cancel);
    this.#streams.release(stream);
  }

  /** Whether the socket has enough to send. When it has not any more, bodies go on. */
  congest(isCongested: boolean): void {
    this.#isCongested = isCongested;
    if (isCongested) return;
    this.#replyBytes = 0;
    this.#uploads.pump(false);
  }

  /** Takes `bytes[0..end)` from the peer. */
  read(bytes: Buffer, end: number): void {
    if (this.#isOver) return;
    const isFirst = !this.#isGreeted;
    const wrong = this.#reader.feed(bytes, end);
    if (wrong !== null) {
      const isHttp1 = isFirst && startsLikeHttp1(bytes, 0, end);
      this.#break(isHttp1 ? `it answers ${quote(bytes, 0, end)}` : wrong);
    } else if (!this.#isOver) {
      this.#uploads.pump(this.#isCongested);
    }
  }

  /** From now on nothing is read, and the owner hears nothing. */
  close(): void {
    this.#isOver = true;
  }

  frame(
    type: number,
    flags: number,
    id: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): boolean {
    const wrong = this.#take(type, flags, id, bytes, start, end);
    if (wrong !== null) this.#break(wrong);
    return !this.#isOver;
  }

  onWholeAnswer(stream: Stream): void {
    this.#close(stream);
    // An answer before the end of the request: the rest of the body is not wanted.
    if (stream.unsent > 0) this.#reply(numberFrame(TYPE.resetStream, stream.id, CODE.cancel));
    const mismatch = stream.mismatch();
    if (mismatch === null) this.#owner.onAnswer(stream);
    else this.#owner.onFailure(stream, mismatch.kind, mismatch.message);
    this.#streams.release(stream);
  }

  onMalformed(stream: Stream, why: string, isEnded: boolean): void {
    if (isEnded && stream.unsent === 0) this.#close(stream);
    else this.#abandon(stream, CODE.protocolError);
    this.#owner.onFailure(stream, 'protocol', `malformed answer: ${why}`);
    this.#streams.release(stream);
  }

  /** One frame. Returns what is wrong with the whole connection, null when nothing is. */
  #take(
    type: number,
    flags: number,
    id: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): string | null {
    const isSettings = type === TYPE.settings && (flags & FLAG.ack) === 0;
    if (!this.#isGreeted && !isSettings) return 'its first frame is no SETTINGS';
    if (this.#answers.isInBlock && type !== TYPE.continuation) {
      return 'another frame in the middle of a header block';
    }
    const wrong = misshapen(type, flags, id, end - start);
    if (wrong !== null) return wrong;
    switch (type) {
      case TYPE.data:
        this.#acknowledge(end - start);
        return this.#answers.takeData(flags, id, bytes, start, end);
      case TYPE.headers:
        return this.#answers.takeHeaders(flags, id, bytes, start, end);
      case TYPE.continuation:
        return this.#answers.takeContinuation(flags, id, bytes, start, end);
      case TYPE.resetStream:
        return this.#takeReset(id, bytes.readUInt32BE(start));
      case TYPE.settings:
        return isSettings ? this.#takeSettings(bytes, start, end) : null;
      case TYPE.ping:
        return (flags & FLAG.ack) === 0 ? this.#takePing(bytes.subarray(start, end)) : null;
      case TYPE.goAway:
        return this.#takeGoAway(bytes.readUInt32BE(start) & MAX_31, bytes.readUInt32BE(start + 4));
      case TYPE.windowUpdate:
        return this.#takeWindow(id, bytes.readUInt32BE(start) & MAX_31);
      default:
        return null;
    }
  }

  #takeReset(id: number, code: number): string | null {
    const stream = this.#streams.get(id);
    if (stream === undefined) {
      return this.#streams.isIdle(id) ? this.#streams.late('RST_STREAM', id, true) : null;
    }
    this.#close(stream);
    const name = codeName(code);
    const text = `${resetText(name)}; ${stream.progress()}`;
    const message = new EndedByCode(text, name);
    if (code === CODE.refusedStream && !stream.hasBegun) this.#owner.onUnprocessed(stream, message);
    else this.#owner.onFailure(stream, 'closed', message);
    this.#streams.release(stream);
    return null;
  }

  #takePing(payload: Buffer): string | null {
    this.#reply(frame(TYPE.ping, FLAG.ack, 0, payload));
    return this.#unread();
  }

  #takeSettings(bytes: Buffer, start: number, end: number): string | null {
    const { capacity } = this;
    const before = this.#settings.initialWindow;
    const wrong = this.#settings.take(bytes, start, end);
    if (wrong !== null) return wrong;
    this.#reply(SETTINGS_ACK);
    const wider = this.#settings.initialWindow - before;
    for (const stream of wider === 0 ? [] : this.streams()) {
      stream.window += wider;
      if (stream.window > MAX_31) return 'SETTINGS_INITIAL_WINDOW_SIZE makes a window too large';
    }
    if (!this.#isGreeted) {
      this.#isGreeted = true;
      this.#owner.onGreeting();
    } else if (this.capacity > capacity) {
      this.#owner.onWidened();
    }
    return this.#unread();
  }

  /** Those with a higher id than `last` were not looked at. */
  #takeGoAway(last: number, code: number): null {
    this.#isDraining = true;
    const name = codeName(code);
    if (code !== CODE.noError) this.#farewell = name;
    const message = new EndedByCode(goAwayText(name), name);
    for (const stream of this.streams()) {
      if (stream.id <= last || this.#isOver) continue;
      this.#close(stream);
      this.#owner.onUnprocessed(stream, message);
      this.#streams.release(stream);
    }
    if (!this.#isOver) this.#owner.onDraining();
    return null;
  }

  #takeWindow(id: number, more: number): string | null {
    const wrong = `WINDOW_UPDATE by ${more} bytes, which cannot be`;
    if (id === 0) return more > 0 && this.#uploads.widen(more) ? null : wrong;
    const stream = this.#streams.get(id);
    if (stream === undefined) {
      return this.#streams.isIdle(id) ? this.#streams.late('WINDOW_UPDATE', id, false) : null;
    }
    stream.window += more;
    if (more === 0 || stream.window > MAX_31) this.onMalformed(stream, wrong, false);
    return null;
  }

  /** Gives the peer a new window for what came; those of streams are large enough. */
  #acknowledge(bytes: number): void {
    this.#received += bytes;
    if (this.#received < WINDOW_STEP) return;
    this.#reply(numberFrame(TYPE.windowUpdate, 0, this.#received));
    this.#received = 0;
  }

  #close(stream: Stream): void {
    this.#streams.close(stream);
    this.#uploads.remove(stream);
  }

  #abandon(stream: Stream, code: number): void {
    this.#streams.abandon(stream);
    this.#uploads.remove(stream);
    this.#reply(numberFrame(TYPE.resetStream, stream.id, code));
  }

  #reply(bytes: Buffer): void {
    this.out.append(bytes);
    if (this.#isCongested) this.#replyBytes += bytes.length;
  }

  /** Replies that nobody reads would fill our memory. */
  #unread(): string | null {
    return this.#replyBytes > MOST_REPLY_BYTES ? 'the server reads none of our replies' : null;
  }

  #break(message: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const whole = this.#isGreeted ? message : `the server does not speak HTTP/2: ${message}`;
    this.#owner.onBroken(whole);
  }
}
