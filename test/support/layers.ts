/** The layers of `src/`: see docs/adr/0033-layers.md. */

/** From the ground up. Folders of one layer do not know each other. */
export const LAYERS: readonly (readonly string[])[] = [
  ['terms'],
  ['system'],
  ['config'],
  ['checkout', 'load', 'plan'],
  ['measure'],
  ['judge'],
  ['attempts', 'history'],
  ['report'],
  ['preflight', 'page'],
  ['run'],
  ['github', 'self-test'],
  ['commands'],
];

/** The programs of the bundle stand on top, in no folder. */
export const PROGRAMS = ['action.ts', 'cli.ts', 'watchdog.ts'];
