/** A program under test: how it is built, started, awaited and ended. */

import * as z from 'zod';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import { WithheldValues } from './withheld-values.ts';

/** Where a server listens. `port`: the gate chooses one for each arm and passes it in `PORT`. */
const Listen = z.discriminatedUnion('kind', [
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

/** How a profile is taken of a slowdown, after the verdict; at least one of the two commands is there. */
const Profile = z.strictObject({
  /** Run beside the loaded server; null: `start` does it all. */
  command: z.string().nullable(),
  /** Starts the server in place of its own `start`; null: that one does. */
  start: z.string().nullable(),
  durationMs: z.number().positive(),
});
export type Profile = DeepReadonly<z.infer<typeof Profile>>;

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
  /** Absent: none is taken. */
  profile: Profile.optional(),
  contenders: z.strictObject({ base: Contender, head: Contender }).optional(),
  withheld: WithheldValues,
});
export type Server = DeepReadonly<z.infer<typeof Server>>;
