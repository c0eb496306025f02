/** The keys of a scenario, which differ by `engine`, `protocol` and `mode`. */
import * as z from 'zod';
import { CommandOutput, Protocol } from '../experiment/scenario.ts';
import * as value from '../values/values.ts';
import { answers } from './answers-schema.ts';
import { beforeLoad } from './before-load-schema.ts';
import {
  builtin,
  dataOf,
  ExpectKeys,
  everywhere,
  expected,
  headers,
  holdKeys,
  httpKeys,
  noOpenLoop,
  openLoop,
  requestHeaders,
  requestKeys,
  timeout,
  USUAL_CONNECTIONS,
  USUAL_MESSAGE_BYTES,
  USUAL_STREAMED,
} from './scenario-keys.ts';
import { TlsKeys, tls, tlsAlways, tlsMaybe } from './tls-schema.ts';

const http1 = z
  .literal('http1', { error: Protocol.options.join(', ') })
  .default('http1')
  .optional()
  .describe(
    'Protocol of the load: `http1` is HTTP/1.1 over kept-alive connections; `http2`, `http3`, `websocket`.',
  );

const Http1LoadKeys = value.section({
  protocol: http1,
  engine: builtin,
  tls,
  mode: z
    .literal('load')
    .default('load')
    .optional()
    .describe(
      '`load`: as many requests as are answered. `hold`: many connections, kept open, with a few requests.',
    ),
  ...httpKeys(USUAL_CONNECTIONS, 'each'),
  ...openLoop,
  ...everywhere,
});

const mode = z
  .literal('hold')
  .describe('Many connections, opened at a fixed rate and kept, used at a fixed rate.');

const Http1HoldKeys = value.section({
  protocol: http1.describe('Protocol of the connections: `http1` or `websocket`.'),
  engine: builtin.describe('What makes the load: only `builtin` holds connections.'),
  tls,
  mode,
  ...requestKeys,
  headers: requestHeaders,
  expect: expected,
  ...beforeLoad,
  data: dataOf('request'),
  answers,
  ...holdKeys('Requests'),
  ...everywhere,
});

const streams = value
  .wholeNumber(1, 1000)
  .prefault(10)
  .describe('Requests in flight on each connection.');

const Http2Keys = value.section({
  protocol: z
    .literal('http2')
    .describe('HTTP/2. Without `tls` it is not encrypted (prior knowledge).'),
  engine: builtin,
  tls,
  streams,
  ...httpKeys(USUAL_STREAMED, 'each stream'),
  ...openLoop,
  ...everywhere,
});

const Http3Keys = value.section({
  protocol: z.literal('http3').describe('HTTP/3, over QUIC.'),
  engine: builtin,
  tls: tlsAlways,
  streams,
  ...httpKeys(USUAL_STREAMED, 'each stream'),
  ...openLoop,
  ...everywhere,
});

const websocket = {
  protocol: z.literal('websocket').describe('WebSocket messages.'),
  engine: builtin,
  tls,
};

const handshake = {
  path: value.urlPath.prefault('/').describe('Path of the opening handshake, with its query.'),
  headers: headers.prefault({}).describe('Headers of the opening handshake.'),
  subprotocol: value.tokenOrVariable
    .optional()
    .describe('Subprotocol that is asked for and that the server must choose.'),
  'message-size': value
    .wholeNumber(1, 16_777_216)
    .optional()
    .meta({ description: 'Bytes of each message of the generator.', usual: USUAL_MESSAGE_BYTES }),
  binary: value.flag.prefault(false).describe('Whether messages are binary. Otherwise text.'),
  ...beforeLoad,
};

const messageText = z
  .string({ error: 'text' })
  .min(1, { error: 'a text that is not empty' })
  .optional();

/** A message of the user's own, in place of one that comes back as it is. */
const ownMessage = {
  message: messageText.describe(
    'Text of each message, for which the connection, or each receiver, gets one message. Without it, messages that must come back as they are.',
  ),
  data: dataOf('message'),
};

const exchange = {
  connections: value
    .wholeNumber(1, 10_000)
    .prefault(32)
    .describe('Open connections that echo, or that receive.'),
  timeout: timeout.prefault('5s').describe('A message that has not come after this long is lost.'),
};

