/**
 * Our generator against wrk, h2load and autocannon: same cores, same server, same run, rounds in turn,
 * with one generator process and with two. With `--against` also against another checkout of this repository, for the
 * price of a change.
 *
 *   node bench/generator.ts [rounds=5] [seconds=2] [--engine http1|http2|http3|websocket]… [--processes 1|2]…
 *     [--server go|canned]… [--against PATH] [--alone]
 *
 * Prints medians over the rounds, and ratios against h2load, over HTTP/1.1 against wrk as well; against the other
 * checkout the median of the rounds' own ratios, as both are loaded within seconds. `--alone`: without the other tools.
 * Against the Go fixture it is mostly the server that limits all of them, and CPU time per request says how much
 * room each has left; the canned server costs so little that the generators are the limit. Where
 * there are fewer than four cores, two generator processes share theirs with the server.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { median } from 'simple-statistics';
import type { HttpScenario, WebSocketScenario } from '../src/config/experiment/scenario.ts';
import { startGenerator } from '../src/load/pool.ts';
import { ownFile } from '../src/system/program/runtime.ts';
import { autocannon, h2load, type Load, type Round, type Tool, wrk } from './peers.ts';
import { goProgram, nodeProgram, type Program, startServer } from './servers.ts';

const CORES = availableParallelism();
const OURS = 'throughput-gate';
const OTHER = 'the other checkout';

interface Shape {
  engine: Engine;
  connections: number;
  streams: number;
}
type Engine = 'http1' | 'http2' | 'http3' | 'websocket';

const SHAPES: readonly Shape[] = [
  { engine: 'http1', connections: 32, streams: 1 },
  { engine: 'http2', connections: 8, streams: 10 },
  { engine: 'http3', connections: 4, streams: 10 },
  { engine: 'websocket', connections: 32, streams: 1 },
];
/** HTTP/3 and WebSocket have no other tool to be compared with. */
const COMPARED: readonly Engine[] = ['http1', 'http2'];
const CERTIFICATE = {
  TLS_CERT: ownFile('fixtures/tls/localhost.crt'),
  TLS_KEY: ownFile('fixtures/tls/localhost.key'),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    engine: { type: 'string', multiple: true },
    processes: { type: 'string', multiple: true },
    server: { type: 'string', multiple: true },
    against: { type: 'string' },
    alone: { type: 'boolean', default: false },
  },
});
const [rounds = 5, seconds = 2] = positionals.map(Number);
const folder = await mkdtemp(join(tmpdir(), 'bench-generator-'));
try {
  for (const processes of (values.processes ?? ['1', '2']).map(Number)) {
    for (const shape of SHAPES) {
      if (!(values.engine ?? COMPARED).includes(shape.engine)) continue;
      for (const program of await programsFor(shape.engine)) {
        await compare(program, shape, processes);
      }
    }
  }
} finally {
  await rm(folder, { recursive: true });
}

async function programsFor(engine: Engine): Promise<Program[]> {
  const wanted = (name: string) => values.server?.includes(name) ?? true;
  const go = (name: string, sources: string, env = {}) => goProgram(name, sources, folder, env);
  const programs: (Program | null)[] = [];
  switch (engine) {
    case 'http1':
      if (wanted('go')) programs.push(await go('the Go fixture', 'fixtures/go-http'));
      if (wanted('canned')) programs.push(await go('the canned server', 'bench/canned-server'));
      if (programs[0] === null) return [nodeProgram()];
      break;
    case 'http2': {
      const env = { PROTOCOL: 'h2c' };
      programs.push(await go('the Go fixture over HTTP/2', 'fixtures/go-http', env));
      break;
    }
    case 'http3':
      programs.push(await go('the Go fixture over HTTP/3', 'fixtures/go-http3', CERTIFICATE));
      break;
    case 'websocket':
      programs.push(await go('the Go fixture over WebSocket', 'fixtures/go-websocket'));
  }
  return programs.filter((program) => program !== null);
}

async function compare(program: Program, shape: Shape, processes: number): Promise<void> {
  const generatorCores = Array.from({ length: Math.min(processes, CORES) }, (_, core) => core);
  const others = Array.from({ length: CORES }, (_, core) => core).slice(processes);
  const serverCores = others.length > 0 ? others : generatorCores;
  await using stop = new AsyncDisposableStack();
  const isUdp = shape.engine === 'http3';
  const port = await startServer(program, serverCores, stop, { isUdp });
  const load: Load = {
    url: `http://127.0.0.1:${port}/`,
    cores: generatorCores,
    connections: shape.connections,
    streams: shape.streams,
    seconds,
  };
  console.log(
    `\nAgainst ${program.name} on ${named(serverCores)}; ${processes} generator process${processes === 1 ? '' : 'es'} on ${named(generatorCores)}; ${shape.connections} connections${shape.streams > 1 ? ` × ${shape.streams} streams` : ''}, ${rounds} rounds of ${seconds} s:\n`,
  );
  const own = [await ourEngine(OURS, startGenerator, load, shape, port, stop)];
  if (values.against !== undefined) {
    const other = await import(join(resolve(values.against), 'src/load/pool.ts'));
    own.push(await ourEngine(OTHER, other.startGenerator, load, shape, port, stop));
  }
  const tools = [...own, ...(await peersOf(load, shape))];
  const compared = shape.engine === 'http1' ? ['wrk', 'h2load'] : ['h2load'];
  const results = await inTurn(tools);
  console.log(table(tools, results, values.alone ? [] : compared));
  const [mine, theirs] = own.map((tool) => results.get(tool) ?? []);
  if (mine !== undefined && theirs !== undefined) tellChange(mine, theirs);
}

