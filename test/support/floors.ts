/** The floors of `src/`: see docs/adr/0033-floors.md. */

/** From the ground up. Rooms of one floor do not know each other. */
export const FLOORS: readonly (readonly string[])[] = [
  ['terms'],
  ['system'],
  ['config'],
  ['checkout', 'load', 'plan'],
  ['measure'],
  ['judge'],
  ['attempts'],
  ['report'],
  ['preflight'],
  ['run'],
  ['github', 'self-test'],
  ['commands'],
];

/** The programs of the bundle stand on top, in no room. */
export const PROGRAMS = ['action.ts', 'cli.ts', 'watchdog.ts'];
