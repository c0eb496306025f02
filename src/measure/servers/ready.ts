/** Ready means: it answers, and the listener that answers is our own. */
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownership, portsOf } from './listener.ts';
import type { RunningServer } from './server.ts';

/** Short at first, for servers that start fast; longer and longer for those that take their time. */
const FIRST_PAUSE_MS = 15;
const LONGEST_PAUSE_MS = 100;
const PAUSE_GROWTH = 1.2;
/** Looks in a row that must find a stranger: a process tree that is just changing can look like one. */
const FOREIGN_LOOKS = 3;
const ATTEMPT_MS = 5000;
/** An event stream's body never ends. */
const BODY_MS = 200;

/** Loopback address at which the server answers. Rejects with a ServerFailure, or on abort. */
export async function waitUntilReady(server: RunningServer, signal: AbortSignal): Promise<string> {
  const { timeoutMs, path } = server.ready;
  const deadline = performance.now() + timeoutMs;
  let lastAnswer = 'no answer';
  let pauseMs = FIRST_PAUSE_MS;
  let foreignLooks = 0;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    const ended = server.ended();
    if (ended !== null) throw endedEarly(server, ended);
    const owner = ownership(server.port, server.tree);
    foreignLooks = owner.kind === 'foreign' ? foreignLooks + 1 : 0;
    if (foreignLooks === FOREIGN_LOOKS) throw foreign(server);
    if (owner.kind === 'ours' || owner.kind === 'unknown') {
      const { host } = owner;
      const answer = await ask(host, server.port, path, Math.min(ATTEMPT_MS, timeoutMs), signal);
      if (typeof answer === 'number' && isReady(answer, server.ready.status)) return host;
      lastAnswer = typeof answer === 'number' ? `status ${answer}` : answer;
    }
    await sleep(pauseMs, undefined, { signal });
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * PAUSE_GROWTH);
  }
  throw notReady(server, lastAnswer);
}

function isReady(status: number, wanted: number | null): boolean {
  return wanted === null ? status < 500 : status === wanted;
}

/**
 * Status of a GET, or in words why there is none. An answer without end counts by its status.
 * It is we who close the connection: whoever closes first keeps it in TIME_WAIT for a minute, and
 * on the server's side that could keep the next block's server from its port.
 */
function ask(
  host: string,
  port: number,
  path: string,
  timeout: number,
  signal: AbortSignal,
): Promise<number | string> {
  return new Promise((resolve) => {
    const settle = (answer: number | string) => {
      clearTimeout(limit);
      resolve(answer);
      request.destroy();
    };
    const headers = { connection: 'keep-alive' };
    const request = http.get({ host, port, path, headers, signal, agent: false }, (response) => {
      const status = response.statusCode as number;
      clearTimeout(limit);
      limit = setTimeout(() => settle(status), BODY_MS);
      response.resume();
      response.once('end', () => settle(status));
      response.once('error', (error) => settle(error.message));
    });
    let limit = setTimeout(() => settle(`no answer within ${timeout} ms`), timeout);
    request.on('error', (error) => settle(error.message));
  });
}

function endedEarly(server: RunningServer, ended: string) {
  const daemon =
    server.tree().length === 0
      ? ''
      : '. Processes that it started go on: the start command must stay in the foreground';
  return server.failure('exited', `the server ended before it was ready (${ended})${daemon}`);
}

function foreign(server: RunningServer) {
  return server.failure(
    'foreign-listener',
    `port ${server.port} is answered by a process that the start command did not start (a stale server, or a container): measuring it would say nothing about this build`,
  );
}

function notReady(server: RunningServer, lastAnswer: string) {
  const { port, ready } = server;
  const seconds = ready.timeoutMs / 1000;
  const owner = ownership(port, server.tree);
  if (owner.kind === 'foreign') return foreign(server);
  if (owner.kind === 'none') {
    const ourPorts = portsOf(server.tree());
    const elsewhere =
      ourPorts.length > 0
        ? `it listens on ${ourPorts.join(', ')} instead. Make it read the PORT environment variable, or put {port} into the start command`
        : 'nothing listens there. Does it read PORT (or {port} in the start command)? A slow start needs a larger `ready.timeout`';
    const kind = ourPorts.length > 0 ? 'wrong-port' : 'timeout';
    return server.failure(kind, `not ready on port ${port} after ${seconds} s: ${elsewhere}`);
  }
  const wanted = ready.status === null ? 'a status below 500' : `status ${ready.status}`;
  return server.failure(
    'wrong-status',
    `GET ${ready.path} gave ${lastAnswer} for ${seconds} s, where ${wanted} means ready`,
  );
}
