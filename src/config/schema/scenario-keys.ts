/** Keys that several kinds of scenario share. */
import * as z from 'zod';
import * as quantity from '../values/quantities.ts';
import * as value from '../values/values.ts';
import { answers } from './answers-schema.ts';
import { beforeLoad } from './before-load-schema.ts';

/** Kinds of requests of one scenario: more would make the order in which they are sent too long to be kept. */
export const MAX_REQUESTS = 4096;

export const builtin = z
  .literal('builtin')
  .default('builtin')
  .optional()
  .describe(
    'What makes the load: `builtin`, `autocannon` (HTTP/1.1), or `command` for any other tool.',
  );

/** Keys of every scenario. */
export const everywhere = {
  cores: value
    .wholeNumbers(1, 1024)
    .optional()
    .describe(
      'Numbers of server cores, such as `[1, 2, 4]`. The load is measured at each. Without this key, at what the machine has for it.',
    ),
  servers: value
    .distinctList(z.string({ error: 'the name of a server' }), 'a list of server names')
    .optional()
    .describe('Servers that get this load. Without it, all of them do.'),
};

/** Connections of a load that does not name them: of one request each, and of several streams each. */
export const USUAL_CONNECTIONS = 32;
export const USUAL_STREAMED = 4;
/** Of messages that are neither written out nor given a size. */
export const USUAL_MESSAGE_BYTES = 64;

export const timeout = quantity.duration('10ms', '10m');

const perSecond = value.wholeNumber(1, 1_000_000);

/** Keys of the scenarios that are also loaded on schedule, and without a break. */
export const openLoop = {
  latency: value.flag
    .prefault(true)
    .describe(
      'Whether latency is measured at a fixed rate (open loop) after the slices of each block.',
    ),
  rate: perSecond
    .optional()
    .describe(
      'Requests or messages per second of the open loop. Without it, 60 % of what base can serve.',
    ),
  steady: quantity
    .duration('1s', '10m')
    .optional()
    .describe(
      'How long each arm is also loaded without a break, in each block. This gives the longest stall and the spread of throughput.',
    ),
};

/** `latency` of the others: what they never do may be said. */
export const noOpenLoop = (why: string) => ({
  latency: z
    .literal(false, { error: `false (${why})` })
    .optional()
    .describe(`Latency is not measured here: ${why}.`),
});

/** Keys of a hold, whose `work` is requests or messages. */
export const holdKeys = (work: 'Requests' | 'Messages') => ({
  connections: value
    .wholeNumber(1, 1_000_000)
    .prefault(10_000)
    .describe('Connections that are opened and kept.'),
  'open-rate': value
    .wholeNumber(1, 100_000)
    .prefault(4000)
    .describe('Connections per second while they are opened.'),
  rate: perSecond
    .prefault(2000)
    .describe(`${work} per second over all connections while they are held.`),
  hold: quantity
    .duration('1s', '1h')
    .prefault('10s')
    .describe('How long all of them are kept and used.'),
  timeout: timeout
    .prefault('5s')
    .describe('A connection that is not open, or not answered, after this long has failed.'),
});

/** Rows for the values of a load, whose pieces of work are these. */
export const dataOf = (work: 'request' | 'message') =>
  value.file
    .optional()
    .describe(
      `CSV file in the repository: each ${work} that names a column, such as \`{email}\`, takes the next row. Or the name of a variable that holds it, or its path.`,
    );

export const headers = z.record(value.headerName, value.headerValue, {
  error: 'header names with their values, one `name: value` per line',
});

const path = value.urlPath.prefault('/').describe('Request path, with its query.');

export const ExpectKeys = value.section({
  status: value.status.prefault(200).describe('Status that every answer must have.'),
  body: z
    .string({ error: 'text' })
    .optional()
    .describe('Exact body that every answer must have. Without it, any body is fine.'),
});

/** What makes one request, in a list, in a hold, and in a scenario that has one only. */
export const requestKeys = {
  method: value.method.prefault('GET').describe('Request method.'),
  path,
  body: z.string({ error: 'text' }).optional().describe('Request body. None without this key.'),
  'body-file': value.file
    .optional()
    .describe('File in the repository that is sent as the body, byte for byte, up to 64 MiB.'),
};

const ids = value.idRange
  .optional()
  .describe('Range of numbers for `{id}`, such as `1..1000`, in path, header values and body.');

export const requestHeaders = headers
  .prefault({})
  .describe('Request headers. Those that frame the request are set by the generator.');

export const expected = ExpectKeys.prefault({}).describe(
  'What counts as a good answer. Any other answer is an error, not throughput.',
);

const RequestKeys = value.section({
  ...requestKeys,
  ids,
  headers: headers
    .prefault({})
    .describe(
      "Request headers, added to the scenario's. One of the same name replaces the scenario's.",
    ),
  weight: value
    .wholeNumber(1, 1000)
    .prefault(1)
    .describe('How often it is sent, relative to the other requests of the list.'),
  expect: value
    .section({
      status: value.status
        .optional()
        .describe("Status that every answer must have. Without it, the scenario's, or 200."),
      body: z
        .string({ error: 'text' })
        .optional()
        .describe("Exact body that every answer must have. Without it, the scenario's, if any."),
    })
    .prefault({})
    .describe('What counts as a good answer, where it differs from the scenario.'),
});

export type RequestKeys = z.output<typeof RequestKeys>;

const REQUESTS_ALLOWED = `a list of requests, at most ${MAX_REQUESTS}`;

/** Of loads with one request in flight on each connection. */
const FEWER =
  ' Without this key fewer, where a slow server would keep so many waiting for seconds, idle ones keep its threads, or new ones find no room.';

export function httpKeys(connections: number, sender: string) {
  return {
    method: requestKeys.method,
    path,
    headers: requestHeaders,
    body: requestKeys.body,
    'body-file': requestKeys['body-file'],
    ids,
    expect: expected,
    ...beforeLoad,
    data: dataOf('request'),
    answers,
    requests: z
      .array(RequestKeys, { error: REQUESTS_ALLOWED })
      .min(1, { error: REQUESTS_ALLOWED })
      .max(MAX_REQUESTS, { error: REQUESTS_ALLOWED })
      .optional()
      .describe('Several requests, by weight, in place of `method`, `path`, `body` and the like.'),
    har: value.file
      .optional()
      .describe('Recorded requests: a HAR 1.2 file in the repository, in place of `requests`.'),
    connections: value
      .wholeNumber(1, 10_000)
      .optional()
      .meta({
        description: `Open connections; ${sender} sends its next request when the last is answered.${connections === USUAL_CONNECTIONS ? FEWER : ''}`,
        // Not as a value: whether they were named makes a difference.
        usual: connections,
      }),
    timeout: timeout
      .prefault('5s')
      .describe('A request without a complete answer after this long is an error.'),
  };
}
