/** Recognises what would mend a failed set-up by what was seen. Of what programs printed only patterns are looked for: nothing of it is kept. */
import type { EchoTerms } from '../../config/experiment/echo-of.ts';
import type { Form } from '../../config/settings/spelling.ts';
import { brokenAnswerIn, isCutWhileSent, isUnanswered } from '../../load/shared/broken-answer.ts';
import { ONLY_ONCE } from '../../load/shared/resend.ts';
import type { Answered } from '../../load/unexpected.ts';
import { closeCodeIn } from '../../load/websocket/close-code.ts';
import { NO_ECHO, NOT_DELIVERED, OTHER_TYPE } from '../../load/websocket/message.ts';
import { TWICE_OR_UNASKED } from '../../load/websocket/stray.ts';
import type { Cure, ServiceTool } from '../observed/cure.ts';
import { IN_USE, NOT_ALLOWED, NOT_HERE } from './address-signs.ts';
import { isInOtherLetters, keeperIn } from './awaited-line.ts';
import { buildSignIn, isNoCode } from './build-signs.ts';
import { isFileMissing } from './files-missing.ts';
import { missingIn } from './missing-code.ts';
import { type PrintedSign, signIn } from './printed-signs.ts';
import { type Refusal, type Refused, refusalOf } from './refusal.ts';

/** What is known of a failure. */
export interface Seen {
  /** The answer that was not as expected; null: the failure is another one. */
  answer?: Answered | null;
  /** The path that was asked for; absent: not known, or one of several. */
  path?: string | undefined;
  /** And its method, likewise. */
  method?: string | undefined;
  /** How the body of that answer begins. */
  excerpt?: string | null;
  /** It is one to a request before the load. */
  isBeforeLoad?: boolean;
  /** Such requests were answered, and something was captured from them for the load. */
  hasCaptured?: boolean;
  /** Answers as expected before it; null: not counted. */
  good?: number | null;
  /** The one kind of request of several that fails; null: there is one kind, or not it alone. */
  failingKind?: string | null;
  /** Of a load that had good answers no request had one any more, as the server closed every connection. */
  isCutOff?: boolean;
  /** That answer is one to the opening handshake of a WebSocket. */
  isHandshake?: boolean;
  /** Connections that it serves at a time; null: as many as there are. */
  served?: number | null;
  /** A connection of the load did not get beyond the TLS handshake. */
  isUnfinishedTls?: boolean;
  /** It was ready, and refuses connections now. */
  isClosedAgain?: boolean;
  /** The error code by which the server ended a request; null: it ended none so. */
  peerCode?: string | null;
  /** What the load says of a request that failed, with the time that each has. */
  failed?: {
    message: string;
    timeoutMs: number;
    /** What came breaks the rules of HTTP. */
    isInvalid?: boolean;
    /** A request behind it was answered in time. */
    isFirstAlone?: boolean;
  };
  /** It has answered the same request before, and gives no answer at all now. */
  hasFallenSilent?: boolean;
  /** Of a WebSocket whose messages must come back, or reach others. */
  echo?: EchoTerms;
  /** Why no connection could be opened. */
  unopened?: string;
  /** Of a command that ended. */
  exitCode?: number | null;
  /** It is a build: what it printed is about no port and no other user of a server's. */
  isBuild?: boolean;
  /** It ended of its own accord, in whichever way. */
  hasEnded?: boolean;
  /** Something has started it again, or waits to. */
  isRestarted?: boolean;
  /** It ended of its own accord, with exit code 0. */
  hasEndedWell?: boolean;
  /** What would do, of a load whose own queue outlasts its timeout. */
  queue?: { connections: number; timeoutMs: number } | null;
  /** Connections that may wait, where some found no room. */
  mayWait?: number | null;
  /** What was printed last. */
  output?: string | null;
  /** To the question whether it is ready, and not as that wants it. */
  readyAnswer?: Answered | null;
  /** What a line of its output should have, which is waited for in vain. */
  awaitedLine?: string | null;
  /** A command that must end and does not. */
  isEndless?: boolean;
  /** Connections that it has closed keep its port. */
  isPortKept?: boolean;
  /** A while later it answered as expected, again and again. */
  isLater?: boolean;
  /** Of a request of gRPC. */
  isCall?: boolean;
  /** Somebody else listens where it should. */
  taken?: 'before' | 'instead' | null;
  /** The start command hands it to a container. */
  isContainer?: boolean;
  /** The start command hands it to a service by this tool; null: it does not. */
  serviceTool?: ServiceTool | null;
  /** The start command runs it as another user. */
  isOtherUser?: boolean;
  /** The program that it names is not there, and others are. */
  isOtherProgram?: boolean;
  /** A process of it runs as a user who may not enter the folder of its files. */
  isShutOut?: boolean;
  /** Names of its programs. */
  runtimes?: readonly string[];
  form?: Form;
}

