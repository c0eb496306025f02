/** Whether a server prints the same error again and again while it starts. Of what it prints only counts are kept. Pure. */
import { isLockedOut } from '../failures/friend-signs.ts';

/** What is in the line that says why a program ended, or in that of a supervisor that saw it end. */
const ERROR =
  /(?:Error|Exception|Panic)\b|\bpanic(?:ked)?\b|\bfatal\b|\berror\b|segmentation fault|core dumped|\babort(?:ed|ing)\b|\bexit(?:ed|s)?\b.{0,40}\b(?:code|status)\b|\bcannot\b|\bcan't\b|\bcould not\b|\bunable to\b|\bnot found\b|\bno such\b|\bfailed\b|\bdenied\b|\bin use\b|\bkilled\b|\bterminated\b|\b(?:early|abnormal|unexpected) termination\b|\bdied\b|\bcrashed\b/i;
/** Steps of a start say so when all is well (`0 Error(s)` of dotnet), and compilers are told what is to be one. */
const NONE =
  /\b(?:0|no|zero|without)(?: \w+)? (?:errors?\b|failures?\b|failed\b)|\b(?:errors?|failures?|failed)\b\s*[:=]\s*0\b|-W(?:no-)?error\b/gi;
/** It waits for somebody else, who may still come: a loop around a database that is just starting ends by itself. */
const WAITS =
  /refused|unreachable|can(?:not|no|'t)t? reach|can(?:not|'t) connect|could not connect|(?:fail\w*|unable) to connect|connection.{0,40}(?:failed|lost|closed|reset|terminated)|no response|not (?:yet )?(?:ready|available|accepting)|unavailable|time[d ]?-?out|\bE(?:TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN|CONNRESET)\b|could not translate host|name resolution|name or service not known|getaddrinfo|no such host|UnknownHostException|nodename nor servname|\[2002\] no such file|\bdial unix .{1,200}no such file|connection to server on socket|\bconnect ENOENT\b|loading the dataset|(?:recovery|upgrade) mode|gone away|starting up|\bretry(?:ing)?\b|\btry(?:ing)? again\b|unhealthy/i;
/** No waiting mends that a file or a socket may not be used, or a database lets nobody in. Most others may: a table may be on its way, a variable be empty until somebody answers. */
const DENIED = /permission denied|\bEACCES\b/i;
/** Of a trace of Python. Below it stands the code, which says nothing of what happened: `timeout=timeout` is no error that waits. */
const FRAME = /^\s+File "[^"]*", line \d+/;
/** So many different lines are more than a loop prints. */
const LINES_KEPT = 1000;
const LONGEST_LINE = 300;

export class RepeatedError {
  readonly #errors = new Counts();
  readonly #lasting = new Counts();
  #waits = 0;
  /** How far the last frame of Python is indented, while the code below it goes on. */
  #frame: number | null = null;

  /** Lines that are whole. */
  take(lines: readonly string[]): void {
    for (const line of lines) {
      if (this.#isOfFrame(line)) continue;
      if (isLockedOut(line) || DENIED.test(line)) this.#lasting.add(line);
      if (WAITS.test(line)) this.#waits++;
      else if (tellsError(line)) this.#errors.add(line);
    }
  }

  /** Some are of somebody who may still come. */
  get waits(): boolean {
    return this.#waits > 0;
  }

  /** How often the same error has come; 0: none, or some are of somebody who is waited for. */
  get times(): number {
    return this.waits ? 0 : this.#errors.most;
  }

  /** How often the same error has come that does not pass by itself, whatever else is waited for; 0: none has. */
  get lasting(): number {
    return this.#lasting.most;
  }

  #isOfFrame(line: string): boolean {
    const indent = line.search(/\S/);
    if (FRAME.test(line)) this.#frame = indent;
    else if (this.#frame === null || indent <= this.#frame) this.#frame = null;
    return this.#frame !== null;
  }
}

/** How often the same line has come. */
class Counts {
  readonly #counts = new Map<string, number>();
  /** Of the one that came most often. */
  most = 0;

  /** Times, process ids and addresses in memory differ each time. */
  add(line: string): void {
    const key = line
      .slice(0, LONGEST_LINE)
      .replaceAll(/0x[0-9a-f]+/gi, '#')
      .replaceAll(/\d+/g, '#');
    if (!this.#counts.has(key) && this.#counts.size >= LINES_KEPT) return;
    const times = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, times);
    this.most = Math.max(this.most, times);
  }
}

/** The last line of an error: Node.js and the JVM have frames below it, Python none. */
export function endsInError(output: string): boolean {
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  return tellsError(last) || /^\s+at \S|^Node\.js v\d/.test(last);
}

/** Whether any line tells of one. */
export function tellsError(output: string): boolean {
  return ERROR.test(output.replaceAll(NONE, ''));
}
