/** Ready means: it answers, and the listener that answers is our own. */

import { setTimeout as sleep } from 'node:timers/promises';
import { shownPath } from '../../config/withhold.ts';
import { answerText } from '../../load/unexpected.ts';
import type { Endpoint } from './address.ts';
import type { ReadyAnswer } from './ask.ts';
import { endpointText } from './endpoint.ts';
import type { ServerFailure } from './failure.ts';
import { endpointsOf, ownership } from './listener.ts';
import type { RunningServer } from './server.ts';

export interface WaitOptions {
  /** Status of `ready.path` in the protocol of the load, or in words why there is none. */
  ask: (asked: { host: string; timeoutMs: number; signal: AbortSignal }) => Promise<ReadyAnswer>;
  signal: AbortSignal;
}

/** Short at first, for servers that start fast; longer and longer for those that take their time. */
const FIRST_PAUSE_MS = 15;
const LONGEST_PAUSE_MS = 100;
const PAUSE_GROWTH = 1.2;
/** Looks in a row that must find a stranger: a process tree that is just changing can look like one. */
const FOREIGN_LOOKS = 3;
const ATTEMPT_MS = 5000;

/** Loopback address at which the server answers. Rejects with a ServerFailure, or on abort. */
export async function waitUntilReady(
  server: RunningServer,
  { ask, signal }: WaitOptions,
): Promise<string> {
  const { endpoint, ready } = server;
  const deadline = performance.now() + ready.timeoutMs;
  const timeoutMs = Math.min(ATTEMPT_MS, ready.timeoutMs);
  let lastAnswer: ReadyAnswer = 'no answer';
  let pauseMs = FIRST_PAUSE_MS;
  let foreignLooks = 0;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    const ended = server.ended();
    if (ended !== null) throw endedEarly(server, ended);
    const owner = ownership(endpoint, server.tree);
    foreignLooks = owner.kind === 'foreign' ? foreignLooks + 1 : 0;
    if (foreignLooks === FOREIGN_LOOKS) throw foreign(server);
    if (owner.kind === 'ours' || owner.kind === 'unknown') {
      const { host } = owner;
      const answer = await ask({ host, timeoutMs, signal });
      const status = statusOf(answer);
      if (status !== null && isReady(status, ready.status)) return host;
      lastAnswer = answer;
    }
    await sleep(pauseMs, undefined, { signal });
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * PAUSE_GROWTH);
  }
  throw notReady(server, lastAnswer);
}

/**
 * Rejects when a stranger listens where the server does: with a port that both allow to be shared
 * (SO_REUSEPORT), it would get a part of what is measured.
 */
export async function assertOwner(server: RunningServer): Promise<void> {
  for (let look = 1; ownership(server.endpoint, server.tree).kind === 'foreign'; look++) {
    if (look === FOREIGN_LOOKS) throw foreign(server);
    await sleep(FIRST_PAUSE_MS);
  }
}

function statusOf(answer: ReadyAnswer): number | null {
  if (typeof answer === 'string') return null;
  return typeof answer === 'number' ? answer : answer.status;
}

function isReady(status: number, wanted: number | null): boolean {
  return wanted === null ? status < 500 : status === wanted;
}

function endedEarly(server: RunningServer, ended: string): ServerFailure {
  const daemon =
    server.tree().length === 0
      ? ''
      : '. Processes that it started go on: the start command must stay in the foreground';
  return server.failure('exited', `the server ended before it was ready (${ended})${daemon}`);
}

function foreign(server: RunningServer): ServerFailure {
  return server.failure(
    'foreign-listener',
    `${endpointText(server.endpoint)} is answered by a process that the start command did not start (a stale server, or a container): measuring it would say nothing about this build`,
  );
}

function notReady(server: RunningServer, lastAnswer: ReadyAnswer): ServerFailure {
  const { endpoint, ready } = server;
  const seconds = ready.timeoutMs / 1000;
  const owner = ownership(endpoint, server.tree);
  if (owner.kind === 'foreign') return foreign(server);
  if (owner.kind === 'none') {
    const others = endpointsOf(server.tree());
    const what = others.length > 0 ? elsewhere(server, others) : nowhere(server);
    return server.failure(
      others.length > 0 ? 'wrong-port' : 'timeout',
      `not ready on ${endpointText(endpoint)} after ${seconds} s: ${what}`,
    );
  }
  const wanted = ready.status === null ? 'a status below 500' : `status ${ready.status}`;
  const readyStatus = statusOf(lastAnswer);
  const gave = typeof lastAnswer === 'object' ? answerText(lastAnswer) : String(lastAnswer);
  return server.failure(
    'wrong-status',
    `GET ${shownPath(ready.path)} gave ${readyStatus === null ? gave : `status ${gave}`} for ${seconds} s, where ${wanted} means ready`,
    { readyStatus },
  );
}

function elsewhere(server: RunningServer, others: readonly Endpoint[]): string {
  const where = others.map(endpointText).join(', ');
  return `it listens on ${where} instead. ${remedy(server, others)}`.trimEnd();
}

function remedy({ endpoint, listen, pairs }: RunningServer, others: readonly Endpoint[]): string {
  const alike = others.find(({ kind }) => kind === endpoint.kind);
  const fixed = alike !== undefined && alike.kind !== 'unix' ? alike.port : null;
  if (listen.kind === 'fixed') {
    return fixed === null ? overUdp(endpoint) : `Set \`port: ${fixed}\``;
  }
  const name = listen.kind === 'socket' ? 'SOCKET' : 'PORT';
  const read = `Make it read the ${name} environment variable, or put {${name.toLowerCase()}} into the start command`;
  if (listen.kind === 'socket') return read;
  if (fixed === null) return `${overUdp(endpoint)}${read}`;
  const exclusive = pairs === 'live' ? ' and `pairs: exclusive`' : '';
  return `${read}; if its port is fixed, set \`port: ${fixed}\`${exclusive}`;
}

function overUdp({ kind }: Endpoint): string {
  return kind === 'udp' ? 'HTTP/3 is served over UDP. ' : '';
}

function nowhere({ listen }: RunningServer): string {
  const question = {
    port: 'Does it read PORT (or {port} in the start command)?',
    socket: 'Does it read SOCKET (or {socket} in the start command)?',
    fixed: 'Is the `port` of the config the one that it has?',
  }[listen.kind];
  return `nothing listens there. ${question} A slow start needs a larger \`ready.timeout\``;
}
