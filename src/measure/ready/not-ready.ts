/** Why a server is not ready, in words that a person can act on, in the form in which they described it. Pure. */

import { shownPath } from '../../config/experiment/withhold.ts';
import { type Form, named, written } from '../../config/settings/spelling.ts';
import { MAX_HEAD_BYTES } from '../../load/http1/answer-parser.ts';
import { NO_HTTP3 } from '../../load/http3/codes.ts';
import { codeToldIn } from '../../load/shared/ended-question.ts';
import { ABOUT_CLIENT, OTHER_NAMES, OTHER_VERSIONS } from '../../load/shared/tls-trouble.ts';
import { answerOf, answerText } from '../../load/unexpected.ts';
import { secondsText } from '../../terms/time-text.ts';
import type { ServerFailureKind, Symptoms } from '../failures/server-failure.ts';
import type { Endpoint } from '../listening/address.ts';
import { endpointText } from '../listening/endpoint.ts';
import type { Ownership, Place } from '../listening/listener.ts';
import { NOT_DONE } from '../servers/beside.ts';
import type { RunningServer } from '../servers/server.ts';
import type { ReadyAnswer } from './ask.ts';
import { dropsVariables } from './drops-variables.ts';

/** What was seen of it last. */
export interface Waited {
  owner: Ownership['kind'];
  /** It reads its standard input, and waits for what somebody types. */
  isAsking?: boolean;
  /** How often processes of it have ended meanwhile. */
  ends?: number;
  /** What starts it again has given up it, or a program beside it. */
  isGivenUp?: boolean;
  /** Where it listens besides. */
  others: readonly Place[];
  /** A line of its output was as `ready.log` wants it. */
  hasSaid: boolean;
  /** How `ready.command` ended last; null: well, or it was not run. */
  command: string | null;
  /** The last one; null: it was not asked. */
  answer: ReadyAnswer | null;
}

export interface WhyNot {
  kind: ServerFailureKind;
  /** "not ready after 2 s: nothing listens on port 20123…". */
  what: string;
  symptoms: Symptoms;
}

/** A start has a few steps. */
const MANY_ENDS = 5;

type Told = Pick<RunningServer, 'endpoint' | 'ready' | 'listen' | 'pairs' | 'start' | 'form'>;

export function whyNotReady(server: Told, seen: Waited, waitedMs: number): WhyNot {
  const { endpoint, ready, form } = server;
  const time = secondsText(waitedMs);
  const after = `after ${time}`;
  if (seen.owner === 'foreign') return foreignListener(endpoint);
  if (seen.owner === 'none') {
    const others = elsewhereOf(server, seen.others);
    const what = others ?? (seen.isAsking ? ASKING : nowhere(server, seen));
    return {
      kind: others === null ? 'timeout' : 'wrong-port',
      what: `not ready on ${endpointText(endpoint)} ${after}: ${what}`,
      symptoms: {},
    };
  }
  if (!seen.hasSaid) {
    return {
      kind: 'timeout',
      what: `not ready ${after}: it listens on ${endpointText(endpoint)}, but no line of its output has what ${named('readyLog', form)} names`,
      symptoms: { awaitedLine: ready.log },
    };
  }
  if (seen.command !== null) {
    return {
      kind: 'timeout',
      what: `not ready ${after}: it listens on ${endpointText(endpoint)}, but the command of ${named('readyCommand', form)} fails (${seen.command})${seen.command.startsWith(NOT_DONE) ? endText(form) : ''}`,
      symptoms: {},
    };
  }
  const answer = seen.answer ?? 'no answer';
  const readyStatus = statusOf(answer);
  const code = peerCodeOf(answer);
  const gave = typeof answer === 'object' ? answerText(answer) : String(answer);
  const asked = `${ready.method} ${shownPath(ready.path ?? '/')}`;
  const invalid = typeof answer === 'string' ? INVALID_ANSWER.exec(answer)?.[1] : undefined;
  // A whole sentence of its own, with its cure.
  const what = namesItsCure(answer)
    ? `not ready ${after}: ${gave}`
    : invalid !== undefined
      ? `not ready ${after}: the answer to ${asked} ${invalidText(invalid)}`
      : code !== null
        ? `not ready ${after}: ${asked} has no answer, as ${gave}`
        : `${asked} gave ${readyStatus === null ? gave : `status ${gave}`} for ${time}, where ${wantedText(ready)} means ready${readyStatus === null ? hintFor(answer, seen.ends ?? 0, form) : ''}`;
  return {
    kind: 'wrong-status',
    what,
    symptoms: {
      peerCode: code,
      ...(code !== null && { isQuestion: true }),
      readyStatus,
      readyAnswer:
        typeof answer === 'object'
          ? answer
          : readyStatus === null
            ? null
            : answerOf({ status: readyStatus }),
    },
  };
}

