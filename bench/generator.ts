/**
 * Our generator against wrk, h2load and autocannon: same cores, same server, same run, rounds in turn,
 * with one generator process and with two.
 *
 *   node bench/generator.ts [rounds=5] [seconds=2]
 *
 * Prints medians over the rounds, and ratios against h2load, over HTTP/1.1 against wrk as well. Against
 * the Go fixture it is mostly the server that limits all of them, and CPU time per request says how much
 * room each has left; the canned server costs so little that the generators are the limit. Where
 * there are fewer than four cores, two generator processes share theirs with the server.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import { median } from 'simple-statistics';
import type { HttpScenario } from '../src/config/experiment.ts';
import { startGenerator } from '../src/load/pool.ts';
import { autocannon, h2load, type Load, type Round, type Tool, wrk } from './peers.ts';
import { goProgram, nodeProgram, type Program, startServer } from './servers.ts';

const CORES = availableParallelism();

interface Shape {
  protocol: 'http1' | 'http2';
  connections: number;
  streams: number;
}

const HTTP1: Shape = { protocol: 'http1', connections: 32, streams: 1 };
const HTTP2: Shape = { protocol: 'http2', connections: 8, streams: 10 };

const [rounds = 5, seconds = 2] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'bench-generator-'));
try {
  const go = await goProgram('the Go fixture', 'fixtures/go-http', folder);
  const canned = await goProgram('the canned server', 'bench/canned-server', folder);
  const h2c = go && { ...go, name: 'the Go fixture over HTTP/2', env: { PROTOCOL: 'h2c' } };
  for (const processes of [1, 2]) {
    for (const program of go === null ? [nodeProgram()] : [go, canned]) {
      if (program !== null) await compare(program, HTTP1, processes);
    }
    if (h2c !== null) await compare(h2c, HTTP2, processes);
  }
} finally {
  await rm(folder, { recursive: true });
}

async function compare(program: Program, shape: Shape, processes: number): Promise<void> {
  const generatorCores = Array.from({ length: Math.min(processes, CORES) }, (_, core) => core);
  const others = Array.from({ length: CORES }, (_, core) => core).slice(processes);
  const serverCores = others.length > 0 ? others : generatorCores;
  await using stop = new AsyncDisposableStack();
  const port = await startServer(program, serverCores, stop);
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
  const peers =
    shape.protocol === 'http1'
      ? [await wrk(load), await h2load(load, 'http1'), autocannon(load)]
      : [await h2load(load, 'http2')];
  const tools = [await ourEngine(load, shape, port, stop), ...peers.filter((t) => t !== null)];
  const compared = shape.protocol === 'http1' ? ['wrk', 'h2load'] : ['h2load'];
  console.log(table(tools, await inTurn(tools), compared));
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
  { cores }: Load,
  shape: Shape,
  port: number,
  stop: AsyncDisposableStack,
): Promise<Tool> {
  const pins = process.platform === 'linux' ? cores : null;
  const generator = stop.use(await startGenerator({ cores: pins }));
  const scenario = scenarioOf(shape);
  const target = {
    host: '127.0.0.1',
    port,
    socketPath: null,
    scenario,
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
    name: 'throughput-gate',
    round: async () => {
      const result = await slice(Math.ceil(rate * seconds));
      rate = result.requestsPerSecond;
      return result;
    },
  };
}

function scenarioOf(shape: Shape): HttpScenario {
  return {
    kind: 'http',
    name: 'bench',
    engine: 'builtin',
    tls: null,
    timeoutMs: 10_000,
    latency: null,
    steadyMs: null,
    serverCores: null,
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
    ...shape,
  };
}

function named(cores: readonly number[]): string {
  return `${cores.length === 1 ? 'core' : 'cores'} ${cores.join(' and ')}`;
}
