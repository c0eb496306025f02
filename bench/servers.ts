/** Servers for the generator to be tried on, each on given cores. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ownFile } from '../src/system/program/runtime.ts';

const run = promisify(execFile);

const UDP_STARTS_MS = 1000;

export interface Program {
  name: string;
  command: string[];
  env: Record<string, string>;
}

/** Builds a Go server of the repository into `folder`; null, said aloud, when that fails. */
export async function goProgram(
  name: string,
  sources: string,
  folder: string,
  env: Record<string, string> = {},
): Promise<Program | null> {
  const program = join(folder, basename(sources));
  try {
    await run('go', ['build', '-o', program, '.'], { cwd: ownFile(sources) });
    return { name, command: [program], env };
  } catch (error) {
    console.log(`No ${sources}: ${(error as Error).message.split('\n')[0]}`);
    return null;
  }
}

/** For machines without Go. */
export function nodeProgram(): Program {
  const text = `require('node:http')
    .createServer((request, response) => response.end('Hello, World!'))
    .listen(process.env.PORT, '127.0.0.1')`;
  const name = 'a Node server, since Go is missing';
  return { name, command: [process.execPath, '-e', text], env: {} };
}

/** Resolves to the port once it accepts connections; `stop` ends it. */
export async function startServer(
  { name, command, env }: Program,
  cores: readonly number[],
  stop: AsyncDisposableStack,
  { isUdp = false }: { isUdp?: boolean } = {},
): Promise<number> {
  const port = await freePort();
  const [file, ...args] = onCores(cores, command);
  const child = spawn(file as string, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env, PORT: String(port), GOMAXPROCS: String(cores.length) },
  });
  stop.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, 'exit');
  });
  // Nothing tells whether UDP is listened to.
  if (isUdp) await sleep(UDP_STARTS_MS);
  for (let i = 0; !isUdp && !(await accepts(port)); i++) {
    if (i === 200 || child.exitCode !== null) throw new Error(`${name} did not start`);
    await sleep(50);
  }
  return port;
}

/** Only Linux has taskset. */
export function onCores(cores: readonly number[], command: string[]): string[] {
  return process.platform === 'linux' ? ['taskset', '-c', cores.join(), ...command] : command;
}

async function accepts(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
