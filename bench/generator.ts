/**
 * Our generator against wrk and autocannon: same core, same server, same run, rounds in turn.
 *
 *   node bench/generator.ts [rounds=5] [seconds=2] [connections=32]
 *
 * Prints medians over the rounds, and ratios against wrk. The server has the last core to itself.
 * Against the Go fixture it is the server that limits all three, and CPU time per request says how
 * much room each has left; the canned server costs so little that the generators are the limit.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { markdownTable } from 'markdown-table';
import { median } from 'simple-statistics';
import { startGenerator } from '../src/measure/load/pool.ts';
import { ownFile } from '../src/runtime.ts';

const run = promisify(execFile);

const GENERATOR_CORE = 0;
const SERVER_CORE = availableParallelism() - 1;

interface Round {
  requestsPerSecond: number;
  /** Of the generating process. */
  cpuUsPerRequest: number;
}

interface Program {
  name: string;
  command: string[];
}

interface Tool {
  name: string;
  round: () => Promise<Round>;
}

const [rounds = 5, seconds = 2, connections = 32] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'bench-generator-'));
try {
  console.log(
    `Servers on core ${SERVER_CORE}, generators on core ${GENERATOR_CORE}; ` +
      `${connections} connections, ${rounds} rounds of ${seconds} s each.`,
  );
  const programs = [
    await goProgram('the Go fixture', 'fixtures/go-http'),
    await goProgram('the canned server', 'bench/canned-server'),
  ].filter((program) => program !== null);
  for (const program of programs.length > 0 ? programs : [nodeProgram()]) await compare(program);
} finally {
  await rm(folder, { recursive: true });
}

async function compare(program: Program): Promise<void> {
  await using stop = new AsyncDisposableStack();
  const port = await startServer(program, stop);
  const url = `http://127.0.0.1:${port}/`;
  console.log(`\nAgainst ${program.name}:\n`);
  const tools = [await ourEngine(port, stop), ...(await wrk(url)), autocannon(url)];
  console.log(table(tools, await inTurn(tools)));
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

function table(tools: Tool[], results: Map<Tool, Round[]>): string {
  const middle = (tool: Tool, key: keyof Round) =>
    median((results.get(tool) ?? []).map((round) => round[key]));
  const peer = tools.find(({ name }) => name === 'wrk');
  const rows = tools.map((tool) => [
    tool.name,
    middle(tool, 'requestsPerSecond').toFixed(0),
    peer === undefined
      ? 'no wrk'
      : (middle(tool, 'requestsPerSecond') / middle(peer, 'requestsPerSecond')).toFixed(2),
    middle(tool, 'cpuUsPerRequest').toFixed(1),
  ]);
  return `\n${markdownTable(
    [['generator', 'req/s, median', 'ratio to wrk', 'its own CPU, µs/request'], ...rows],
    { align: ['l', 'r', 'r', 'r'] },
  )}`;
}

async function ourEngine(port: number, stop: AsyncDisposableStack): Promise<Tool> {
  const generator = stop.use(await startGenerator({ cores: pinned([GENERATOR_CORE]) }));
  await generator.open('base', {
    host: '127.0.0.1',
    port,
    socketPath: null,
    scenario: {
      kind: 'http',
      name: 'bench',
      protocol: 'http1',
      engine: 'builtin',
      tls: null,
      connections,
      streams: 1,
      timeoutMs: 10_000,
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
    },
    root: folder,
    env: null,
  });
  const slice = async (requests: number) => {
    const result = (await generator.slices(['base'], requests)).slices[0];
    if (result?.good !== requests) throw new Error(`errors: ${JSON.stringify(result?.errors)}`);
    return {
      requestsPerSecond: requests / (result.durationUs / 1e6),
      cpuUsPerRequest: result.generatorCpuUs / requests,
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

async function wrk(url: string): Promise<Tool[]> {
  const command = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, url];
  try {
    await run('wrk', ['-v']).catch((error) => {
      // wrk ends with 1 after printing its version.
      if (error.code !== 1) throw error;
    });
  } catch {
    console.log('wrk is not installed (apt-get install wrk): no ratio to it.');
    return [];
  }
  const round = async () => {
    const { output, cpuUs } = await timed(command);
    const total = Number(/(\d+) requests in/.exec(output)?.[1]);
    const requestsPerSecond = Number(/Requests\/sec:\s*([\d.]+)/.exec(output)?.[1]);
    return { requestsPerSecond, cpuUsPerRequest: cpuUs / total };
  };
  return [{ name: 'wrk', round }];
}

function autocannon(url: string): Tool {
  const program = ownFile('node_modules/autocannon/autocannon.js');
  const options = ['-c', `${connections}`, '-d', `${seconds}`, '--json', '-n'];
  return {
    name: 'autocannon',
    round: async () => {
      const { output, cpuUs } = await timed([process.execPath, program, ...options, url]);
      const { requests, duration } = JSON.parse(output.slice(0, output.lastIndexOf('}') + 1)) as {
        requests: { total: number };
        duration: number;
      };
      return {
        requestsPerSecond: requests.total / duration,
        cpuUsPerRequest: cpuUs / requests.total,
      };
    },
  };
}

/** Runs a command on the generators' core; the shell's `times` says what CPU time it took. */
async function timed(command: string[]): Promise<{ output: string; cpuUs: number }> {
  const [file, ...args] = onCore(GENERATOR_CORE, ['sh', '-c', '"$@"; times', 'sh', ...command]);
  const { stdout } = await run(file as string, args);
  const children = stdout.trim().split('\n').at(-1) ?? '';
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  const cpuS = parts.reduce(
    (sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest),
    0,
  );
  return { output: stdout, cpuUs: cpuS * 1e6 };
}

async function startServer(
  { name, command }: Program,
  stop: AsyncDisposableStack,
): Promise<number> {
  const port = await freePort();
  const [file, ...args] = onCore(SERVER_CORE, command);
  const child = spawn(file as string, args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PORT: String(port), GOMAXPROCS: '1' },
  });
  stop.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, 'exit');
  });
  for (let i = 0; !(await answers(`http://127.0.0.1:${port}/`)); i++) {
    if (i === 200 || child.exitCode !== null) throw new Error(`${name} did not start`);
    await sleep(50);
  }
  return port;
}

/** Builds a Go server; null, said aloud, when there is no source or no Go. */
async function goProgram(name: string, path: string): Promise<Program | null> {
  const sources = ownFile(path);
  const program = join(folder, basename(path));
  try {
    if (!existsSync(sources)) throw new Error(`no ${sources}`);
    await run('go', ['build', '-o', program, '.'], { cwd: sources });
    return { name, command: [program] };
  } catch (error) {
    console.log(`No ${path}: ${(error as Error).message.split('\n')[0]}`);
    return null;
  }
}

function nodeProgram(): Program {
  const text = `require('node:http')
    .createServer((request, response) => response.end('Hello, World!'))
    .listen(process.env.PORT, '127.0.0.1')`;
  return { name: 'a Node server, since Go is missing', command: [process.execPath, '-e', text] };
}

async function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    http
      .get(url, { agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      })
      .on('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Only Linux has taskset. */
function pinned(cores: number[]): number[] | null {
  return process.platform === 'linux' ? cores : null;
}

function onCore(core: number, command: string[]): string[] {
  return pinned([core]) === null ? command : ['taskset', '-c', String(core), ...command];
}
