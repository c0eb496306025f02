/** Where the output of what is started goes: a file, which outlives whoever writes and never blocks. */
import { fstatSync, openSync, readSync, writeFileSync } from 'node:fs';

/** The end of a file that messages are cut from. */
const TAIL_BYTES = 8192;
/** A trace of Spring has a hundred frames of 130 bytes, and why it is there stands above them. */
const TRACE_BYTES = 64 * 1024;
/** A longer secret would not be taken out where the end of a file begins within it. */
const LONGEST_SECRET_BYTES = 16 * 1024;
/** Lines of it that a message carries. */
const TAIL_LINES = 15;
/**
 * A line of a stack trace, as Node.js, the JVM and .NET print it, Ruby, Elixir, PHP and sanitizers of C: below the message that the reader needs.
 * With a number in front a step of `docker build` prints its lines as well, and these are the message.
 */
const FRAME =
  /^\s+at \S|^\s+from \S+:\d+|^\s+\([\w.]+ [\w.+-]+\) \S+:\d+: |^\s*#\d+ +(?:0x[\da-f]+ |\S+\(\d+\): |\[internal function\]: |\{main\})/;
/** Frames of one trace that are kept: the first are the nearest to the mistake. */
const FRAMES_KEPT = 3;
/** These begin with a line of their own, below the message, and the frames of the runtime come first. */
const TRACES = [
  // Go. Each frame has two lines.
  {
    begins: /^goroutine \d+ .*\[.*\]:$/,
    frame: /^\t\S+:\d+|^created by \S+|^\S+\(.*\)$/,
  },
  // Rust, with RUST_BACKTRACE. Each frame has two lines where the program has its line numbers.
  { begins: /^stack backtrace:$/, frame: /^ +\d+: \S|^\s+at \S/ },
];
const LINES_KEPT = 8;

/**
 * An emptied file, to be given to a child as stdout and stderr and to be read with `tailOf`. Writes
 * are appended, so that a program that opens /dev/stdout once more overwrites nothing.
 */
export function openOutput(file: string): number {
  writeFileSync(file, '');
  return openSync(file, 'a+');
}

/**
 * What was written last. A line whose beginning is too far back is left out, as half of a secret would not be masked; if there is no other,
 * as of a server that prints its errors as one line of JSON, the end of it is there, from a whole word on. `withoutSecrets` takes them out of
 * that line before it is cut: one may have several words.
 */
export function tailOf(fd: number, withoutSecrets: (text: string) => string): string {
  let bytes = TAIL_BYTES;
  let { text, isAll } = endOf(fd, bytes);
  while (!isAll && bytes < TRACE_BYTES && hasFramesAlone(text)) {
    bytes *= 2;
    ({ text, isAll } = endOf(fd, bytes));
  }
  if (isAll) return text;
  const [, ...lines] = text.split('\n');
  const whole = lines.join('\n');
  if (whole.trim() !== '') return whole;
  const longer = withoutSecrets(endOf(fd, TAIL_BYTES + LONGEST_SECRET_BYTES).text);
  return `…${longer.slice(-TAIL_BYTES).replace(/^[^\s"'<>]*/, '')}`;
}

/** It begins and ends within one trace. */
function hasFramesAlone(text: string): boolean {
  const [, ...lines] = text.split('\n');
  return (
    lines.some((line) => FRAME.test(line)) &&
    lines.every((line) => line.trim() === '' || FRAME.test(line))
  );
}

function endOf(fd: number, bytes: number): { text: string; isAll: boolean } {
  const { size } = fstatSync(fd);
  const buffer = Buffer.alloc(Math.min(size, bytes));
  const length = readSync(fd, buffer, 0, buffer.length, size - buffer.length);
  return { text: buffer.toString('utf8', 0, length), isAll: size <= buffer.length };
}

/** The last lines, with long stack traces cut short and a line that comes again and again told once; none when there is nothing but white space. */
export function lastLines(output: string): string[] {
  const lines = toldOnce(withShortTraces(output.trimEnd().split('\n'))).slice(-TAIL_LINES);
  return lines.join('').trim() === '' ? [] : lines;
}

/** What a server prints for each request that fails would leave no room for what it printed before. */
function toldOnce(lines: readonly string[]): string[] {
  return lines.flatMap((line, i) => {
    if (line !== lines[i - 1] || line.trim() === '') return [line];
    if (line === lines[i - 2]) return [];
    return line === lines[i + 1] ? ['    … (repeated)'] : [line];
  });
}

function withShortTraces(lines: readonly string[]): string[] {
  const shown: string[] = [];
  let frames = 0;
  let inside: (typeof TRACES)[number] | null = null;
  for (const line of lines) {
    const begun = TRACES.find(({ begins }) => begins.test(line)) ?? null;
    if (begun !== null || !inside?.frame.test(line)) inside = begun;
    const kept = inside === null ? FRAMES_KEPT : LINES_KEPT;
    if (begun !== null || (inside === null && !FRAME.test(line))) frames = 0;
    else if (++frames === kept + 1) shown.push('    …');
    if (frames <= kept) shown.push(line);
  }
  return shown;
}
