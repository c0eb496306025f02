/**
 * What would mend a failed set-up. How it is recognised is in failures/cure-for.ts, the sentences are in report/cure-text.ts.
 */
import * as z from 'zod';
import { Form } from '../../config/settings/spelling.ts';
import { Answered, PeerCode } from '../../load/unexpected.ts';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';

/** `form`: how the settings that mend it are spelt; absent: not known, as in older files. */
function sign<Code extends string, Shape extends z.ZodRawShape>(code: Code, shape: Shape) {
  return z.strictObject({ code: z.literal(code), ...shape, form: Form.optional() });
}

/** What has services, or sessions, that run by themselves. */
export const ServiceTool = z.enum(['systemctl', 'systemd-run', 'service', 'supervisorctl', 'tmux']);
export type ServiceTool = z.infer<typeof ServiceTool>;

/** Runtimes that say by words of their own that a module is not there, and whose cure has commands of its own. */
export const MissingIn = z.enum(['python', 'ruby', 'erlang']);
export type MissingIn = z.infer<typeof MissingIn>;

export const Cure = z.discriminatedUnion('code', [
  /** An answer with another status than was expected. `good`: answers as expected before it. */
  /** `isSamePath`: to the path that was asked for; absent: to another, or it is not known. `isHandshake`: of a WebSocket. */
  sign('redirected', {
    answer: Answered,
    isSamePath: z.literal(true).optional(),
    isHandshake: z.literal(true).optional(),
  }),
  /** What answers the opening handshake of a WebSocket does not open one. */
  sign('handshake-refused', { answer: Answered }),
  /** What an answer's status, and what was printed with it, says of the request: see `failures/refusal.ts`. */
  sign('unknown-host', { answer: Answered }),
  /** `isCaptured`: though something was captured before the load. */
  sign('csrf', { answer: Answered, isCaptured: z.literal(true).optional() }),
  sign('conflict', { answer: Answered }),
  sign('deleted', { answer: Answered }),
  sign('too-large', { answer: Answered }),
  sign('invalid-body', { answer: Answered }),
  sign('database-locked', { answer: Answered }),
  sign('bad-request', { answer: Answered }),
  sign('unauthorized', { answer: Answered }),
  sign('login-expired', { answer: Answered, good: z.int().positive() }),
  sign('not-allowed', { answer: Answered }),
  sign('not-modified', { answer: Answered }),
  sign('upgrade-required', { answer: Answered }),
  sign('not-found', { answer: Answered }),
  sign('wrong-method', { answer: Answered }),
  sign('unavailable', { answer: Answered }),
  /** `good`: it answers others as expected; absent: none. */
  sign('server-error', { answer: Answered, good: z.int().positive().optional() }),
  sign('other-success', { answer: Answered }),
  /** A request before the load that logs in is refused. */
  sign('login-refused', { answer: Answered }),
  /** 429 at any time; after good answers 403, and 503, which may be a limit or too much load. */
  sign('rate-limited', { answer: Answered, good: z.int().nonnegative().nullable() }),
  /** Of several kinds of requests this one alone fails, by an error of the server. */
  sign('one-kind-fails', { answer: Answered, request: z.string() }),
  /** After so many good answers it closed every connection, and answered nothing more. */
  sign('cut-off', { good: z.int().positive() }),
  /** The server ended the connection of a request that may not be sent twice, without saying so. */
  sign('lost-only-once', {}),
  /** It serves so many connections at a time. */
  sign('few-connections', { served: z.int().positive() }),
  /** It accepts a connection, and does not finish its TLS handshake. */
  sign('handshake-unfinished', {}),
  /** What answers whether it is ready does not mean that it is. */
  sign('ready-answer', { answer: Answered }),
  /** It listens, and the line that is waited for has not come. `runtime`: what is known to keep its output back. */
  sign('output-kept-back', { runtime: z.enum(['python', 'ruby', 'perl']).nullable() }),
  /** A line has come that differs from the one that is waited for in small and capital letters alone. */
  sign('line-in-other-letters', {}),
  /** A command that does not run, or not to its end. */
  sign('command-not-found', {}),
  sign('not-executable', {}),
  /** The start command came to its end without an error, and nothing of it runs. */
  sign('ended-well', {}),
  /** A program of the start command has ended it when a time was over. */
  sign('time-limit', {}),
  sign('ignored-files-missing', { runtime: MissingIn.optional() }),
  /** The program that the start command names is not there, and others are. */
  sign('other-program', {}),
  sign('address-in-use', {}),
  /** It may not listen on its own port, as connections that it has closed keep that for a minute (TIME_WAIT). */
  sign('port-kept', {}),
  /** It counted as ready, did not answer as expected, and did a while later. `isCall`: of gRPC. */
  sign('ready-too-early', { isCall: z.literal(true).optional() }),
  /** Its own address is none that this user may listen on. */
  sign('address-not-allowed', {}),
  /** Its own address is none of this machine's. */
  sign('address-not-here', {}),
  /** It counted as ready, and then refused the load's first connections. */
  sign('closed-again', {}),
  /** Somebody was there before the start command. */
  sign('port-taken', {}),
  /** Its port is served by a process that it did not start. */
  sign('stranger', {}),
  /** The start command runs a container. */
  sign('container', {}),
  /** The start command has somebody else run it, who was there before and goes on. */
  sign('service', { tool: ServiceTool }),
  /** It may not read or write a file: it runs as another user, most often. */
  sign('may-not-read', {}),
  /** It answers 403 or 404, and a process of it may not enter the folder that its files are in: it runs as another user. */
  sign('shut-out', { answer: Answered }),
  /** PHP-FPM does not find the script that it is to run. */
  sign('script-unknown', { answer: Answered }),
  /** What it asks in its turn refuses the connection. `isBuild`: it is a build, before which nothing of the user's has run. */
  sign('friend-missing', { isBuild: z.literal(true).optional() }),
  /** It has no room for one more. */
  sign('friend-full', { isBuild: z.literal(true).optional() }),
  /** It does not know who asks, or not by this password. */
  sign('friend-login', { isBuild: z.literal(true).optional() }),
  /** It has no such database, table or queue. */
  sign('friend-empty', { isBuild: z.literal(true).optional() }),
  /** What it asks in its turn has ended while it was measured. */
  sign('friend-gone', {}),
  /** Of what it printed: see `failures/printed-signs.ts`. */
  sign('lockfile-behind', {}),
  sign('lockfile-missing', {}),
  sign('watchers-used-up', {}),
  sign('disk-full', {}),
  sign('files-used-up', {}),
  sign('connections-used-up', {}),
  sign('ports-used-up', {}),
  sign('pool-used-up', {}),
  sign('docker-missing', {}),
  sign('memory-out', {}),
  sign('interpreter-missing', {}),
  sign('other-machine', {}),
  sign('variable-missing', {}),
  sign('terminal-missing', {}),
  sign('host-unknown', { isBuild: z.literal(true).optional() }),
  sign('toolchain-other', {}),
  /** Of what a build printed: see `failures/build-signs.ts`. */
  sign('system-lacks', { what: z.enum(['protoc', 'c-compiler', 'library', 'header', 'program']) }),
  sign('source-closed', {}),
  sign('offline', {}),
  sign('folder-missing', {}),
  sign('of-go', { what: z.enum(['unknown-package', 'no-program']) }),
  sign('of-java', { what: z.enum(['jdk', 'room-for-heap', 'room-for-threads', 'program-in-jar']) }),
  sign('no-code', {}),
  /** What came of an answer is not all of it, and its time is over: `framing` says how its end would be known. */
  sign('unfinished-answer', {
    framing: z.enum(['length', 'chunked', 'close', 'unknown']),
    timeoutMs: z.number().positive(),
  }),
  /** Nothing came of an answer in its time. `isFirst`: and the next one came, so that only the first takes so long. `isOneOfMany`: others came in time. */
  sign('late-answer', {
    timeoutMs: z.number().positive(),
    isFirst: z.literal(true).optional(),
    isOneOfMany: z.literal(true).optional(),
  }),
  /** It is longer than the load takes: so many bytes of this part of it. */
  sign('answer-too-long', { part: z.enum(['head', 'chunks']), bytes: z.int().positive() }),
  /** It breaks the rules of its protocol. */
  sign('invalid-answer', {}),
  /** Nothing comes any more from one that has answered the same before. */
  sign('fell-silent', {}),
  /** It closes the connection of its first request, and nothing came of an answer. `isPrinted`: it has printed why. */
  sign('closed-unanswered', { isPrinted: z.literal(true).optional() }),
  /** It closes the connection while the body of the request is still being sent. */
  sign('closed-over-body', {}),
  /** More came than the answer says of itself. */
  sign('extra-bytes', {}),
  /** The load waits for itself: so many connections fit into the timeout, or such a timeout fits the connections. */
  sign('queue', { connections: z.int().positive(), timeoutMs: z.number().positive() }),
  /** Its queue of new connections is full: so many may wait. */
  sign('listen-queue', { connections: z.int().positive() }),
  /** The server has ended requests by an error code of its protocol. `isAlone`: one at a time, before there was any load. */
  sign('peer-code', { name: PeerCode, isAlone: z.literal(true).optional() }),
  /** The server has closed a WebSocket by this code, or without one (1006), and answered no more. */
  sign('websocket-closed', { closeCode: z.int() }),
  /** It sends something else back than the generator's own message, or nothing. `isOwn`: nothing for a message of the user's own. */
  sign('not-echoed', { came: z.boolean(), isOwn: z.literal(true).optional() }),
  /** The same of a fan-out: what reaches the others. */
  sign('not-delivered', { came: z.boolean(), isOwn: z.literal(true).optional() }),
  /** It ended before it answered one of the generator's own messages, which it may not have understood. */
  sign('ended-over-message', {}),
  /** It sends the message back as this type, which is not the one that it was sent as. */
  sign('echoed-otherwise', { as: z.enum(['text', 'binary']) }),
  /** Most messages came back, and others came now and then. */
  sign('other-messages', {}),
  /** The handshake of a WebSocket came off on terms that were not offered. */
  sign('handshake-terms', { about: z.enum(['subprotocol', 'extension']) }),
  /** It has ended, and what it printed names nothing that is known. */
  sign('see-output', {}),
  /** It was started again each time, and what the supervisor printed does not say why it ended. */
  sign('kept-by-supervisor', {}),
  /** A `before` that does not come to its end. */
  sign('before-endless', {}),
  /** Each build works alone, and one of them fails beside the other. */
  sign('not-side-by-side', {}),
  /** One of them ended while both were loaded, and goes on for longer by itself. */
  sign('ended-beside', {}),
]);
export type Cure = DeepReadonly<z.infer<typeof Cure>>;
