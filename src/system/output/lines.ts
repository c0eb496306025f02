/** Output of a process, cut into lines. */
import { StringDecoder } from 'node:string_decoder';

/** Longer lines are cut into pieces, so that a program without line ends cannot fill memory. */
const LONGEST = 16_384;

/**
 * Calls `onLine` for each full line, without its line end; `flush` passes on an unfinished one.
 * Of a progress bar that rewrites its line with carriage returns, only the last state is a line.
 */
export function lineSplitter(onLine: (line: string) => void) {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const emit = (line: string) => {
    const shown = line.replace(/\r+$/, '');
    onLine(shown.slice(shown.lastIndexOf('\r') + 1));
  };
  const take = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) emit(line);
    while (rest.length > LONGEST) {
      emit(rest.slice(0, LONGEST));
      rest = rest.slice(LONGEST);
    }
  };
  return {
    write(chunk: Buffer): void {
      take(decoder.write(chunk));
    },
    flush(): void {
      take(decoder.end());
      if (rest !== '') emit(rest);
      rest = '';
    },
  };
}
