/** What is wrong with a frame before its payload is looked at (RFC 9113, section 6). */
import { FLAG, TYPE } from './frames.ts';

/** In words; null: nothing. `length`: of the payload. */
export function misshapen(type: number, flags: number, id: number, length: number): string | null {
  switch (type) {
    case TYPE.priority:
      return id !== 0 && length === 5 ? null : 'bad PRIORITY';
    case TYPE.resetStream:
      return id !== 0 && length === 4 ? null : 'bad RST_STREAM';
    case TYPE.settings: {
      const isFull = (flags & FLAG.ack) === 0 ? length % 6 === 0 : length === 0;
      return id === 0 && isFull ? null : 'bad SETTINGS';
    }
    case TYPE.pushPromise:
      return 'PUSH_PROMISE, although pushes are off';
    case TYPE.ping:
      return id === 0 && length === 8 ? null : 'bad PING';
    case TYPE.goAway:
      return id === 0 && length >= 8 ? null : 'bad GOAWAY';
    case TYPE.windowUpdate:
      return length === 4 ? null : 'bad WINDOW_UPDATE';
    default:
      return null;
  }
}
