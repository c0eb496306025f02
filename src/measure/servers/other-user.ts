/** Whether a start command runs the server as another user. Pure. */

/** With the user as an option, or as its first argument. */
const CHANGES =
  /(?:^|[\s;&|(/])(?:su\s|runuser\s|gosu\s|su-exec\s|(?:s6-)?setuidgid\s|chpst\s+(?:-\S+\s+)*-u|(?:sudo|doas)\s+(?:-\S+\s+)*(?:-u|--user)|setpriv\s+(?:\S+\s+)*--reuid)/;

export function changesUser(start: string): boolean {
  return CHANGES.test(start);
}
