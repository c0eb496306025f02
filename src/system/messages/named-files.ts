/** Files in a message: a few by name, and how many there are besides. */

const MOST = 3;

export function namedFiles(files: readonly string[]): string {
  const more = files.length > MOST ? `, and ${files.length - MOST} more` : '';
  return `${files.slice(0, MOST).join(', ')}${more}`;
}
