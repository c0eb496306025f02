/** The layers of `src/`: see docs/adr/0033-layers.md. */

type Layers = readonly (readonly string[])[];

/** From the ground up. Folders of one layer do not know each other. */
export const LAYERS: Layers = [
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

/** The folders within a folder of `src/`, in the same way; docs/rooms.md says what each holds. `.`: the files beside them. */
export const LAYERS_WITHIN: Readonly<Record<string, Layers>> = {
  system: [
    ['messages', 'shapes', 'kernel', 'output'],
    ['program', 'cpus'],
    ['processes'],
    ['cleanup', 'files'],
    ['start', 'results'],
  ],
  config: [
    ['mistakes'],
    ['values'],
    ['experiment'],
    ['claims', 'fill'],
    ['schema'],
    ['check', 'settings', 'changes'],
    ['files'],
    ['.'],
    ['versus'],
  ],
  measure: [
    ['observed', 'listening'],
    ['failures', 'answers', 'beside', 'programs', 'environment'],
    ['servers', 'asking'],
    ['ready', 'probes', 'told'],
    ['context'],
    ['arms'],
    ['loading', 'rounds'],
    ['connections', 'calibrator', 'profile'],
    ['pilot', 'block'],
    ['hold'],
    ['subjects'],
    ['.'],
  ],
  judge: [
    ['findings', 'statistics'],
    ['verdict', 'figures', 'machine'],
    ['rule'],
    ['power', 'past', 'health'],
    ['state'],
    ['doubts'],
    ['claims'],
    ['looks'],
    ['conclusions'],
    ['.'],
  ],
  report: [
    ['screen'],
    ['markup'],
    ['wording'],
    ['cures', 'tables', 'forest', 'history'],
    ['findings', 'chart'],
    ['notices', 'claims', 'sections', 'progress'],
    ['headline', 'plan'],
    ['frame'],
    ['versus'],
    ['html', '.'],
  ],
};

/** The programs of the bundle stand on top, in no folder. */
export const PROGRAMS = ['action.ts', 'cli.ts', 'watchdog.ts'];
