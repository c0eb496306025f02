/** What is said of a message that nobody asked for. Pure. */
import { excerpt } from './message.ts';

/** Of a fan-out, where it may also be one that has come before. */
export const TWICE_OR_UNASKED = 'a message came twice, or nobody asked for it:';

/** How Engine.IO, on which Socket.IO stands, opens a session. */
const ENGINE_IO = '0{"sid":';

export function strayText(came: Buffer, binary: boolean): string {
  const isEngineIo = !binary && came.toString('utf8', 0, ENGINE_IO.length) === ENGINE_IO;
  const cure = isEngineIo
    ? 'It opens a session of Socket.IO, which speaks a protocol of its own over WebSocket: load it by a `command`, with the script of "Socket.IO" in docs/load-tools.md'
    : 'A server that sends messages of its own, such as a greeting or heartbeats, fits no load of questions and answers: have it send none in this run (a setting in `env`), or load it by a `command`. A chat, which sends on to the others what one client says, is loaded by `mode: fan-out` with a `message` of yours';
  return `a message that nobody asked for: ${excerpt(came, binary)}. ${cure}`;
}
