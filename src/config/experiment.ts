/**
 * The validated record that drives everything: which servers, which load, which rule.
 * Defaults are filled in and units are fixed here (milliseconds, fractions, bytes), so that no
 * later stage parses, guesses or defaults anything again.
 */

import { z } from 'zod';
import type { DeepReadonly } from '../terms/deep-readonly.ts';
import { Beside } from './beside.ts';
import { Claim } from './claims/claim.ts';
import { GateableMetric, LimitMetric, ToleranceMetric } from './metrics.ts';

/** Where a server listens. `port`: the gate chooses one for each arm and passes it in `PORT`. */
export const Listen = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('port') }),
  /** A port that cannot be changed, so that both arms can never live at once. */
  z.strictObject({ kind: z.literal('fixed'), port: z.int().min(1).max(65_535) }),
  /** A Unix socket, whose path the gate chooses and passes in `SOCKET` and `{socket}`. */
  z.strictObject({ kind: z.literal('socket') }),
]);
export type Listen = DeepReadonly<z.infer<typeof Listen>>;

/**
 * How the arms of a block meet. `live`: both run at once and slices alternate between them.
 * `exclusive`: one after the other, in random order, for servers that cannot live side by side.
 */
export const Pairs = z.enum(['live', 'exclusive']);
export type Pairs = DeepReadonly<z.infer<typeof Pairs>>;

/**
 * `salt:hash` of the values that a file does not hold, which stand there as `…`; none in memory, where all values are,
 * and none where nothing was left out.
 */
const withheld = z
  .string()
  .regex(/^[0-9a-f]{32}:[0-9a-f]{64}$/)
  .optional();

/** All that is given here must be so, of a server that listens. Measurements of older versions have the path alone. */
const ready = z.strictObject({
  /** A path, or a whole URL, that is asked for until it answers; null: nothing is asked. */
  path: z.string().nullable(),
  method: z.string().default('GET'),
  headers: z.record(z.string(), z.string()).default({}),
  /** Status that counts as ready, or several as text (`200, 3xx`: `statuses.ts`); null: any answer below 500. */
  status: z.union([z.int(), z.string()]).nullable(),
  /** How often in a row it must answer so. */
  times: z.int().positive().default(1),
  /** What a line of its output must have, a text or `/regex/`; null: the output does not matter. */
  log: z.string().nullable().default(null),
  /** A command that must succeed; null: none is run. */
  command: z.string().nullable().default(null),
  timeoutMs: z.number().positive(),
});
export type Ready = DeepReadonly<z.infer<typeof ready>>;

/** How a server is ended. */
const stop = z.strictObject({
  /** "SIGTERM". */
  signal: z.string(),
  /** How long it may take to end, before it is killed. */
  timeoutMs: z.number().positive(),
  /** Run in place of the signal; null: none. */
  command: z.string().nullable(),
});
export type Stop = DeepReadonly<z.infer<typeof stop>>;

/** What every server had before it could be chosen. */
const OLDER_STOP: Stop = { signal: 'SIGTERM', timeoutMs: 3000, command: null };

/** How a program under test is built, started and prepared. */
const program = {
  /** Folder inside the tree, relative to its root, in which every command runs. */
  workdir: z.string(),
  build: z.string().nullable(),
  /** Of `build` and of `before`, each once; measurements of older versions do not say. */
  buildTimeoutMs: z.number().positive().default(1_800_000),
  start: z.string(),
  listen: Listen,
  ready,
  stop: stop.default(OLDER_STOP),
  env: z.record(z.string(), z.string()),
  /** Runs once per arm before that arm's first start. */
  before: z.string().nullable(),
  /** Runs once per arm after that arm's last stop, also after a failure. */
  after: z.string().nullable(),
};

/** A server under a name of its own, which is compared with another one and not with its own past. */
export const Contender = z.strictObject({
  /** What reports call it, and claims. */
  name: z.string(),
  /** Root of its project, relative to the arm's tree; `workdir` is inside of it. */
  root: z.string(),
  ...program,
});
export type Contender = DeepReadonly<z.infer<typeof Contender>>;

/**
 * A program under test. In every command and value, `{port}`, `{socket}`, `{arm}` and `{dir}` are replaced.
 * With `contenders` it is a pair of two: each arm has a program of its own (`contenders.ts`), and the keys here are base's.
 */
export const Server = z.strictObject({
  name: z.string(),
  ...program,
  pairs: Pairs,
  /** How long it is loaded before it is measured; absent: as long as the pilot run saw it take. */
  warmUpMs: z.number().positive().optional(),
  contenders: z.strictObject({ base: Contender, head: Contender }).optional(),
  withheld,
});
export type Server = DeepReadonly<z.infer<typeof Server>>;

/** How the generator checks a certificate. The load never leaves the loopback interface. */
export const Tls = z.strictObject({
  /** Any certificate will do. Otherwise it must lead to an authority that is trusted. */
  acceptSelfSigned: z.boolean(),
  /** Authorities to trust, PEM text; null: those of Node.js. */
  ca: z.string().nullable(),
  /** Name that is sent (SNI) and that the certificate must have. */
  serverName: z.string(),
  /** The client's own certificate and its key, which is not encrypted, PEM text. Absent: it has none. */
  client: z.strictObject({ cert: z.string(), key: z.string() }).optional(),
});
export type Tls = DeepReadonly<z.infer<typeof Tls>>;

/** A file of the head's tree that is sent as a body, byte for byte, to both arms. */
export const BodyFile = z.strictObject({
  /** Relative to the root of the tree. */
  path: z.string(),
  bytes: z.int().nonnegative(),
  sha256: z.string(),
});
export type BodyFile = DeepReadonly<z.infer<typeof BodyFile>>;

