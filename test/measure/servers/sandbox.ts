/** Real little servers for the tests of the shell around them. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Protocol, Tls } from '../../../src/config/experiment/scenario.ts';
import type { Ready, Server, Stop } from '../../../src/config/experiment/server.ts';
import type { Form } from '../../../src/config/settings/spelling.ts';
import { endpointOf } from '../../../src/measure/listening/endpoint.ts';
import { placesOf } from '../../../src/measure/listening/listener.ts';
import { freePort } from '../../../src/measure/listening/ports.ts';
import { askHttp, askUrl, questionOf, urlOf } from '../../../src/measure/ready/ask.ts';
import { type WaitOptions, waitUntilReady } from '../../../src/measure/ready/ready.ts';
import {
  type RunningServer,
  type ServerOptions,
  startServer,
} from '../../../src/measure/servers/server.ts';
import type { Ended } from '../../../src/measure/servers/stop.ts';
import { READY, STOP } from '../../support/manners.ts';

/** Shell command that runs this program by the Node that runs the tests. */
export function node(program: string): string {
  return `'${process.execPath}' -e '${program.replaceAll("'", `'\\''`)}'`;
}

/** A program that answers everything with "ok" and ends at SIGTERM as Node.js does by itself. */
export const OK =
  'require("http").createServer((q, r) => r.end("ok")).listen(+process.env.PORT, "127.0.0.1")';

export interface Wishes {
  start: string;
  path?: string;
  status?: number | null;
  timeoutMs?: number;
  ready?: Partial<Ready>;
  stop?: Partial<Stop>;
  form?: Form;
  before?: string;
  onEnd?: (ended: Ended) => void;
  env?: Record<string, string>;
  port?: number;
  /** Name of a Unix socket in the sandbox's folder; none by default. */
  socket?: string;
  listen?: Server['listen'];
  pairs?: Server['pairs'];
  /** What the load will speak; `http1` by default. */
  protocol?: Protocol;
  tls?: Tls;
  cores?: number[];
  cwd?: string;
  signal?: AbortSignal;
}

/** What the config says of a server. */
export type ServerWishes = Pick<
  Wishes,
  'start' | 'path' | 'status' | 'timeoutMs' | 'ready' | 'stop' | 'env' | 'listen' | 'pairs'
>;

export interface Sandbox {
  dir: string;
  logFile: string;
  /** Marker of the servers that are started here. */
  marker: string;
  /** Started, not waited for; ended after the test if the test did not. */
  start(wishes: Wishes): Promise<RunningServer>;
  /** Started and waited for: the address, or the failure as a rejection. */
  ready(
    wishes: Wishes,
    options?: Partial<WaitOptions>,
  ): Promise<{ server: RunningServer; host: string }>;
  /** As `ready`, with a time limit that begins when the server listens anywhere or has printed a line. */
  readyOnceUp(
    wishes: Wishes,
    options?: Partial<WaitOptions>,
  ): Promise<{ server: RunningServer; host: string }>;
  log(): string;
}

let count = 0;

/** A folder and a marker of the test's own. After the test, the servers and the folder are gone. */
export function makeSandbox(t: TestContext): Sandbox {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tg-servers-')));
  const marker = `test-${process.pid}-${++count}.`;
  const logFile = join(dir, 'server.log');
  const running: RunningServer[] = [];
  t.after(async () => {
    for (const server of running) await server[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true, force: true });
  });
  let starts = 0;
  const start = async ({ port, socket, protocol, cores, cwd, signal, ...wishes }: Wishes) => {
    const { form = 'file', before, onEnd } = wishes;
    const address = {
      port: port ?? (await freePort()),
      socket: socket === undefined ? null : join(dir, socket),
    };
    const options: ServerOptions = {
      server: serverFor(wishes),
      arm: 'head',
      name: 'head',
      cwd: cwd ?? dir,
      address,
      endpoint: endpointOf(address, protocol ?? 'http1'),
      cores: cores ?? null,
      env: process.env,
      logFile,
      marker: `${marker}${++starts}.`,
      form,
      ...(before === undefined ? {} : { before }),
      ...(onEnd === undefined ? {} : { onEnd }),
      ...(signal === undefined ? {} : { signal }),
    };
    const server = await startServer(options);
    running.push(server);
    return server;
  };
  const log = () => readFileSync(logFile, 'utf8');
  return {
    dir,
    logFile,
    marker,
    start,
    readyOnceUp: async (wishes, options = {}) => {
      const server = await start(wishes);
      await until('it is up', () => log() !== '' || placesOf(server.tree()).length > 0);
      return { server, host: await waitFor(server, { ...askOf(server, wishes.tls), ...options }) };
    },
    ready: async (wishes, options = {}) => {
      const server = await start(wishes);
      return { server, host: await waitFor(server, { ...askOf(server, wishes.tls), ...options }) };
    },
    log,
  };
}

/** Waits until it answers, by plain HTTP unless another way to ask is given. */
export async function waitFor(
  server: RunningServer,
  options: Partial<WaitOptions> = {},
): Promise<string> {
  const { signal } = new AbortController();
  return await waitUntilReady(server, { signal, ...askOf(server), ...options });
}

function askOf({ ready }: RunningServer, tls: Tls | null = null): Pick<WaitOptions, 'ask'> {
  const question = questionOf(ready, null);
  if (question === null) return { ask: null };
  const url = urlOf(ready.path ?? '/');
  return {
    ask: (asked) =>
      url === null ? askHttp(question, tls, asked) : askUrl(url, question, tls, asked),
  };
}

export function serverFor({
  start,
  path = '/',
  status = null,
  timeoutMs = 10_000,
  ready = {},
  stop = {},
  env,
  listen,
  pairs,
}: ServerWishes): Server {
  return {
    name: 'server',
    workdir: '.',
    build: null,
    buildTimeoutMs: 1_800_000,
    start,
    listen: listen ?? { kind: 'port' },
    pairs: pairs ?? 'live',
    ready: { ...READY, path, status, timeoutMs, ...ready },
    stop: { ...STOP, ...stop },
    env: env ?? {},
    before: null,
    after: null,
  };
}

/** Waits until the condition holds. Fails the test, by its own time limit alone, when it never does. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`never came true: ${what}`);
    await sleep(10);
  }
}

/** What an expression gives, as JSON, in a process that may not look into one of root's. */
export async function unprivileged(imports: string, expression: string): Promise<string> {
  const program = `${imports}
    if (process.getuid() === 0) process.setuid(65534);
    console.log(JSON.stringify(${expression}));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    program,
  ]);
  return stdout.trim();
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A zombie waits only to be reaped.
  return !/^\S+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
}
