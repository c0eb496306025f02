/**
 * The one way into a log that a GitHub runner may read. Once it is guarded, whatever anyone writes to standard output or
 * standard error (progress, reports, a library's warning, a stack trace) is text and never a command; commands have a door
 * of their own.
 */
import { StringDecoder } from 'node:string_decoder';
import { harmless } from './harmless.ts';

/** What is needed of `process.stdout`. */
export interface LogStream {
  write(text: string): unknown;
}

/** The runner's commands that this program gives. */
export interface Command {
  name: 'error' | 'warning' | 'notice' | 'group' | 'endgroup';
  /** Such as `title`, `file` and `line`; what is undefined is left out. */
  properties?: Readonly<Record<string, string | number | undefined>>;
  text?: string;
}

/** How a guarded stream is written to past its guard, and whether its last line is still open. */
const doors = new WeakMap<object, { write: (text: string) => unknown; isOpen: () => boolean }>();

type Write = (
  chunk: string | Uint8Array,
  encoding?: BufferEncoding | WriteCallback,
  callback?: WriteCallback,
) => boolean;
type WriteCallback = (error?: Error | null) => void;

/** From now on, whoever writes to these streams writes text only. To be called before anything is written. */
export function guardLog(streams: Iterable<LogStream> = [process.stdout, process.stderr]): void {
  for (const stream of streams) {
    if (!doors.has(stream)) guard(stream as { write: Write });
  }
}

function guard(stream: { write: Write }): void {
  const write: Write = stream.write.bind(stream);
  const neutralise = harmless();
  const bytes = new StringDecoder('utf8');
  let last = '\n';
  const pass = (text: string, callback?: WriteCallback) => {
    last = text.at(-1) ?? last;
    return write(text, callback);
  };
  stream.write = (chunk, encoding, callback) => {
    const text =
      typeof chunk === 'string'
        ? chunk
        : bytes.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    return pass(neutralise(text), typeof encoding === 'function' ? encoding : callback);
  };
  doors.set(stream, {
    write: (text) => {
      // What follows a command is a new line, whatever stood before it.
      neutralise('\n');
      pass(text);
    },
    isOpen: () => last !== '\n' && last !== '\r',
  });
}

/**
 * Lets what `give` writes at once through as it is: for GitHub's own library, which writes its commands itself. What it is
 * given must hold no `##[` (`harmlessText`). Nothing else can write meanwhile, as `give` does not wait for anything.
 */
export function letThrough(stream: LogStream, give: () => void): void {
  const door = doors.get(stream);
  if (door === undefined) {
    give();
    return;
  }
  if (door.isOpen()) door.write('\n');
  const guarded = stream.write;
  stream.write = (text: string) => door.write(text);
  try {
    give();
  } finally {
    stream.write = guarded;
  }
}

/** Without the older of the runner's two forms of a command, which it finds anywhere in a line. */
export function harmlessText(text: string): string {
  return text.replaceAll('##[', '## [');
}

/** Gives the runner a command. On a stream that nobody guards it is written as any other line. */
export function issueCommand(stream: LogStream, command: Command): void {
  const door = doors.get(stream);
  const line = `${commandLine(command)}\n`;
  if (door === undefined) stream.write(line);
  else door.write(door.isOpen() ? `\n${line}` : line);
}

/** As the runner's parser undoes it. It shows the text in the log, where a page folds and colours by `##[…]`. */
function commandLine({ name, properties = {}, text = '' }: Command): string {
  const given = Object.entries(properties)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => `${key}=${inProperty(String(value))}`);
  const head = given.length === 0 ? name : `${name} ${given.join(',')}`;
  return `::${head}::${inData(text)}`;
}

function inData(text: string): string {
  return harmlessText(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function inProperty(text: string): string {
  return inData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
