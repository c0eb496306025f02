/** Recognises what would mend a failed set-up by what was seen. Of what programs printed only patterns are looked for: nothing of it is kept. */
import { isCutWhileSent, isUnanswered } from '../../load/shared/broken-answer.ts';
import type { Cure } from '../observed/cure.ts';
import { IN_USE, NOT_ALLOWED, NOT_HERE } from './address-signs.ts';
import { isInOtherLetters, keeperIn } from './awaited-line.ts';
import { buildSignIn, isNoCode } from './build-signs.ts';
import { cureForAnswer, cureForHandshake } from './cure-for-answer.ts';
import { cureForBroken, cureForEcho } from './cure-for-load.ts';
import { isFileMissing } from './files-missing.ts';
import { friendIn } from './friend-signs.ts';
import { javaLackIn } from './java-signs.ts';
import { missingIn } from './missing-code.ts';
import { type PrintedSign, signIn } from './printed-signs.ts';
import type { Seen } from './seen.ts';

/** How shells say that there is no such command, and that it is none. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
/** Of `timeout` of the GNU coreutils, when its time is over. */
const TIMED_OUT = 124;

/** A command that is given with its path is a file of the repository, or one that a build makes. By the end of that path: a class path has hundreds of others. */
const NO_PATH = /\/[^\s/]+: (not found|no such file)/i;
/** Of any file. */
const NO_SUCH = /can't open file|no such file or directory/i;

const DENIED = /permission denied|EACCES/i;
/** What the load says of a handshake that came off, and should not have. */
const TERMS = /WebSocket handshake on \S+ (.*(?:subprotocol|extension).*)/i;
/** They mean the same to a handshake as to a request. */
const ALIKE_IN_HANDSHAKE: readonly number[] = [401, 429, 502, 503, 504];
/** Of one that goes on: how runtimes tell of what nobody has caught. */
const SAYS_WHY =
  /^Traceback \(most recent call last\)|\bpanic: |\bpanic serving\b|\bpanicked at |\bException in thread\b|^\s+at \S.*:\d+\)?$/m;
/** What a server says of a file that it may not read, and a proxy of a socket that it may not write to. */
const SAYS_DENIED: readonly number[] = [403, 404, 500, 502, 503];
/** Of nginx, and of PHP-FPM, to which a file that it may not reach is none at all. */
const SAYS_SHUT_OUT: readonly number[] = [403, 404];
/** What PHP-FPM says of a script that it does not find, to whoever passes requests on to it, and in its answer. */
const SCRIPT_UNKNOWN = /Primary script unknown/;
const FILE_UNKNOWN = /^"?File not found\.(\\n)?"?$/;
/** Others answer in the same words: there must be PHP-FPM, or who passes requests on to one. */
const OF_PHP_FPM = /^(?:php|nginx|apache2|httpd|caddy|lighttpd)/;
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
  ...(['pool-used-up', 'disk-full', 'memory-out'] as const),
];

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
  isQuestion = false,
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
  const heard = answer ?? readyAnswer;
  const friend = friendIn(text, heard === null ? '' : (excerpt ?? ''));
  if (heard !== null) {
    if (SAYS_DENIED.includes(heard.status) && DENIED.test(text)) return { code: 'may-not-read' };
    if (SAYS_MISSING.includes(heard.status)) {
      if (friend !== null) return { code: friend };
      if (printed !== null && USED_UP.includes(printed)) return { code: printed };
    }
    const isFirst = !hasAnswered && !isBeforeLoad && !isHandshake;
    if (isShutOut && isFirst && SAYS_SHUT_OUT.includes(heard.status)) {
      return { code: 'shut-out', answer: heard };
    }
    const isUnknown =
      SCRIPT_UNKNOWN.test(text) ||
      (FILE_UNKNOWN.test(excerpt ?? '') && runtimes.some((name) => OF_PHP_FPM.test(name)));
    if (heard.status === 404 && isFirst && isUnknown) {
      return { code: 'script-unknown', answer: heard };
    }
  }
  if (answer !== null) {
    return isHandshake && !ALIKE_IN_HANDSHAKE.includes(answer.status)
      ? cureForHandshake(answer)
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
  if (peerCode !== null) {
    return { code: 'peer-code', name: peerCode, ...(isQuestion && { isAlone: true }) };
  }
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
  // A request that waits in vain for what is used up is late, and no longer time would help it.
  const isUsedUp = printed !== null && USED_UP.includes(printed);
  if (broken !== null && !(broken.code === 'late-answer' && isUsedUp)) return broken;
  const ofJava = javaLackIn(text);
  if (ofJava !== null) return { code: 'of-java', what: ofJava };
  const isCertain = printed !== null && !ALSO_IN_PASSING.includes(printed);
  if (isCertain) return { code: printed };
  const sign = isBuild ? buildSignIn(text) : null;
  if (sign !== null) return sign;
  if (!isBuild && IN_USE.test(text)) return { code: isPortKept ? 'port-kept' : 'address-in-use' };
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
  const ofBuild = isBuild && { isBuild: true as const };
  if (friend !== null) return { code: friend, ...ofBuild };
  // Last, as a server may say so of something else and go on.
  if (printed === 'host-unknown') return { code: printed, ...ofBuild };
  if (printed !== null) return { code: printed };
  // Of a pipe the exit code is that of its last command.
  if (hasEndedWell && !isRestarted && !SAYS_WHY.test(text)) return { code: 'ended-well' };
  if (!hasAnswered && failed !== undefined && isUnanswered(failed.message)) {
    const isOverBody = WITH_BODY.includes(method ?? '') && isCutWhileSent(failed.message);
    const saysWhy = SAYS_WHY.test(text);
    if (isOverBody && !saysWhy) return { code: 'closed-over-body' };
    return { code: 'closed-unanswered', ...(saysWhy && { isPrinted: true }) };
  }
  if (hasEnded && exitCode === TIMED_OUT) return { code: 'time-limit' };
  if (hasEnded && echo?.isOwn === false && !hasAnswered) return { code: 'ended-over-message' };
  if (isRestarted && !SAYS_WHY.test(text)) return { code: 'kept-by-supervisor' };
  const isPrinted = (hasEnded || (exitCode ?? 0) !== 0) && text.trim() !== '';
  return isPrinted || SAYS_WHY.test(text) ? { code: 'see-output' } : null;
}