/** The server has said clearly that it will never answer such a question, however long it is waited for. */
export function isBeyondTime(answer: ReadyAnswer | null): boolean {
  if (typeof answer !== 'string') return false;
  return NEVER.test(answer) || ABOUT_CLIENT.test(answer) || INVALID_ANSWER.test(answer);
}

/**
 * The server takes the question for none that it answers now. It may say so in its first moments, and one that goes on so does not
 * lack time: it is being shut down, it has a limit, or it finds fault with the client.
 */
export function isTurnedAway(answer: ReadyAnswer | null): boolean {
  if (answer === null) return false;
  const code = peerCodeOf(answer);
  if (code !== null) return !OWN_FAILURES.includes(code);
  return typeof answer === 'string' && answer.includes(NO_STREAMS);
}

/** By these a server, or a proxy, says that it failed itself, as 500 and 502 do: that may pass. */
const OWN_FAILURES: readonly string[] = [
  ...['INTERNAL_ERROR', 'CANCEL', 'CONNECT_ERROR'],
  ...['H3_INTERNAL_ERROR', 'H3_REQUEST_CANCELLED', 'H3_CONNECT_ERROR'],
];

/** Null: it did not end the question so. */
function peerCodeOf(answer: ReadyAnswer): string | null {
  return typeof answer === 'string' ? codeToldIn(answer) : null;
}

/** It names its own cure. */
function namesItsCure(answer: ReadyAnswer): boolean {
  return typeof answer === 'string' && CURED.test(answer);
}

/** A server that allows none is told by the name of its setting. */
const NO_STREAMS = 'SETTINGS_MAX_CONCURRENT_STREAMS';
const CURED = new RegExp(`\`tls|\`cert\`|${NO_STREAMS}|${OTHER_VERSIONS}|${NO_HTTP3}|over HTTP/2$`);
const NEVER = new RegExp(`HTTP_1_1_REQUIRED|${OTHER_NAMES}|${OTHER_VERSIONS}|${NO_HTTP3}`);

/** How Node.js says that an answer breaks the rules of HTTP; without those that are of another protocol altogether. */
const INVALID_ANSWER = /^Parse Error: (?!Expected HTTP)(.+)/;

function invalidText(trouble: string): string {
  return trouble === 'Header overflow'
    ? `has a head of more than ${MAX_HEAD_BYTES / 1024} KiB, which is more than the load reads: have the server send shorter headers`
    : `is no valid HTTP/1.1 (${trouble}), so clients may refuse it: mend what the server sends`;
}

/** Before a handshake over QUIC came off, the request was not even sent. */
function hintFor(answer: ReadyAnswer, ends: number, form: Form): string {
  // A start script of many steps has as many ends, so that the other hint stays.
  const workers =
    ends >= MANY_ENDS
      ? `. At least ${ends} processes of it have ended meanwhile: if they are its workers, which something starts again and again, its last lines may show what they lack`
      : '';
  const isUnopened = typeof answer === 'string' && answer.includes('QUIC handshake');
  return isUnopened
    ? '. It has the UDP port: look whether it serves HTTP/3 there (QUIC version 1) and at its own log'
    : `${workers}${unasked(form)}`;
}

