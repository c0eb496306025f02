/** Why a line of a server's output that is waited for does not come. Of what it printed nothing is kept. */

/** Of a regular expression nothing is said: it may be meant so. */
export function isInOtherLetters(awaited: string, output: string): boolean {
  return !awaited.startsWith('/') && output.toLowerCase().includes(awaited.toLowerCase());
}

/** Those of which it is known that they write what they print only when much has come together. */
export function keeperIn(runtimes: readonly string[]): 'python' | 'ruby' | 'perl' | null {
  const keepers = ['python', 'ruby', 'perl'] as const;
  return keepers.find((one) => runtimes.some((name) => name.startsWith(one))) ?? null;
}