const EchoKeys = value.section({
  ...websocket,
  mode: z
    .literal('echo')
    .default('echo')
    .optional()
    .describe(
      '`echo`: each connection sends and awaits the same back. `fan-out`: one more connection sends, and all others must receive. `hold`: many connections that echo, kept open.',
    ),
  ...handshake,
  ...ownMessage,
  answers,
  ...exchange,
  ...openLoop,
  ...everywhere,
});

const FanOutKeys = value.section({
  ...websocket,
  mode: z.literal('fan-out').describe('One more connection sends, and all others must receive.'),
  ...handshake,
  ...ownMessage,
  ...exchange,
  ...noOpenLoop('the sender of a fan-out waits for its receivers'),
  ...everywhere,
});

const WebSocketHoldKeys = value.section({
  ...websocket,
  mode,
  ...handshake,
  ...ownMessage,
  answers,
  ...holdKeys('Messages'),
  ...everywhere,
});

const AutocannonKeys = value.section({
  engine: z.literal('autocannon').describe('The load is made by autocannon.'),
  protocol: z
    .literal('http1', { error: 'http1 (autocannon speaks no other)' })
    .prefault('http1')
    .describe('Protocol of the load.'),
  tls,
  ...httpKeys(USUAL_CONNECTIONS, 'each'),
  ...noOpenLoop('only the built-in engine measures it at a fixed rate'),
  ...everywhere,
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
  answers,
  timeout: timeout
    .prefault('60s')
    .describe('A run that takes longer is ended, and counts as an error.'),
  ...noOpenLoop('the load tool measures its own'),
  ...everywhere,
});

const isNoMap = ({ code }: { code: string }) => code === 'invalid_type';

/** For an unknown discriminator; a scenario that is no map at all has none. */
const oneOf = (allowed: string) => ({
  error: (issue: { code: string }) => (isNoMap(issue) ? 'a map of keys' : allowed),
});

export const ScenarioKeys = z.discriminatedUnion(
  'engine',
  [
    z.discriminatedUnion(
      'protocol',
      [
        z.discriminatedUnion('mode', [Http1LoadKeys, Http1HoldKeys], oneOf('load, hold')),
        Http2Keys,
        Http3Keys,
        z.discriminatedUnion(
          'mode',
          [EchoKeys, FanOutKeys, WebSocketHoldKeys],
          oneOf('echo, fan-out, hold'),
        ),
      ],
      oneOf(Protocol.options.join(', ')),
    ),
    AutocannonKeys,
    CommandKeys,
  ],
  oneOf('builtin, autocannon, command'),
);
export type ScenarioKeys = z.output<typeof ScenarioKeys>;

export type CommandKeys = z.output<typeof CommandKeys>;
export type HoldKeys = z.output<typeof Http1HoldKeys> | z.output<typeof WebSocketHoldKeys>;
export type WebSocketKeys = z.output<typeof EchoKeys> | z.output<typeof FanOutKeys>;
export type HttpKeys = Exclude<ScenarioKeys, CommandKeys | HoldKeys | WebSocketKeys>;

/** Those of a hold and of no other scenario. */
export const ONLY_OF_HOLDS = ['open-rate', 'hold'];

/** Which keys belong where, as far as messages tell the kinds of scenario apart. */
export const SCENARIO_SECTIONS: Record<string, string[]> = {
  'a scenario': keysOf(Http1LoadKeys).filter((key) => key in EchoKeys.shape && key !== 'mode'),
  'an HTTP scenario': keysOf(Http1LoadKeys).filter((key) => !(key in EchoKeys.shape)),
  'an HTTP/1.1 or WebSocket scenario': ['mode'],
  'an HTTP/2 or HTTP/3 scenario': ['streams'],
  'a WebSocket scenario': keysOf(EchoKeys).filter((key) => !(key in Http1LoadKeys.shape)),
  'a scenario with `mode: hold`': ONLY_OF_HOLDS,
  'a scenario with `engine: command`': ['command', 'output'],
  'a request of `requests`': ['weight'],
  '`expect`': keysOf(ExpectKeys),
  '`tls`': keysOf(TlsKeys),
};

function keysOf(section: { shape: object }): string[] {
  return Object.keys(section.shape);
}