/** How shells say that there is no such command, and that it is none. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
/** Of `timeout` of the GNU coreutils, when its time is over. */
const TIMED_OUT = 124;

/** A command that is given with its path is a file of the repository, or one that a build makes. */
const NO_PATH = /\S*\/\S+: (not found|no such file)/i;
/** Of any file. */
const NO_SUCH = /can't open file|no such file or directory/i;

const DENIED = /permission denied|EACCES/i;
/** What the load says of a handshake that came off, and should not have. */
const TERMS = /WebSocket handshake on \S+ (.*(?:subprotocol|extension).*)/i;
/** And of a message that does not come back. */
const OTHER_ECHO = /^expected .* got /s;
const ECHOED_AS = new RegExp(`^${OTHER_TYPE} (text|binary)`);
/** They mean the same to a handshake as to a request. */
const ALIKE_IN_HANDSHAKE: readonly number[] = [401, 429, 502, 503, 504];
/** How a login is answered whose name or password is another one. */
const OF_LOGIN: readonly Refusal[] = ['bad-request', 'unauthorized', 'not-allowed', 'invalid-body'];
/** Of one that goes on: how runtimes tell of what nobody has caught. */
const SAYS_WHY =
  /^Traceback \(most recent call last\)|\bpanic: |\bpanic serving\b|\bException in thread\b|^\s+at \S.*:\d+\)?$/m;
const CLOSED_AGAIN = /^connect ECONNREFUSED/;
/** What a server says of a file that it may not read, and a proxy of a socket that it may not write to. */
const SAYS_DENIED: readonly number[] = [403, 404, 500, 502, 503];
/** What servers also print of what they can do without, or of something else. */
const ALSO_IN_PASSING: readonly PrintedSign[] = [
  'host-unknown',
  'terminal-missing',
  'variable-missing',
];
/** How a server says that it cannot do without somebody whom it asks in its turn, or without something that it has used up. */
const SAYS_MISSING: readonly number[] = [500, 502, 503, 504];
/** What each request takes some of: that there is none left is why it fails. */
const USED_UP: readonly PrintedSign[] = [
  ...(['files-used-up', 'connections-used-up', 'ports-used-up'] as const),
  ...(['pool-used-up', 'disk-full'] as const),
];
/** How databases, caches and queues say that there is no room for one more, and their clients that nobody is there. */
const FULL =
  /too many clients already|remaining connection slots|ER_CON_COUNT_ERROR|\btoo many connections\b|max number of clients reached|no more connections allowed|Too many open connections/i;
