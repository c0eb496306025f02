/** A load: which requests or messages, over which protocol, by how many connections. */

import * as z from 'zod';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import { Answers, Data, HttpRequest, logIn, Tls, WebSocketMessage } from './load-parts.ts';
import { WithheldValues } from './withheld-values.ts';

export * from './load-parts.ts';

export const Protocol = z.enum(['http1', 'http2', 'http3', 'websocket']);
export type Protocol = DeepReadonly<z.infer<typeof Protocol>>;

/**
 * Latency is measured in an open loop beside the closed one: sent on schedule at a fixed rate, timed from
 * the intended send.
 */
export const Latency = z.strictObject({
  /** Requests or messages per second, the same for both arms; null: a share of what base can serve. */
  perSecond: z.number().positive().nullable(),
});
export type Latency = DeepReadonly<z.infer<typeof Latency>>;

/** Cores that the servers are pinned to; null: half of those that there are. */
const serverCores = z.int().positive().nullable();

/** Closed loop: every stream of every connection sends its next request when the last is answered. */
export const HttpScenario = z.strictObject({
  kind: z.literal('http'),
  name: z.string(),
  protocol: z.enum(['http1', 'http2', 'http3']),
  /** `autocannon` speaks HTTP/1.1 only. */
  engine: z.enum(['builtin', 'autocannon']),
  /** Null: cleartext (for HTTP/2 with prior knowledge). HTTP/3 always has it. */
  tls: Tls.nullable(),
  connections: z.int().positive(),
  /** False: nobody asked for so many, and fewer will do for a slow server. Absent: the user did. */
  connectionsNamed: z.boolean().optional(),
  /** Requests in flight on each connection; 1 for HTTP/1.1. */
  streams: z.int().positive(),
  /** A request without a complete answer after this long is an error. */
  timeoutMs: z.number().positive(),
  /** Sent in an order that is random, weighted, and the same for both arms. */
  requests: z.array(HttpRequest).min(1),
  ...logIn,
  /** Rows of which each request that names a column takes the next one. Absent: none. */
  data: Data.optional(),
  /** Absent: they must be the same. */
  answers: Answers.optional(),
  /** Null: not measured. Always null for autocannon. */
  latency: Latency.nullable(),
  /** Each arm is also loaded without a break for so long, for stalls and spread; null: not. */
  steadyMs: z.number().positive().nullable(),
  serverCores,
  withheld: WithheldValues,
});
export type HttpScenario = DeepReadonly<z.infer<typeof HttpScenario>>;

/** Closed loop of WebSocket messages. The unit of work is a message received as expected. */
export const WebSocketScenario = z.strictObject({
  kind: z.literal('websocket'),
  name: z.string(),
  protocol: z.literal('websocket'),
  /**
   * `echo`: every connection sends its next message when the last came back.
   * `fan-out`: one more connection sends, and each message must reach all others; the next one is
   * sent when it has. What the sender itself receives is not looked at.
   */
  mode: z.enum(['echo', 'fan-out']),
  tls: Tls.nullable(),
  path: z.string(),
  /** Of the opening handshake. */
  headers: z.record(z.string(), z.string()),
  subprotocol: z.string().nullable(),
  ...logIn,
  /** Echoing connections, or receivers. */
  connections: z.int().positive(),
  message: WebSocketMessage,
  /** Rows for messages of the user's own. Absent: none. */
  data: Data.optional(),
  /** Absent: they must be the same. */
  answers: Answers.optional(),
  /** A message that has not come after this long is lost. */
  timeoutMs: z.number().positive(),
  /** As for HTTP. Always null for a fan-out, whose sender waits for its receivers. */
  latency: Latency.nullable(),
  steadyMs: z.number().positive().nullable(),
  serverCores,
  withheld: WithheldValues,
});
export type WebSocketScenario = DeepReadonly<z.infer<typeof WebSocketScenario>>;

/** What a load tool prints, and how it is read. `lines`: `metric value unit` per line. */
export const CommandOutput = z.enum([
  'wrk',
  'oha',
  'k6',
  'h2load',
  'vegeta',
  'autocannon',
  'lines',
]);
export type CommandOutput = DeepReadonly<z.infer<typeof CommandOutput>>;

/** Another load tool: one run of the command is one slice. */
export const CommandScenario = z.strictObject({
  kind: z.literal('command'),
  name: z.string(),
  /** What the server speaks: for `{url}` and for knowing that it is ready. */
  protocol: Protocol,
  tls: Tls.nullable(),
  /** Runs in the root of the head's tree, for both arms. */
  command: z.string(),
  output: CommandOutput,
  /** Path in `{url}`. */
  path: z.string(),
  /** A run that takes longer is ended, and an error. */
  timeoutMs: z.number().positive(),
  /** Absent: they must be the same. */
  answers: Answers.optional(),
  serverCores,
  withheld: WithheldValues,
});
export type CommandScenario = DeepReadonly<z.infer<typeof CommandScenario>>;

/**
 * Many connections, opened at a fixed rate and kept, with a few requests or messages at a fixed rate. The arms
 * are always measured one after the other, in random order.
 */
export const HoldScenario = z.strictObject({
  kind: z.literal('hold'),
  name: z.string(),
  protocol: z.enum(['http1', 'websocket']),
  tls: Tls.nullable(),
  connections: z.int().positive(),
  /** Connections per second while they are opened. */
  openPerSecond: z.number().positive(),
  /** How long all of them are kept and used. */
  holdMs: z.number().positive(),
  /** Requests or messages per second over all connections while they are held. */
  perSecond: z.number().positive(),
  /** A connection that is not open, and a request that is not answered, after this long has failed. */
  timeoutMs: z.number().positive(),
  ...logIn,
  /** As for HTTP. */
  data: Data.optional(),
  answers: Answers.optional(),
  /** What is sent: of HTTP. Null for WebSocket. */
  request: HttpRequest.nullable(),
  /** What is sent, and echoed: of WebSocket. Null for HTTP. */
  socket: z
    .strictObject({
      path: z.string(),
      headers: z.record(z.string(), z.string()),
      subprotocol: z.string().nullable(),
      message: WebSocketMessage,
    })
    .nullable(),
  serverCores,
  withheld: WithheldValues,
});
export type HoldScenario = DeepReadonly<z.infer<typeof HoldScenario>>;

/** A load shape. */
export const Scenario = z.discriminatedUnion('kind', [
  HttpScenario,
  WebSocketScenario,
  CommandScenario,
  HoldScenario,
]);
export type Scenario = DeepReadonly<z.infer<typeof Scenario>>;
