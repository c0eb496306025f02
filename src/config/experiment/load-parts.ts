/** Parts that several kinds of load have: what is sent, over what, and what is looked at in the answers. */
import * as z from 'zod';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';

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

export const logIn = {
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

/** Room in a fan-out's message for the number that tells it from the others. */
export const FEWEST_FAN_OUT_BYTES = 6;

export const WebSocketMessage = z.strictObject({
  /** Of a message of the user's own: before its values are filled in. */
  bytes: z.int().positive(),
  binary: z.boolean(),
  /** The user's own message, to which the server answers with any one. Absent: the generator's, which must come back as it is. */
  text: z.string().optional(),
});
export type WebSocketMessage = DeepReadonly<z.infer<typeof WebSocketMessage>>;
