/** What the peer lets us do (RFC 9113, 6.5.2). */
import { FIRST_WINDOW, FRAME_BYTES, MAX_31, SETTING } from './frames.ts';

/** Of a server whose `maxStreams` is 0. */
export const NO_STREAMS = 'the server allows 0 streams at once (SETTINGS_MAX_CONCURRENT_STREAMS)';

/** Larger frames save nothing. */
const MOST_FRAME_BYTES = 65_536;

/** Until it says otherwise. */
export const FIRST_TABLE_BYTES = 4096;

export class PeerSettings {
  /** Streams that may be open at once. */
  maxStreams = Number.POSITIVE_INFINITY;
  /** Of each new stream. */
  initialWindow = FIRST_WINDOW;
  /** Largest payload of a frame that we send. */
  frameBytes = FRAME_BYTES;
  /** The least that its decoder has allowed for the table of header fields (RFC 7541, 4.2). */
  leastTableBytes = FIRST_TABLE_BYTES;

  /** Reads a payload of SETTINGS. Returns what is wrong, null when nothing is. */
  take(bytes: Buffer, start: number, end: number): string | null {
    for (let at = start; at < end; at += 6) {
      const value = bytes.readUInt32BE(at + 2);
      switch (bytes.readUInt16BE(at)) {
        case SETTING.headerTableSize:
          this.leastTableBytes = Math.min(this.leastTableBytes, value);
          break;
        case SETTING.enablePush:
          if (value !== 0) return `SETTINGS_ENABLE_PUSH ${value} from a server`;
          break;
        case SETTING.maxConcurrentStreams:
          this.maxStreams = value;
          break;
        case SETTING.initialWindowSize:
          if (value > MAX_31) return `SETTINGS_INITIAL_WINDOW_SIZE ${value}`;
          this.initialWindow = value;
          break;
        case SETTING.maxFrameSize:
          if (value < FRAME_BYTES || value > 0xff_ffff) return `SETTINGS_MAX_FRAME_SIZE ${value}`;
          this.frameBytes = Math.min(value, MOST_FRAME_BYTES);
      }
    }
    return null;
  }
}