async function peersOf(load: Load, { engine }: Shape): Promise<Tool[]> {
  if (values.alone || !COMPARED.includes(engine)) return [];
  const peers =
    engine === 'http1'
      ? [await wrk(load), await h2load(load, 'http1'), autocannon(load)]
      : [await h2load(load, 'http2')];
  return peers.filter((tool) => tool !== null);
}

/** What the change costs, by the ratio of each round. */
function tellChange(mine: readonly Round[], others: readonly Round[]): void {
  const ratios = mine.map(
    ({ requestsPerSecond }, i) => requestsPerSecond / (others[i] as Round).requestsPerSecond,
  );
  const cpu = (all: readonly Round[]) =>
    median(all.map((one) => one.cpuUsPerRequest ?? Number.NaN));
  const spread = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(3));
  console.log(
    `\nThis checkout against the other: ${median(ratios).toFixed(3)} × its req/s (rounds: ${spread.join(' to ')}), ${(cpu(mine) / cpu(others)).toFixed(3)} × its CPU per request.`,
  );
}

/** Each tool is first, second and last equally often, so that no place in the order favours one. */
async function inTurn(tools: Tool[]): Promise<Map<Tool, Round[]>> {
  const results = new Map<Tool, Round[]>(tools.map((tool) => [tool, []]));
  for (let round = 0; round < rounds; round++) {
    const line: string[] = [];
    for (let place = 0; place < tools.length; place++) {
      const tool = tools[(round + place) % tools.length] as Tool;
      const result = await tool.round();
      results.get(tool)?.push(result);
      line.push(`${tool.name} ${result.requestsPerSecond.toFixed(0)}`);
    }
    console.log(`round ${round + 1}: ${line.join(', ')} req/s`);
  }
  return results;
}

function table(tools: Tool[], results: Map<Tool, Round[]>, peers: readonly string[]): string {
  const rate = (tool: Tool) =>
    median((results.get(tool) ?? []).map((round) => round.requestsPerSecond));
  const cpu = (tool: Tool) => {
    const known = (results.get(tool) ?? []).flatMap((round) => round.cpuUsPerRequest ?? []);
    return known.length === 0 ? '–' : median(known).toFixed(1);
  };
  const ratio = (tool: Tool, name: string) => {
    const peer = tools.find((one) => one.name === name);
    return peer === undefined ? `no ${name}` : (rate(tool) / rate(peer)).toFixed(2);
  };
  const rows = tools.map((tool) => [
    tool.name,
    rate(tool).toFixed(0),
    ...peers.map((name) => ratio(tool, name)),
    cpu(tool),
  ]);
  const ratios = peers.map((name) => `ratio to ${name}`);
  return `\n${markdownTable(
    [['generator', 'req/s, median', ...ratios, 'its own CPU, µs/request'], ...rows],
    { align: ['l', 'r', ...peers.map(() => 'r'), 'r'] },
  )}`;
}

async function ourEngine(
  name: string,
  start: typeof startGenerator,
  { cores }: Load,
  shape: Shape,
  port: number,
  stop: AsyncDisposableStack,
): Promise<Tool> {
  const pins = process.platform === 'linux' ? cores : null;
  const generator = stop.use(await start({ cores: pins }));
  const target = {
    host: '127.0.0.1',
    port,
    socketPath: null,
    scenario: scenarioOf(shape),
    root: folder,
    env: null,
    processes: null,
  };
  await generator.open('base', target);
  const slice = async (requests: number): Promise<Round> => {
    const result = (await generator.slices(['base'], requests)).slices[0];
    if (result?.good !== requests) throw new Error(`errors: ${JSON.stringify(result?.errors)}`);
    return {
      requestsPerSecond: requests / (result.durationUs / 1e6),
      // Of several processes only the busiest one's is told.
      cpuUsPerRequest: cores.length === 1 ? result.generatorCpuUs / requests : null,
    };
  };
  let rate = (await slice(20_000)).requestsPerSecond;
  return {
    name,
    round: async () => {
      const result = await slice(Math.ceil(rate * seconds));
      rate = result.requestsPerSecond;
      return result;
    },
  };
}

function scenarioOf({ engine, connections, streams }: Shape): HttpScenario | WebSocketScenario {
  const common = {
    ...{ name: 'bench', timeoutMs: 10_000, latency: null, steadyMs: null, serverCores: null },
    tls: engine === 'http3' ? { acceptSelfSigned: true, ca: null, serverName: 'localhost' } : null,
    connections,
  };
  if (engine === 'websocket') {
    const message = { bytes: 64, binary: false };
    const socket = { path: '/ws/echo', headers: {}, subprotocol: null, message };
    return { kind: 'websocket', protocol: engine, mode: 'echo', ...common, ...socket };
  }
  return {
    ...{ kind: 'http', engine: 'builtin', protocol: engine, streams, ...common },
    requests: [
      {
        method: 'GET',
        path: '/',
        headers: {},
        body: null,
        bodyFile: null,
        weight: 1,
        ids: null,
        expect: { status: 200, body: null },
      },
    ],
  };
}

function named(cores: readonly number[]): string {
  return `${cores.length === 1 ? 'core' : 'cores'} ${cores.join(' and ')}`;
}
