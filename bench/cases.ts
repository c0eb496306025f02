/** What the verdict benchmark tries: every protocol, engine and pairing, on the fixture that has it. */

export interface Case {
  name: string;
  fixture: string;
  /** Environment of the fixture, beside its knob. */
  env?: Record<string, string>;
  /** Keys of the server in the config, beside its start. */
  server?: Record<string, unknown>;
  /** The scenario, as a user writes it. */
  scenario: Record<string, unknown>;
  /** `KNOB_CPU_ITERATIONS` of both arms; none when absent. */
  work?: number;
  /** Further ones, of the arm that does more, that make about 8 % more work of a request or message. */
  moreWork: number;
}

const PEM = { TLS_CERT: '{tls}/localhost.crt', TLS_KEY: '{tls}/localhost.key' };
const SELF_SIGNED = { tls: { 'accept-self-signed': true } };
const EXCLUSIVE = { port: 18_080, pairs: 'exclusive' };

/** `{tls}` in an environment value is the folder of the test certificate. */
export const CASES: readonly Case[] = [
  { name: 'http1', fixture: 'go-http', scenario: {}, moreWork: 600 },
  { name: 'http1-node', fixture: 'node-http', scenario: {}, moreWork: 600 },
  { name: 'http1-python', fixture: 'python-http', scenario: {}, moreWork: 8 },
  { name: 'http1-rust', fixture: 'rust-http', scenario: {}, moreWork: 400 },
  { name: 'http1-erlang', fixture: 'erlang-http', scenario: {}, moreWork: 200 },
  {
    name: 'https',
    fixture: 'go-http',
    env: { PROTOCOL: 'https', ...PEM },
    scenario: SELF_SIGNED,
    moreWork: 900,
  },
  {
    name: 'unix-socket',
    fixture: 'go-http',
    server: { socket: true },
    scenario: {},
    moreWork: 450,
  },
  {
    name: 'mixed-requests',
    fixture: 'go-http',
    scenario: {
      requests: [
        { path: '/?item={id}', ids: '1..1000', weight: 8 },
        { path: '/json', weight: 1 },
        { method: 'POST', path: '/echo', body: '{"id":7}', weight: 1 },
      ],
    },
    moreWork: 600,
  },
  {
    name: 'http2-cleartext',
    fixture: 'go-http',
    env: { PROTOCOL: 'h2c' },
    scenario: { protocol: 'http2' },
    moreWork: 1200,
  },
  {
    name: 'http2',
    fixture: 'go-http',
    env: { PROTOCOL: 'h2', ...PEM },
    scenario: { protocol: 'http2', ...SELF_SIGNED },
    moreWork: 1500,
  },
  {
    name: 'http2-node',
    fixture: 'node-http',
    env: { PROTOCOL: 'h2', ...PEM },
    scenario: { protocol: 'http2', ...SELF_SIGNED },
    moreWork: 1200,
  },
  {
    name: 'http3',
    fixture: 'go-http3',
    env: PEM,
    scenario: { protocol: 'http3', ...SELF_SIGNED },
    // A light QUIC server that is made slower reads and sends more datagrams at once, which saves more
    // CPU than the extra work costs: only a heavier one shows the work as what it is.
    work: 50_000,
    moreWork: 5500,
  },
  {
    name: 'http3-node',
    fixture: 'node-http3',
    env: PEM,
    scenario: { protocol: 'http3', ...SELF_SIGNED },
    moreWork: 3500,
  },
  {
    name: 'websocket',
    fixture: 'go-websocket',
    scenario: { protocol: 'websocket', path: '/ws/echo' },
    moreWork: 900,
  },
  {
    name: 'websocket-node',
    fixture: 'node-websocket',
    scenario: { protocol: 'websocket', path: '/ws/echo' },
    moreWork: 400,
  },
  {
    name: 'websocket-tls',
    fixture: 'go-websocket',
    env: PEM,
    scenario: { protocol: 'websocket', path: '/ws/echo', ...SELF_SIGNED },
    moreWork: 1000,
  },
  {
    name: 'websocket-fan-out',
    fixture: 'go-websocket',
    scenario: { protocol: 'websocket', mode: 'fan-out', path: '/ws/broadcast' },
    // One message is 32 deliveries.
    moreWork: 9500,
  },
  {
    name: 'exclusive',
    fixture: 'go-http',
    env: { PORT: '18080' },
    server: EXCLUSIVE,
    scenario: {},
    moreWork: 600,
  },
  { name: 'autocannon', fixture: 'go-http', scenario: { engine: 'autocannon' }, moreWork: 600 },
  {
    name: 'command-wrk',
    fixture: 'go-http',
    scenario: { engine: 'command', command: 'wrk -t1 -c32 -d1s {url}', output: 'wrk' },
    moreWork: 600,
  },
];
