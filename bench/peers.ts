/** Load tools that the generator is compared with: one round of each, on given cores. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ownFile } from '../src/system/program/runtime.ts';
import { onCores } from './servers.ts';

const run = promisify(execFile);

export interface Round {
  requestsPerSecond: number;
  /** Of the generating processes; null when it is not known. */
  cpuUsPerRequest: number | null;
}

/** One generator in the comparison. */
export interface Tool {
  name: string;
  round: () => Promise<Round>;
}

export interface Load {
  url: string;
  cores: readonly number[];
  connections: number;
  streams: number;
  seconds: number;
}

/** Null, said aloud, when it is not installed. */
export async function wrk({ url, cores, connections, seconds }: Load): Promise<Tool | null> {
  if (!(await isInstalled('wrk', 'wrk'))) return null;
  const command = ['wrk', `-t${cores.length}`, `-c${connections}`, `-d${seconds}s`, url];
  return {
    name: 'wrk',
    round: async () => {
      const { output, cpuUs } = await timed(cores, command);
      const total = Number(/(\d+) requests in/.exec(output)?.[1]);
      const requestsPerSecond = Number(/Requests\/sec:\s*([\d.]+)/.exec(output)?.[1]);
      return { requestsPerSecond, cpuUsPerRequest: cpuUs / total };
    },
  };
}

/** Over HTTP/2, or with `http1` over HTTP/1.1. Null, said aloud, when it is not installed. */
export async function h2load(load: Load, protocol: 'http1' | 'http2'): Promise<Tool | null> {
  if (!(await isInstalled('h2load', 'nghttp2-client'))) return null;
  const { url, cores, connections, streams, seconds } = load;
  const command = ['h2load', `-t${cores.length}`, `-c${connections}`, `-D${seconds}`];
  command.push(...(protocol === 'http1' ? ['--h1'] : [`-m${streams}`]), url);
  return {
    name: 'h2load',
    round: async () => {
      const { output, cpuUs } = await timed(cores, command);
      const requestsPerSecond = Number(/finished in .*?, ([\d.]+) req\/s/.exec(output)?.[1]);
      const total = Number(/(\d+) succeeded/.exec(output)?.[1]);
      return { requestsPerSecond, cpuUsPerRequest: cpuUs / total };
    },
  };
}

/** It uses one thread, whatever cores there are. */
export function autocannon({ url, cores, connections, seconds }: Load): Tool {
  const program = ownFile('node_modules/autocannon/autocannon.js');
  const options = ['-c', `${connections}`, '-d', `${seconds}`, '--json', '-n'];
  return {
    name: 'autocannon',
    round: async () => {
      const command = [process.execPath, program, ...options, url];
      const { output, cpuUs } = await timed(cores, command);
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

async function isInstalled(program: string, debianPackage: string): Promise<boolean> {
  try {
    await run('sh', ['-c', `command -v ${program}`]);
    return true;
  } catch {
    console.log(`${program} is not installed (apt-get install ${debianPackage}): left out.`);
    return false;
  }
}

/** Runs a command on these cores; the shell's `times` says what CPU time it took. */
async function timed(
  cores: readonly number[],
  command: string[],
): Promise<{ output: string; cpuUs: number }> {
  const [file, ...args] = onCores(cores, ['sh', '-c', '"$@"; times', 'sh', ...command]);
  const { stdout } = await run(file as string, args);
  const children = stdout.trim().split('\n').at(-1) ?? '';
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  const cpuS = parts.reduce(
    (sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest),
    0,
  );
  return { output: stdout, cpuUs: cpuS * 1e6 };
}
