/** The keys of a scenario, which differ by `engine` and `protocol`. */
import { z } from 'zod';
import { CommandOutput, Protocol } from './experiment.ts';
import { TlsKeys, tls, tlsAlways, tlsMaybe } from './tls-schema.ts';
import * as value from './values.ts';

/** Kinds of requests of one scenario: more would make the order in which they are sent too long to be kept. */
export const MAX_REQUESTS = 4096;

const builtin = z
  .literal('builtin')
  .default('builtin')
  .optional()
  .describe(
    'What makes the load: `builtin`, `autocannon` (HTTP/1.1), or `command` for any other tool.',
  );

const servers = value
  .distinctList(z.string({ error: 'the name of a server' }), 'a list of server names')
  .optional()
  .describe('Servers that get this load. Without it, all of them do.');

const headers = z.record(value.headerName, value.headerValue, {
  error: 'header names with their values, one `name: value` per line',
});

const path = value.urlPath.prefault('/').describe('Request path, with its query.');

const timeout = value.duration('10ms', '10m');

const ExpectKeys = value.section({
  status: value.status.prefault(200).describe('Status that every answer must have.'),
  body: z
    .string({ error: 'text' })
    .optional()
    .describe('Exact body that every answer must have. Without it, any body is fine.'),
});

/** What makes one request, in a list and in a scenario that has one only. */
const requestKeys = {
  method: value.method.prefault('GET').describe('Request method.'),
  path,
  body: z.string({ error: 'text' }).optional().describe('Request body. None without this key.'),
  'body-file': value.file
    .optional()
    .describe('File in the repository that is sent as the body, byte for byte, up to 64 MiB.'),
  ids: value.idRange
    .optional()
    .describe('Range of `{id}`, such as `1..1000`, in path, header values and body.'),
};

const RequestKeys = value.section({
  ...requestKeys,
  headers: headers
    .prefault({})
    .describe("Request headers, added to the scenario's. Of the same name, these count."),
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

const REQUESTS_ALLOWED = `a list of requests, at most ${MAX_REQUESTS}`;

function httpKeys(connections: number, sender: string) {
  return {
    method: requestKeys.method,
    path,
    headers: headers
      .prefault({})
      .describe('Request headers. Those that frame the request are set by the generator.'),
    body: requestKeys.body,
    'body-file': requestKeys['body-file'],
    ids: requestKeys.ids,
    expect: ExpectKeys.prefault({}).describe(
      'What counts as a good answer. Any other answer is an error, not throughput.',
    ),
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
      .prefault(connections)
      .describe(`Open connections; ${sender} sends its next request when the last is answered.`),
    timeout: timeout
      .prefault('5s')
      .describe('A request without a complete answer after this long is an error.'),
    servers,
  };
}

const Http1Keys = value.section({
  protocol: z
    .literal('http1', { error: Protocol.options.join(', ') })
    .default('http1')
    .optional()
    .describe(
      'Protocol of the load: `http1` is HTTP/1.1 over kept-alive connections; `http2`, `http3`, `websocket`.',
    ),
  engine: builtin,
  tls,
  ...httpKeys(32, 'each'),
});

const streams = value
  .wholeNumber(1, 1000)
  .prefault(10)
  .describe('Requests in flight on each connection.');

const Http2Keys = value.section({
  protocol: z.literal('http2').describe('HTTP/2. Without `tls`, in cleartext by prior knowledge.'),
  engine: builtin,
  tls,
  streams,
  ...httpKeys(4, 'each stream'),
});

const Http3Keys = value.section({
  protocol: z.literal('http3').describe('HTTP/3, over QUIC.'),
  engine: builtin,
  tls: tlsAlways,
  streams,
  ...httpKeys(4, 'each stream'),
});

const WebSocketKeys = value.section({
  protocol: z.literal('websocket').describe('WebSocket messages.'),
  engine: builtin,
  tls,
  mode: z
    .enum(['echo', 'fan-out'], { error: 'echo, fan-out' })
    .prefault('echo')
    .describe(
      '`echo`: each connection sends and awaits the same back. `fan-out`: one more connection sends, and all others must receive.',
    ),
  path: value.urlPath.prefault('/').describe('Path of the opening handshake, with its query.'),
  headers: headers.prefault({}).describe('Headers of the opening handshake.'),
  subprotocol: value.token
    .optional()
    .describe('Subprotocol that is asked for and that the server must choose.'),
  'message-size': value.wholeNumber(1, 16_777_216).prefault(64).describe('Bytes of each message.'),
  binary: value.flag.prefault(false).describe('Whether messages are binary. Otherwise text.'),
  connections: value
    .wholeNumber(1, 10_000)
    .prefault(32)
    .describe('Open connections that echo, or that receive.'),
  timeout: timeout.prefault('5s').describe('A message that has not come after this long is lost.'),
  servers,
});

const AutocannonKeys = value.section({
  engine: z.literal('autocannon').describe('The load is made by autocannon.'),
  protocol: z
    .literal('http1', { error: 'http1 (autocannon speaks no other)' })
    .prefault('http1')
    .describe('Protocol of the load.'),
  tls,
  ...httpKeys(32, 'each'),
});

const CommandKeys = value.section({
  engine: z.literal('command').describe('The load is made by another tool.'),
  command: value.command
    .meta({ examples: ['wrk -t1 -c32 -d2s --latency {url}'] })
    .describe(
      'Command that loads `{url}` once and prints what it measured. One run is one sample.',
    ),
  output: z
    .enum(CommandOutput.options, { error: CommandOutput.options.join(', ') })
    .describe('How its output is read. `lines`: one `metric value unit` per line.'),
  protocol: z
    .enum(Protocol.options, { error: Protocol.options.join(', ') })
    .prefault('http1')
    .describe('Protocol of the server, for `{url}` and for knowing that it is ready.'),
  tls: tlsMaybe,
  path: value.urlPath.prefault('/').describe('Path in `{url}`, with its query.'),
  timeout: timeout.prefault('60s').describe('A run that takes longer is ended, and an error.'),
  servers,
});

const isNoMap = ({ code }: { code: string }) => code === 'invalid_type';

export const ScenarioKeys = z.discriminatedUnion(
  'engine',
  [
    z.discriminatedUnion('protocol', [Http1Keys, Http2Keys, Http3Keys, WebSocketKeys], {
      error: (issue) => (isNoMap(issue) ? 'a map of keys' : Protocol.options.join(', ')),
    }),
    AutocannonKeys,
    CommandKeys,
  ],
  { error: (issue) => (isNoMap(issue) ? 'a map of keys' : 'builtin, autocannon, command') },
);
export type ScenarioKeys = z.output<typeof ScenarioKeys>;
export type RequestKeys = z.output<typeof RequestKeys>;

/** Which keys belong where, as far as messages tell the kinds of scenario apart. */
export const SCENARIO_SECTIONS: Record<string, string[]> = {
  'a scenario': keysOf(Http1Keys).filter((key) => key in WebSocketKeys.shape),
  'an HTTP scenario': keysOf(Http1Keys).filter((key) => !(key in WebSocketKeys.shape)),
  'an HTTP/2 or HTTP/3 scenario': ['streams'],
  'a WebSocket scenario': keysOf(WebSocketKeys).filter((key) => !(key in Http1Keys.shape)),
  'a scenario with `engine: command`': ['command', 'output'],
  'a request of `requests`': ['weight'],
  '`expect`': keysOf(ExpectKeys),
  '`tls`': keysOf(TlsKeys),
};

function keysOf(section: { shape: object }): string[] {
  return Object.keys(section.shape);
}
