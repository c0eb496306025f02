/** Looks for a line in a file that somebody still writes. */
import { fstatSync, readSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/** Of one look; what is beyond is read by the next. */
const CHUNK_BYTES = 1 << 20;
/** A longer line is looked at in pieces. */
const LONGEST_LINE = 64 * 1024;

/** True from the first call on at which a line was there that passes, also one that is not ended yet. Colours do not count. */
export function watchLines(
  fd: number,
  anyPasses: (lines: readonly string[]) => boolean,
): () => boolean {
  let at = 0;
  let rest = '';
  let isFound = false;
  const decoder = new TextDecoder();
  return () => {
    if (isFound) return true;
    const { size } = fstatSync(fd);
    // Somebody has cut the file short.
    if (size < at) [at, rest] = [0, ''];
    while (at < size && !isFound) {
      const buffer = Buffer.alloc(Math.min(size - at, CHUNK_BYTES));
      const length = readSync(fd, buffer, 0, buffer.length, at);
      if (length === 0) break;
      at += length;
      const text = rest + decoder.decode(buffer.subarray(0, length), { stream: true });
      const lines = stripVTControlCharacters(text).split(/\r\n|[\r\n]/);
      isFound = anyPasses(lines);
      rest = (lines.at(-1) ?? '').slice(-LONGEST_LINE);
    }
    return isFound;
  };
}
