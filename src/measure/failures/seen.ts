/** What was seen of a failed set-up, from which it is recognised what would mend it. */
import type { EchoTerms } from '../../config/experiment/echo-of.ts';
import type { Form } from '../../config/settings/spelling.ts';
import type { Answered } from '../../load/unexpected.ts';
import type { ServiceTool } from '../observed/cure.ts';

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
  /** That request is the question whether it is ready: one alone, on a connection of its own. */
  isQuestion?: boolean;
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