/** Some take connections and answer no plain request, such as one of WebSocket only. */
function unasked(form: Form): string {
  return `. If it answers known hosts only, give the load the Host header of one (${named('headers', form)}), which this question gets too. If it answers no such request, set ${written('readyCommand', form === 'file' ? "'true'" : 'true', form)}, which takes it for ready as soon as it listens. If its code fails at it, its own log says so`;
}

export function foreignListener(endpoint: Endpoint): WhyNot {
  return {
    kind: 'foreign-listener',
    what: `${endpointText(endpoint)} is answered by a process that the start command did not start (a stale server, or a container): measuring it would say nothing about this build`,
    symptoms: { taken: 'instead' },
  };
}

function endText(form: Form): string {
  return `. It must come to its end, and is run again until it succeeds. One that takes so long needs a longer ${named('readyTimeout', form)}`;
}

/** Something starts it again each time. */
export function endsAgain(times: number): WhyNot {
  return {
    kind: 'exited',
    what: `the server, or a worker of it, ended before it was ready, was started again, and ended again: it printed the same error ${times} times`,
    symptoms: { isRestarted: true },
  };
}

/** It goes on, and each question to it ends in the same error. */
export function breaksEachTime({ ready }: Told, waitedMs: number, times: number): WhyNot {
  const asked = `${ready.method} ${shownPath(ready.path ?? '/')}`;
  return {
    kind: 'wrong-status',
    what: `${asked} gave the end of the connection in place of an answer again and again, and the server printed the same error ${times} times in ${secondsText(waitedMs)}: its code fails at that request`,
    symptoms: {},
  };
}

/** It answers each question by the same failure, which does not pass by itself. */
export function failsEachTime(why: WhyNot, times: number): WhyNot {
  return { ...why, what: `${why.what}, and the server printed the same error ${times} times` };
}

/** What watches its files goes on, and the server does not. */
export function givenUp(): WhyNot {
  return {
    kind: 'exited',
    what: 'the server ended before it was ready, and the program that started it (a watcher of files, a supervisor) goes on without it',
    symptoms: { isRestarted: true },
  };
}

/** A supervisor has given up one of its programs; the others run, and which of them is the server is not known. */
export function givenUpBesideOthers(idleMs: number): WhyNot {
  return {
    kind: 'exited',
    what: `its supervisor has given up one of its programs before the server was ready, and the others have done nothing for ${secondsText(1000 * Math.floor(idleMs / 1000))} since`,
    symptoms: { isRestarted: true },
  };
}

/** It is ready by all that `ready` says, but at another place. */
export function readyElsewhere(server: Told, others: readonly Place[]): WhyNot {
  return {
    kind: 'wrong-port',
    what: `not ready on ${endpointText(server.endpoint)}: ${elsewhereOf(server, others)}`,
    symptoms: {},
  };
}

export function statusOf(answer: ReadyAnswer): number | null {
  if (typeof answer === 'string') return null;
  return typeof answer === 'number' ? answer : answer.status;
}

function wantedText({ status, times }: Told['ready']): string {
  const often = times === 1 ? '' : ` ${times} times in a row`;
  if (status === null) return `a status below 500${often}`;
  return `status ${String(status).replace(/, ([^,]*)$/, ' or $1')}${often}`;
}

/** Null: nowhere. */
function elsewhereOf(server: Told, others: readonly Place[]): string | null {
  const away = others.filter(({ isApart }) => isApart);
  if (away.length > 0) {
    return `it listens on ${textOf(away)} in a network namespace of its own (\`unshare --net\`, \`ip netns exec\`, a container), where the load cannot reach it. Start it without one`;
  }
  if (others.length === 0) return null;
  if (isSamePortOnly('udp', server, others)) {
    return `it listens there over UDP only. If it serves HTTP/3, set ${written('protocol', 'http3', server.form)}; else have it listen over TCP`;
  }
  if (isSamePortOnly('tcp', server, others)) {
    return `it listens there over TCP only, and HTTP/3 is served over UDP. Start it with HTTP/3 (a field \`alt-svc\` announces it, and serves nothing), or set ${written('protocol', 'http2', server.form)} or ${written('protocol', 'http1', server.form)}`;
  }
  return `it listens on ${textOf(others)} instead. ${remedy(server, others)}`.trimEnd();
}

