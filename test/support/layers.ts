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

/** The folders of `src/config/`, in the same way. `.`: the files beside them. */
export const CONFIG_LAYERS: typeof LAYERS = [
  ['mistakes'],
  ['values'],
  ['experiment'],
  ['claims', 'fill'],
  ['schema'],
  ['check', 'settings', 'changes'],
  ['files'],
  ['.'],
  ['versus'],
];

/** The programs of the bundle stand on top, in no folder. */
export const PROGRAMS = ['action.ts', 'cli.ts', 'watchdog.ts'];
