/** How databases, caches and queues, or their clients, say why they do not serve a server. Of this text nothing is kept. */

export type FriendSign = 'friend-full' | 'friend-missing' | 'friend-login' | 'friend-empty';

/** There is no room for one more. */
const FULL =
  /too many clients already|remaining connection slots|ER_CON_COUNT_ERROR|\btoo many connections\b|max number of clients reached|no more connections allowed|Too many open connections/i;
/** Whoever asks is not known there, or not by this password. In the order of the lines: MySQL and MariaDB, PostgreSQL and its poolers, SQL Server, Redis, RabbitMQ, MongoDB. */
const LOGIN = new RegExp(
  [
    String.raw`\bAccess denied for user '|ER_ACCESS_DENIED_ERROR|ER_DBACCESS_DENIED_ERROR`,
    String.raw`password authentication failed|no password supplied|no pg_hba\.conf entry|(peer|ident|SASL|GSSAPI) authentication failed`,
    String.raw`\brole "[^"\n]*" does not exist|client password must be a string`,
    String.raw`\bLogin failed for user '`,
    String.raw`\bNOAUTH Authentication|\bWRONGPASS\b`,
    String.raw`ACCESS_REFUSED|MongoServerError: (Authentication failed|[^\n]*requires authentication)`,
  ].join('|'),
  'i',
);
/** SQL Server says the same while it starts: it mends its own databases first, and takes its password late. */
const LOGIN_OF_START = /\bLogin failed for user '/i;
/** What is asked for is not there: a database, a table or a column, a queue. */
const EMPTY = new RegExp(
  [
    String.raw`\b(database|relation) "[^"\n]*" does not exist|\bcolumn [^\n]{1,120} does not exist`,
    String.raw`\bunknown (database|column) '|\btable '[^'\n]*' doesn't exist|ER_BAD_DB_ERROR|ER_NO_SUCH_TABLE`,
    String.raw`\bno such (database|table|column): |base table or view not found|\btable "[^"\n]*" not found`,
    String.raw`\binvalid object name '|cannot open database "|index_not_found_exception|UNKNOWN_TOPIC_OR_PART`,
    String.raw`\bNOT_FOUND - no (queue|exchange)\b|NOT_ALLOWED - [^\n]*vhost [^\n]* not found`,
  ].join('|'),
  'i',
);
/** Nobody is there. Of a Unix socket, that there is none: PHP then speaks of a file, and of error 2002. Clients of Memcached have words of their own (libmemcached, Dalli, gomemcache), and so have those of the JVM: JDBC, MySQL, Redis, Kafka. */
const REFUSED =
  /MEMCACHED_\w*(FAILURE|DISABLED)|server has failed and is disabled|Dalli::(RingError|NetworkError)|no servers configured or available|ECONNREFUSED|connection ?refused|connect(ion)? to (?:\S+|server (?:at|on socket) [^\n]{1,200}) failed|connection to \S+ refused|communications link failure|connection to node -?\d+ \([^)\n]*\) could not be established|could ?n[o']t connect to|unable to connect to |can't connect to|failed to connect to|\[2002\] no such file|server login has been failing/i;

/** `answered`: how an answer begins, as it is shown: many frameworks say so there alone. Null: none of these. The more certain ones first. */
export function friendIn(output: string, answered = ''): FriendSign | null {
  const printed = `${output}\n${withPlainQuotes(answered)}`;
  if (FULL.test(printed)) return 'friend-full';
  if (LOGIN.test(printed)) return 'friend-login';
  if (EMPTY.test(printed)) return 'friend-empty';
  return REFUSED.test(printed) ? 'friend-missing' : null;
}

/** That whoever asks is not let in, and will not be for as long as one waits. */
export function isLockedOut(line: string): boolean {
  return LOGIN.test(line) && !LOGIN_OF_START.test(line);
}

/** As JSON and pages write them. */
function withPlainQuotes(text: string): string {
  return text
    .replaceAll(/\\+(["'])/g, '$1')
    .replaceAll(/&(?:quot|#34|#x22);/gi, '"')
    .replaceAll(/&(?:apos|#0?39|#x27);/gi, "'");
}