const REFUSED =
  /ECONNREFUSED|connection ?refused|connect(ion)? to \S+ failed|could ?n[o']t connect to|can't connect to|failed to connect to/i;

/** Methods of requests that have a body most often. */
const WITH_BODY: readonly string[] = ['POST', 'PUT', 'PATCH'];

/** Null: nothing that is known by its signs. */
export function cureFor(seen: Seen): Cure | null {
  const cure = signOf(seen);
  return cure === null || seen.form === undefined ? cure : { ...cure, form: seen.form };
}

function signOf({
  answer = null,
  path,
  method,
  excerpt = null,
  isBeforeLoad = false,
  hasCaptured = false,
  isHandshake = false,
  good = null,
  failingKind = null,
  isCutOff = false,
  served,
  isUnfinishedTls = false,
  isClosedAgain = false,
  failed,
  hasFallenSilent = false,
  echo,
  unopened = '',
  queue,
  mayWait,
  peerCode = null,
  exitCode,
  isBuild = false,
  output,
  readyAnswer = null,
  awaitedLine = null,
  isEndless = false,
  runtimes = [],
  taken = null,
  isPortKept = false,
  isLater = false,
  isCall = false,
  isContainer = false,
  serviceTool = null,
  isOtherUser = false,
  isOtherProgram = false,
  isShutOut = false,
  hasEndedWell = false,
  hasEnded = false,
  isRestarted = false,
}: Seen): Cure | null {
  if (isEndless) return { code: 'before-endless' };
  if (isUnfinishedTls) return { code: 'handshake-unfinished' };
  // One that has answered was ready: it broke under its load.
  const hasAnswered = (good ?? 0) > 0;
  if (isClosedAgain && !hasAnswered) return { code: 'closed-again' };
  const text = output ?? '';
  const printed = signIn(text);
  if (served) {
    const isUsedUp = printed === 'files-used-up' || printed === 'connections-used-up';
    return isUsedUp ? { code: printed } : { code: 'few-connections', served };
  }
  if (isLater) return { code: 'ready-too-early', ...(isCall && { isCall }) };
  if (queue != null) return { code: 'queue', ...queue };
  if (mayWait != null) return { code: 'listen-queue', connections: mayWait };
  const friend = FULL.test(text) ? 'friend-full' : REFUSED.test(text) ? 'friend-missing' : null;
  const heard = answer ?? readyAnswer;
  if (heard !== null) {
    if (SAYS_DENIED.includes(heard.status) && DENIED.test(text)) return { code: 'may-not-read' };
    if (SAYS_MISSING.includes(heard.status)) {
      if (friend !== null) return { code: friend };
      if (printed !== null && USED_UP.includes(printed)) return { code: printed };
    }
  }
  if (answer !== null) {
    if (answer.status === 403 && isShutOut && !hasAnswered && !isBeforeLoad && !isHandshake) {
      return { code: 'shut-out', answer };
    }
    return isHandshake && !ALIKE_IN_HANDSHAKE.includes(answer.status)
      ? handshakeCure(answer)
      : cureForAnswer(answer, {
          good,
          path,
          method,
          isBeforeLoad,
          hasCaptured,
          failingKind,
          texts: [excerpt ?? '', text],
        });
  }
  if (peerCode !== null) return { code: 'peer-code', name: peerCode };
  if (readyAnswer !== null) return { code: 'ready-answer', answer: readyAnswer };
  if (awaitedLine !== null) {
    if (isInOtherLetters(awaitedLine, text)) return { code: 'line-in-other-letters' };
    return { code: 'output-kept-back', runtime: keeperIn(runtimes) };
  }
  const terms = TERMS.exec(unopened)?.[1];
  if (terms !== undefined) {
    return {
      code: 'handshake-terms',
      about: /subprotocol/i.test(terms) ? 'subprotocol' : 'extension',
    };
  }
  if (isContainer) return { code: 'container' };
  if (serviceTool !== null) return { code: 'service', tool: serviceTool };
  if (taken !== null && isPortKept) return { code: 'port-kept' };
  if (taken !== null) return { code: taken === 'before' ? 'port-taken' : 'stranger' };
  if (hasFallenSilent) return { code: 'fell-silent' };
  if (isCutOff && good !== null && good > 0) return { code: 'cut-off', good };
  const echoed =
    echo === undefined || failed === undefined ? null : cureForEcho(failed, echo, hasAnswered);
  if (echoed !== null) return echoed;
  const broken = failed === undefined ? null : cureForBroken(failed, hasAnswered);
  if (broken !== null) return broken;
  const isCertain = printed !== null && !ALSO_IN_PASSING.includes(printed);
  if (isCertain) return { code: printed };
  const ofBuild = isBuild ? buildSignIn(text) : null;
  if (ofBuild !== null) return ofBuild;
  if (IN_USE.test(text)) return { code: isPortKept ? 'port-kept' : 'address-in-use' };
  // To whom a folder is closed, its files are missing.
  const isShut = exitCode === NOT_EXECUTABLE || NO_PATH.test(text) || isFileMissing(text);
  if (isOtherUser && (isShut || NO_SUCH.test(text))) return { code: 'may-not-read' };
  if (isOtherProgram) return { code: 'other-program' };
  // Bundler ends as a shell does that finds no command.
  const runtime = missingIn(text);
  if (runtime !== null) return { code: 'ignored-files-missing', runtime };
  if (exitCode === NOT_FOUND) {
    return { code: NO_PATH.test(text) ? 'ignored-files-missing' : 'command-not-found' };
  }
  if (exitCode === NOT_EXECUTABLE) return { code: 'not-executable' };
  if (isFileMissing(text)) return { code: 'ignored-files-missing' };
  if (isBuild) {
      if (printed !== 'host-unknown' && isNoCode(text)) return { code: 'no-code' };
  } else {
    if (NOT_ALLOWED.test(text)) return { code: 'address-not-allowed' };
    if (NOT_HERE.test(text)) return { code: 'address-not-here' };
    if (DENIED.test(text)) return { code: 'may-not-read' };
  }
  if (friend !== null) return { code: friend };
  // Last, as a server may say so of something else and go on.
  if (printed !== null) return { code: printed };
  // Of a pipe the exit code is that of its last command.
  if (hasEndedWell && !isRestarted && !SAYS_WHY.test(text)) return { code: 'ended-well' };
  if (!hasAnswered && failed !== undefined && isUnanswered(failed.message)) {
    const isOverBody = WITH_BODY.includes(method ?? '') && isCutWhileSent(failed.message);
    return { code: isOverBody ? 'closed-over-body' : 'closed-unanswered' };
  }
  if (hasEnded && exitCode === TIMED_OUT) return { code: 'time-limit' };
  if (hasEnded && echo?.isOwn === false && !hasAnswered) return { code: 'ended-over-message' };
  if (isRestarted && !SAYS_WHY.test(text)) return { code: 'kept-by-supervisor' };
  const isPrinted = (hasEnded || (exitCode ?? 0) !== 0) && text.trim() !== '';
  return isPrinted || SAYS_WHY.test(text) ? { code: 'see-output' } : null;
}

/** No status but 101 is right, whatever is expected of requests. */
function handshakeCure(answer: Answered): Cure {
  const { status, location } = answer;
  const isRedirect = status >= 300 && status < 400 && location !== null;
  return isRedirect
    ? { code: 'redirected', answer, isHandshake: true }
    : { code: 'handshake-refused', answer };
}

function cureForAnswer(
  answer: Answered,
  {
    path,
    isBeforeLoad,
    hasCaptured,
    failingKind,
    ...known
  }: Omit<Refused, 'status'> & {
    path: string | undefined;
    isBeforeLoad: boolean;
    hasCaptured: boolean;
    failingKind: string | null;
  },
): Cure | null {
  const { status, location } = answer;
  const { good } = known;
  const hasAnswered = (good ?? 0) > 0;
  // Not how much is asked, as the others are answered.
  if (status >= 500 && failingKind !== null) {
    return { code: 'one-kind-fails', answer, request: failingKind };
  }
  if (status === 429 || (status === 503 && hasAnswered)) {
    return { code: 'rate-limited', answer, good };
  }
  if (status >= 300 && status < 400 && location !== null) {
    const to = location.replace(/^https?:\/\/[^/]*/, '') || '/';
    const isSamePath = path !== undefined && path.replace(/\?.*/, '') === to;
    return { code: 'redirected', answer, ...(isSamePath && { isSamePath }) };
  }
  const refusal = refusalOf({ status, ...known });
  if (refusal === null) return null;
  if (isBeforeLoad && OF_LOGIN.includes(refusal)) return { code: 'login-refused', answer };
  // Whom it answered a moment ago.
  if (refusal === 'not-allowed' && hasAnswered) return { code: 'rate-limited', answer, good };
  if (refusal === 'login-expired' || (refusal === 'server-error' && hasAnswered)) {
    return { code: refusal, answer, good: good ?? 0 };
  }
  if (refusal === 'csrf' && hasCaptured) return { code: refusal, answer, isCaptured: true };
  return { code: refusal, answer };
}

/** A fault of the connection is none of what it says. */
function cureForEcho(
  { message }: NonNullable<Seen['failed']>,
  { isOwn, isFanOut }: EchoTerms,
  hasAnswered: boolean,
): Cure | null {
  const as = ECHOED_AS.exec(message)?.[1];
  if (as !== undefined) return { code: 'echoed-otherwise', as: as as 'text' | 'binary' };
  // Of the user's own messages any may come, and one that comes twice is only that.
  const isUnasked = !isOwn && message.startsWith(TWICE_OR_UNASKED);
  if (isUnasked || OTHER_ECHO.test(message)) {
    if (hasAnswered) return { code: 'other-messages' };
    return { code: isFanOut ? 'not-delivered' : 'not-echoed', came: true };
  }
  if (hasAnswered || !message.startsWith(isFanOut ? NOT_DELIVERED : NO_ECHO)) return null;
  return {
    code: isFanOut ? 'not-delivered' : 'not-echoed',
    came: false,
    ...(isOwn && { isOwn }),
  };
}

function cureForBroken(
  { message, timeoutMs, isInvalid, isFirstAlone }: NonNullable<Seen['failed']>,
  hasAnswered: boolean,
): Cure | null {
  const closeCode = closeCodeIn(message);
  if (closeCode !== null) return { code: 'websocket-closed', closeCode };
  if (message.includes(ONLY_ONCE)) return { code: 'lost-only-once' };
  // No answer of a server: nobody listens there any more.
  if (CLOSED_AGAIN.test(message)) return hasAnswered ? null : { code: 'closed-again' };
  const broken = brokenAnswerIn(message);
  switch (broken) {
    case null:
      return isInvalid ? { code: 'invalid-answer' } : null;
    case 'extra':
      return { code: 'extra-bytes' };
    case 'late':
      return { code: 'late-answer', timeoutMs, ...(isFirstAlone && { isFirst: true }) };
    default:
      return { code: 'unfinished-answer', framing: broken, timeoutMs };
  }
}
