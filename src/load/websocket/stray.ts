/** What is said of a message that nobody asked for. Pure. */
import { excerpt } from './message.ts';

/** How Engine.IO, on which Socket.IO stands, opens a session. */
const ENGINE_IO = '0{"sid":';

export function strayText(came: Buffer, binary: boolean): string {
  const isEngineIo = !binary && came.toString('utf8', 0, ENGINE_IO.length) === ENGINE_IO;
  const cure = isEngineIo
    ? 'It opens a session of Socket.IO, which speaks a protocol of its own over WebSocket: load it by a `command`, with the script of "Socket.IO" in docs/load-tools.md'
    : 'A server that sends messages of its own, such as a greeting or heartbeats, fits no load of questions and answers: have it send none in this run (a setting in `env`), or load it by a `command`';
  return `a message that nobody asked for: ${excerpt(came, binary)}. ${cure}`;
}