/** One kind of request of a scenario, with the answer that it must get. */
export const HttpRequest = z.strictObject({
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  /** At most one of these two is set. */
  body: z.string().nullable(),
  bodyFile: BodyFile.nullable(),
  /** How often it is sent, relative to the scenario's other requests. */
  weight: z.int().positive(),
  /** `{id}` in path, header values and body stands for a whole number of this range; null: it stands for itself. */
  ids: z.strictObject({ from: z.int().nonnegative(), to: z.int().nonnegative() }).nullable(),
  expect: z.strictObject({
    status: z.int(),
    /** Exact body; null: any. */
    body: z.string().nullable(),
  }),
  /** `{uuid}`, `{n}` and the like in path, header values and body are filled in anew each time. Absent: there are none. */
  hasValues: z.literal(true).optional(),
});
export type HttpRequest = DeepReadonly<z.infer<typeof HttpRequest>>;

/** One request of those that are sent once to a server before its load. */
export const BeforeLoad = z.strictObject({
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
  /** Null: any below 400. */
  status: z.int().nullable(),
  /** By name: `$.access_token`, `header x-csrf`, `cookie session`. */
  capture: z.record(z.string(), z.string()),
});
export type BeforeLoad = DeepReadonly<z.infer<typeof BeforeLoad>>;

const logIn = {
  /** In their order; absent: none. */
  beforeLoad: z.array(BeforeLoad).optional(),
  /** The cookies that they get are sent with every request; absent: no. */
  cookies: z.literal(true).optional(),
};

/** A CSV file, and what is in it. */
export const Data = z.strictObject({
  file: z.string(),
  columns: z.array(z.string()),
  rows: z.array(z.array(z.string())),
});
export type Data = DeepReadonly<z.infer<typeof Data>>;

/** Whether head must answer as base does. */
export const Answers = z.strictObject({
  compare: z.enum(['same', 'may-differ', 'ignore']),
  /** Places that may differ all the same: `$.version`, `header x-build`. */
  except: z.array(z.string()),
});
export type Answers = DeepReadonly<z.infer<typeof Answers>>;

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
  withheld,
});
export type HttpScenario = DeepReadonly<z.infer<typeof HttpScenario>>;

/** Room in a fan-out's message for the number that tells it from the others. */
export const FEWEST_FAN_OUT_BYTES = 6;

export const WebSocketMessage = z.strictObject({ bytes: z.int().positive(), binary: z.boolean() });
export type WebSocketMessage = DeepReadonly<z.infer<typeof WebSocketMessage>>;

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
  /** A message that has not come after this long is lost. */
  timeoutMs: z.number().positive(),
  /** As for HTTP. Always null for a fan-out, whose sender waits for its receivers. */
  latency: Latency.nullable(),
  steadyMs: z.number().positive().nullable(),
  serverCores,
  withheld,
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
  serverCores,
  withheld,
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
  withheld,
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

/** Files of older versions have no tolerance for what was measured first by a later one. */
function withLater(tolerance: unknown): unknown {
  const isMap = typeof tolerance === 'object' && tolerance !== null;
  return isMap ? { 'cpu-beside': 0.05, ...tolerance } : tolerance;
}

export const Gate = z.strictObject({
  /** Measuring time per subject, builds excluded. */
  budgetMs: z.number().positive(),
  /**
   * Largest acceptable change per metric: a fraction in the metric's own direction (0.05 = 5 %), below 1
   * for throughput; of `memory-growth`, which is compared by difference, in its unit.
   */
  tolerance: z.preprocess(withLater, z.record(ToleranceMetric, z.number().gt(0))),
  /** Largest acceptable value of head per metric, in its unit. */
  limits: z.record(LimitMetric, z.number().nonnegative()),
  /** Probability that a job over unchanged code has any false regression. */
  falseAlarmRate: z.number().gt(0).lt(0.5),
  /** Metrics that can fail the job. The others are shown. */
  metrics: z.array(GateableMetric).min(1),
  /**
   * The user named them. Of the default list, one that is too noisy to be decided within the budget is not judged; a named one
   * leaves the verdict inconclusive. Absent in files of older versions, which took every metric for named.
   */
  metricsNamed: z.boolean().optional(),
  /**
   * Go on for the other metrics of a subject that one has shown to be a regression. Absent in files of older versions, which
   * always did.
   */
  measureAll: z.boolean().optional(),
  failOnInconclusive: z.boolean(),
  failOnNoBaseline: z.boolean(),
  /** Measuring time over all subjects together, builds excluded; null: each subject's own budget is the only limit. */
  jobBudgetMs: z.number().positive().nullable(),
  /** `confirm-on-fresh-runner`: a regression blocks only after a measurement on another runner has confirmed it. */
  onRegression: z.enum(['fail', 'confirm-on-fresh-runner']),
});
export type Gate = DeepReadonly<z.infer<typeof Gate>>;

/** One server under one scenario: what gets a verdict. Written `server/scenario`. */
export const SubjectId = z.strictObject({ server: z.string(), scenario: z.string() });
export type SubjectId = DeepReadonly<z.infer<typeof SubjectId>>;

export const Experiment = z.strictObject({
  servers: z.array(Server).min(1),
  scenarios: z.array(Scenario).min(1),
  subjects: z.array(SubjectId).min(1),
  gate: Gate,
  /** What runs beside the servers, and belongs to what is measured; absent where nothing is named. */
  beside: z.array(Beside).optional(),
  /** What is said to be so of the servers. Files of older forms have none. */
  claims: z.array(Claim).default([]),
});
export type Experiment = DeepReadonly<z.infer<typeof Experiment>>;

export function subjectName(subject: SubjectId): string {
  return `${subject.server}/${subject.scenario}`;
}
