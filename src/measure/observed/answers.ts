/** What a measurement keeps of a comparison of answers: places and kinds of values, and no value that a server sent. */
import * as z from 'zod';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';

export const AnswerDifference = z.strictObject({
  /** The request as reports show it: `GET /items?…`. */
  request: z.string(),
  /**
   * `content`: what a user of the server gets. `form`: other fields of the head, and how the body was packed.
   */
  of: z.enum(['content', 'form']),
  /** `status`, `header content-type`, `$.items[0].price`, `body, byte 17 (line 2)`. */
  at: z.string(),
  /** What kind of value each arm answers: `200`, `a number`, `text of 12 characters`, `nothing`. */
  base: z.string(),
  head: z.string(),
});
export type AnswerDifference = DeepReadonly<z.infer<typeof AnswerDifference>>;

const ERROR_FORMS = ['errors', 'json-rpc', 'envelope', 'php', 'trace'] as const;
/**
 * `errors`: a list of errors and no data, as GraphQL over HTTP answers a request that it cannot execute with status 200
 * (https://graphql.github.io/graphql-over-http/draft/). `json-rpc`: `error` of JSON-RPC 2.0 (https://www.jsonrpc.org/specification).
 * `envelope`: `ok: false`, `success: false` or `status: "error"` with a reason, as APIs say it that answer everything with status 200.
 * `php`: the line of a fatal error of PHP. `trace`: it begins with what a runtime says of code that failed.
 */
export type ErrorForm = (typeof ERROR_FORMS)[number];

/** No protocol has it so: code that failed was shown in place of an answer. */
export function ofFailedCode(form: ErrorForm): boolean {
  return form === 'php' || form === 'trace';
}

/** A kind of request that both arms answer by an error each time, and by a status that says otherwise. */
export const AnsweredByError = z.strictObject({
  /** As reports show it. */
  request: z.string(),
  form: z.enum(ERROR_FORMS),
});
export type AnsweredByError = DeepReadonly<z.infer<typeof AnsweredByError>>;

/** Octaves of lengths of bodies, ascending. */
const Sizes = z.strictObject({
  base: z.array(z.int().nonnegative()),
  head: z.array(z.int().nonnegative()),
});

export const AnswersObserved = z.strictObject({
  /** Kinds of requests of the scenario, and those of them that both arms were asked for. */
  kinds: z.int().nonnegative(),
  compared: z.int().nonnegative(),
  /** Of these kinds together: ids, rows and new values, each once. Absent in files of older versions. */
  values: z.int().nonnegative().optional(),
  /** Whole answers that were looked at. */
  answers: z.strictObject({ base: z.int().nonnegative(), head: z.int().nonnegative() }),
  /** Starts of base's server that they came from. */
  starts: z.int().nonnegative(),
  /** Of what servers gave before their load. Absent in files of older versions. */
  unloadedSizes: Sizes.optional(),
  /** Of what the same ones gave at the end of the pilot run. Absent in files of older versions. */
  laterSizes: Sizes.optional(),
  /** The first few, those of the content first. */
  differences: z.array(AnswerDifference),
  /** How many there are, listed or not. */
  content: z.int().nonnegative(),
  form: z.int().nonnegative(),
  /** Absent: none, or a file of an older version. */
  byError: z.array(AnsweredByError).optional(),
});
export type AnswersObserved = DeepReadonly<z.infer<typeof AnswersObserved>>;
