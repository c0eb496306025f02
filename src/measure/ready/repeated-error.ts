/** Whether a server prints the same error again and again while it starts. Of what it prints only counts are kept. Pure. */

/** What is in the line that says why a program ended, or in that of a supervisor that saw it end. */
const ERROR =
  /\w*(?:Error|Exception|Panic)\b|\bpanic(?:ked)?\b|\bfatal\b|\berror\b|segmentation fault|core dumped|\babort(?:ed|ing)\b|\bexit(?:ed|s)?\b.{0,40}\b(?:code|status)\b|\bcannot\b|\bcan't\b|\bcould not\b|\bunable to\b|\bnot found\b|\bno such\b|\bfailed\b|\bdenied\b|\bin use\b|\bkilled\b/i;
/** It waits for somebody else, who may still come: a loop around a database that is just starting ends by itself. */
const WAITS =
  /refused|unreachable|can(?:not|no|'t)t? reach|can(?:not|'t) connect|could not connect|(?:fail\w*|unable) to connect|connection.{0,40}(?:failed|lost|closed|reset|terminated)|no response|not (?:yet )?(?:ready|available|accepting)|unavailable|time[d ]?-?out|\bE(?:TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN|CONNRESET)\b|could not translate host|name resolution|name or service not known|getaddrinfo|starting up|\bretry(?:ing)?\b|\btry(?:ing)? again\b|unhealthy/i;
/** So many different lines are more than a loop prints. */
const LINES_KEPT = 1000;
const LONGEST_LINE = 300;

export class RepeatedError {
  readonly #counts = new Map<string, number>();
  #waits = 0;
  #most = 0;

  /** Lines that are whole. */
  take(lines: readonly string[]): void {
    for (const line of lines) {
      if (WAITS.test(line)) this.#waits++;
      else if (ERROR.test(line)) this.#count(line);
    }
  }

  /** Some are of somebody who may still come. */
  get waits(): boolean {
    return this.#waits > 0;
  }

  /** How often the same error has come; 0: none, or some are of somebody who is waited for. */
  get times(): number {
    return this.waits ? 0 : this.#most;
  }

  /** Times, process ids and addresses in memory differ each time. */
  #count(line: string): void {
    const key = line
      .slice(0, LONGEST_LINE)
      .replaceAll(/0x[0-9a-f]+/gi, '#')
      .replaceAll(/\d+/g, '#');
    if (!this.#counts.has(key) && this.#counts.size >= LINES_KEPT) return;
    const times = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, times);
    this.#most = Math.max(this.#most, times);
  }
}

/** The last line of an error: Node.js and the JVM have frames below it, Python none. */
export function endsInError(output: string): boolean {
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  return ERROR.test(last) || /^\s+at \S|^Node\.js v\d/.test(last);
}
