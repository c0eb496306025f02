/** A channel whose owner writes down what it hears. */

import { Channel, type ChannelOwner } from '../../../src/load/http2/channel.ts';
import { settingsFrame } from '../../../src/load/http2/frames.ts';
import { type RequestFrames, requestFrames } from '../../../src/load/http2/request.ts';
import type { Stream } from '../../../src/load/http2/stream.ts';
import { RequestSequence } from '../../../src/load/sequence.ts';
import type { Told } from '../../../src/load/unexpected.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { target, type Wanted } from '../servers.ts';

export class Recorder implements ChannelOwner {
  readonly channel: Channel;
  /** `1: good`, `3: closed: …`, `broken: …`, in the order heard. */
  readonly heard: string[] = [];
  #sent: Buffer[] = [];

  constructor(maxStreamId?: number) {
    this.channel = new Channel(this, maxStreamId);
  }

  onGreeting(): void {
    this.heard.push('greeted');
  }

  onWidened(): void {
    this.heard.push('widened');
  }

  onAnswer({ id }: Stream): void {
    this.heard.push(`${id}: good`);
  }

  onFailure({ id }: Stream, kind: string, message: Told): void {
    this.heard.push(unmarked(`${id}: ${kind}: ${message}`));
  }

  onUnprocessed({ id }: Stream, message: Told): void {
    this.heard.push(unmarked(`${id}: unprocessed: ${message}`));
  }

  onDraining(): void {
    this.heard.push('draining');
  }

  onBroken(message: string): void {
    this.heard.push(unmarked(`broken: ${message}`));
  }

  /** Lets the peer say this in pieces of these sizes, again and again; whole when there are none. */
  hear(bytes: Buffer, sizes: readonly number[] = []): void {
    for (let at = 0, piece = 0; at < bytes.length; piece++) {
      const end = Math.min(bytes.length, at + (sizes[piece % sizes.length] ?? bytes.length));
      // A copy, as from a socket whose buffer is used again.
      const copy = Buffer.from(bytes.subarray(at, end));
      this.channel.read(copy, copy.length);
      copy.fill(0xff);
      at = end;
    }
  }

  /** All that the channel wrote since it was last asked. */
  take(): Buffer {
    this.#sent.push(Buffer.from(this.channel.out.take()));
    this.channel.out.giveBack();
    const all = Buffer.concat(this.#sent);
    this.#sent = [];
    return all;
  }
}

/** Greeted, with these requests in flight, and nothing left to read of what it wrote. */
export function inFlight(
  requests: readonly RequestFrames[],
  greeting = settingsFrame([]),
  maxStreamId?: number,
): Recorder {
  const recorder = new Recorder(maxStreamId);
  recorder.hear(greeting);
  recorder.heard.length = 0;
  for (const request of requests) recorder.channel.send(request);
  recorder.take();
  return recorder;
}

/** The frames of a scenario's only request. */
export function request(wanted: Wanted = {}): RequestFrames {
  const whole = target(0, wanted);
  const [variant] = new RequestSequence(whole.scenario.requests, whole.root).variants;
  if (variant === undefined) throw new Error('no request');
  return requestFrames(whole, variant);
}
