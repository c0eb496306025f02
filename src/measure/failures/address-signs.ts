/** How programs say that they may not listen where they want to. Of what they printed nothing is kept. */

/** Programs whose port, or whose socket, somebody else has. Some frameworks hide the kernel's words behind words of their own. */
export const IN_USE =
  /EADDRINUSE|address[ -](is )?(already )?in[ -]use|\bport( \d+)?( is| was| seems to be)?( already)? (in use|taken|used by)\b|connection in use: |already running on port |already a server bound to: |only one usage of each socket/i;

/** Of its own address, and not of another's: `listen EACCES: permission denied 0.0.0.0:80`. */
export const NOT_ALLOWED =
  /listen EACCES|(bind|listen)\S*[^\n]*permission denied|permission denied[^\n]*\b(bind|listen)/i;
export const NOT_HERE =
  /EADDRNOTAVAIL|cannot assign requested address|can't assign requested address/i;

/** In words of their own, which may leave out why. */
const CANNOT_LISTEN =
  /\b(?:error|fail\w*|cannot|can't|could not|couldn't|unable)\b[^\n]{0,80}\b(?:bind|listen)|\b(?:bind|listen)\w*\b[^\n]{0,80}\b(?:error|fail\w*)/i;

const NUMBER = /(?<![\d.#[]|\bpid\W{0,3})\d{2,5}(?![\d.#\]])/gi;

/** It may have ended because it could not listen. */
export function mayLackAddress(output: string): boolean {
  return IN_USE.test(output) || CANNOT_LISTEN.test(output);
}

/** Ports that a program names where it says that somebody else has one. Its process id stands there, too, and may be the number of some client's port. */
export function portsInUse(output: string): number[] {
  const lines = output.split('\n').filter((line) => IN_USE.test(line));
  const named = lines.flatMap((line) => [...line.matchAll(NUMBER)]);
  return [...new Set(named.map(([port]) => Number(port)))].filter((port) => port < 65_536);
}
