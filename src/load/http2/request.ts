/** A scenario's requests as frames, made once and sent again and again. */
import type { HttpScenario } from '../../config/experiment/scenario.ts';
import type { PreparedRequest } from '../sequence.ts';
import {
  type MultiplexedRequest,
  multiplexed,
  requestFields,
} from '../shared/multiplexed-request.ts';
import type { Target } from '../target.ts';
import { FLAG, FRAME_BYTES, frame, HEADER_BYTES, TYPE } from './frames.ts';
import { encodeFields } from './hpack/encoder.ts';

export interface RequestFrames extends MultiplexedRequest {
  /** HEADERS and, if they do not fit into one frame, CONTINUATION; their stream ids are 0. */
  readonly head: Buffer;
  /** Where in `head` the stream ids are. */
  readonly idOffsets: readonly number[];
}

/** Throws an Error that names the scenario when a part of the request cannot be sent. */
export function requestFrames(
  target: Target<HttpScenario>,
  request: PreparedRequest,
): RequestFrames {
  const common = multiplexed(request);
  const fields = requestFields(target, request, { protocol: 'HTTP/2', encode: bytesOf });
  return { ...headFrames(encodeFields(fields), common.body === null), ...common };
}

/** UTF-8, one character a byte. */
function bytesOf(value: string): string {
  return Buffer.from(value).toString('latin1');
}

function headFrames(block: Buffer, endsStream: boolean): { head: Buffer; idOffsets: number[] } {
  const frames: Buffer[] = [];
  const idOffsets: number[] = [];
  let length = 0;
  for (let at = 0; at < block.length; at += FRAME_BYTES) {
    const piece = block.subarray(at, at + FRAME_BYTES);
    const isFirst = at === 0;
    const isLast = at + piece.length === block.length;
    const flags = (isLast ? FLAG.endHeaders : 0) | (isFirst && endsStream ? FLAG.endStream : 0);
    frames.push(frame(isFirst ? TYPE.headers : TYPE.continuation, flags, 0, piece));
    idOffsets.push(length + 5);
    length += HEADER_BYTES + piece.length;
  }
  return { head: Buffer.concat(frames), idOffsets };
}
