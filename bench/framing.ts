/**
 * Our own WebSocket framing, which holds use, against `ws`, which the closed loop uses: memory of an idle connection, time of
 * opening one, and CPU time of an echo, each kind in a process of its own, in turn, against the Go fixture.
 *
 *   node bench/framing.ts [connections=2000] [echoes=60000] [rounds=3]
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { markdownTable } from 'markdown-table';
import { median } from 'simple-statistics';
import { HoldScenario, type WebSocketScenario } from '../src/config/experiment/scenario.ts';
import type { HeldOwner } from '../src/load/hold/connection.ts';
import { EchoHeld, echoTerms } from '../src/load/hold/echo.ts';
import { connectorTo } from '../src/load/shared/connector.ts';
import { WebSocketSession } from '../src/load/websocket/session.ts';
import { goProgram, startServer } from './servers.ts';

const run = promisify(execFile);

interface Figures {
  bytesEach: number;
  openUsEach: number;
  echoCpuUs: number;
}

/** Connections that echoes go over. */
const LOADED = 32;
const MESSAGE = { bytes: 64, binary: false };
const KINDS = ['own', 'ws'] as const;
const [, , kind, ...given] = process.argv;
if (kind === 'own' || kind === 'ws') {
  const [port = 0, connections = 0, echoes = 0] = given.map(Number);
  const figures =
    kind === 'own' ? await own(port, connections, echoes) : await ws(port, connections, echoes);
  console.log(JSON.stringify(figures));
  process.exit(0);
}

const [connections = 2000, echoes = 60_000, rounds = 3] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'bench-framing-'));
try {
  const program = await goProgram('the Go fixture', 'fixtures/go-websocket', folder);
  if (program === null) process.exit(1);
  await using stop = new AsyncDisposableStack();
  const port = await startServer(program, [1], stop);
  const seen: Record<(typeof KINDS)[number], Figures[]> = { own: [], ws: [] };
  for (let round = 0; round < rounds; round++) {
    for (const one of KINDS) {
      const args = [fileURLToPath(import.meta.url), one, port, connections, echoes].map(String);
      const { stdout } = await run('taskset', [
        '-c',
        '0',
        process.execPath,
        '--expose-gc',
        ...args,
      ]);
      seen[one].push(JSON.parse(stdout));
    }
  }
  const of = (one: (typeof KINDS)[number], figure: keyof Figures) =>
    median(seen[one].map((figures) => figures[figure]));
  const rows = (
    [
      ['KiB of an idle connection', 'bytesEach', 1024],
      ['µs of CPU time to open one', 'openUsEach', 1],
      ['µs of CPU time for an echo', 'echoCpuUs', 1],
    ] as const
  ).map(([what, figure, unit]) => {
    const [mine, theirs] = [of('own', figure) / unit, of('ws', figure) / unit];
    return [what, mine.toFixed(2), theirs.toFixed(2), (theirs / mine).toFixed(2)];
  });
  console.log(markdownTable([['', 'own', 'ws', 'ws to own'], ...rows]));
} finally {
  await rm(folder, { recursive: true });
}

async function own(port: number, count: number, work: number): Promise<Figures> {
  const target = { ...where(port), scenario: holdScenario(count) };
  let left = 0;
  let settle = () => {};
  let next = 0;
  const atOnce = Math.min(LOADED, count);
  const owner: HeldOwner = {
    onOpen: () => --left === 0 && settle(),
    onAnswer: (connection) => {
      if (--left === 0) settle();
      else if (left >= atOnce) connection.ask(next++);
    },
    onRefusal: (_, message) => fail(String(message)),
    onFailure: (_, _kind, message) => fail(String(message)),
    onLoss: (_, reason) => fail(reason),
  };
  const terms = echoTerms(target);
  const shared = { connector: connectorTo(target), readBuffer: Buffer.allocUnsafeSlow(65_536) };
  const all = Array.from({ length: count }, () => new EchoHeld(shared, terms, owner));
  const opened = await metered(async () => {
    left = count;
    const done = new Promise<void>((resolve) => {
      settle = resolve;
    });
    for (const [index, connection] of all.entries()) {
      connection.open();
      if (index % 16 === 15) await sleep(1);
    }
    await done;
  });
  const loaded = all.slice(0, atOnce);
  for (const connection of all.slice(atOnce)) connection.close();
  const echo = async (pieces: number) => {
    left = pieces;
    await new Promise<void>((resolve) => {
      settle = resolve;
      for (const connection of loaded) connection.ask(next++);
    });
  };
  await echo(work / 4);
  const echoed = await metered(() => echo(work));
  return {
    bytesEach: opened.bytes / count,
    openUsEach: opened.cpuUs / count,
    echoCpuUs: echoed.cpuUs / work,
  };
}

async function ws(port: number, count: number, work: number): Promise<Figures> {
  const session = (connections: number) =>
    new WebSocketSession(
      { ...where(port), scenario: socketScenario(connections) },
      { index: 0, of: 1 },
      (_, message) => fail(String(message)),
    );
  const many = session(count);
  const opened = await metered(() => many.open());
  many[Symbol.dispose]();
  using few = session(LOADED);
  await few.open();
  await few.slice(work / 4);
  const echoed = await metered(() => few.slice(work));
  return {
    bytesEach: opened.bytes / count,
    openUsEach: opened.cpuUs / count,
    echoCpuUs: echoed.cpuUs / work,
  };
}

async function metered(act: () => Promise<unknown>): Promise<{ bytes: number; cpuUs: number }> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const cpuBefore = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(cpuBefore);
  globalThis.gc?.();
  return { bytes: process.memoryUsage.rss() - before, cpuUs: user + system };
}

function where(port: number) {
  return { host: '127.0.0.1', port, socketPath: null, root: '/', env: null, processes: null };
}

function holdScenario(count: number): HoldScenario {
  return HoldScenario.parse({
    ...{ kind: 'hold', name: 'bench', protocol: 'websocket', tls: null, connections: count },
    ...{ openPerSecond: 1000, holdMs: 1000, perSecond: 1, timeoutMs: 10_000, request: null },
    socket: { path: '/ws/echo', headers: {}, subprotocol: null, message: MESSAGE },
    serverCores: null,
  });
}

function socketScenario(count: number): WebSocketScenario {
  return {
    ...{ kind: 'websocket', name: 'bench', protocol: 'websocket', mode: 'echo', tls: null },
    ...{ path: '/ws/echo', headers: {}, subprotocol: null, message: MESSAGE },
    ...{ connections: count, timeoutMs: 10_000, latency: null, steadyMs: null, serverCores: null },
  };
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