/** The port was read, and the protocol is another. */
function isSamePortOnly(
  kind: 'tcp' | 'udp',
  { endpoint }: Told,
  others: readonly Place[],
): boolean {
  if (endpoint.kind === 'unix' || endpoint.kind === kind) return false;
  return others.every(({ at }) => at.kind === kind && at.port === endpoint.port);
}

function textOf(places: readonly Place[]): string {
  return [...new Set(places.map(({ at }) => endpointText(at)))].join(', ');
}

function remedy({ endpoint, listen, pairs, start, form }: Told, others: readonly Place[]): string {
  const alike = others.find(({ at }) => at.kind === endpoint.kind)?.at;
  const fixed = alike !== undefined && alike.kind !== 'unix' ? alike.port : null;
  if (listen.kind === 'fixed') {
    return fixed === null ? overUdp(endpoint) : `Set ${written('port', fixed, form)}`;
  }
  const name = listen.kind === 'socket' ? 'SOCKET' : 'PORT';
  const put = `put {${name.toLowerCase()}} into the start command`;
  const dropping = droppedBy(start, endpoint);
  const read =
    dropping === null
      ? `Make it read the ${name} environment variable, or ${put}`
      : `\`${dropping}\` hands no variables on, so the server does not see ${name}: ${put}`;
  if (listen.kind === 'socket') return read;
  if (fixed === null) return `${overUdp(endpoint)}${read}${orSocket(others, form)}`;
  const exclusive = pairs === 'live' ? ` and ${written('pairs', 'exclusive', form)}` : '';
  return `${read}; if its port is fixed, set ${written('port', fixed, form)}${exclusive}`;
}

/** Where it stands in the command, no variable is needed. */
function droppedBy(start: string, at: Endpoint): string | null {
  const place = at.kind === 'unix' ? at.path : String(at.port);
  return start.includes(place) ? null : dropsVariables(start);
}

/** A socket has no flag and no input. */
function orSocket(others: readonly Place[], form: Form): string {
  const isSocket = others.some(({ at }) => at.kind === 'unix');
  if (!isSocket) return '';
  const where = form === 'file' ? '' : ' in a config file';
  return `; for a Unix socket, set \`socket: true\`${where}, and let it listen on the path in SOCKET`;
}

function overUdp({ kind }: Endpoint): string {
  return kind === 'udp' ? 'HTTP/3 is served over UDP. ' : '';
}

const ASKING =
  'nothing listens there, and it waits for something to be typed: it reads its standard input, on which nothing comes. Its last lines may show what it asks for: give it that in `env` or as an argument of the start command';

function nowhere(
  { endpoint, listen, start, form }: Told,
  { ends = 0, isGivenUp = false }: Waited,
): string {
  if (isGivenUp) {
    return `nothing listens there, and its supervisor has given up one of its programs, which its last lines name: mend it, or leave it out for this run. If it is not the server, a slow start needs a larger ${named('readyTimeout', form)}`;
  }
  if (ends >= MANY_ENDS) {
    return `nothing listens there, and at least ${ends} processes that the start command ran have ended meanwhile. If something starts the server again and again, its last lines may show what it lacks. What compiles it belongs into ${named('build', form)}. A slow start needs a larger ${named('readyTimeout', form)}`;
  }
  const question = {
    port: 'Does it read PORT (or {port} in the start command)?',
    socket: 'Does it read SOCKET (or {socket} in the start command)?',
    fixed: `Is ${named('port', form)} the one that it has?`,
  }[listen.kind];
  const dropping = listen.kind === 'fixed' ? null : droppedBy(start, endpoint);
  const unseen =
    dropping === null
      ? ''
      : ` \`${dropping}\` hands no variables on: it must stand in the command.`;
  return `nothing listens there. ${question}${unseen} A slow start needs a larger ${named('readyTimeout', form)}`;
}
