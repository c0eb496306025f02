/** What the run could not undo, in words: nobody is told that everything was cleaned up when it was not. */

const left = new Set<string>();

/** "/tmp/x: EPERM, owner 0". */
export function noteLeft(what: string): void {
  left.add(what);
}

/** "everything was cleaned up", or what was not. */
export function cleanedUp(): string {
  if (left.size === 0) return 'everything was cleaned up';
  return ['not everything could be cleaned up', ...[...left].map((what) => `  left: ${what}`)].join(
    '\n',
  );
}
