/** How the user names the sides of a comparison, and is helped where there is no repository: at a desk by flags, in a workflow by inputs. */
export interface SideNames {
  base: string;
  baseDir: string;
  headDir: string;
  /** What to do where there is no repository. */
  outside: string;
}

export const FLAGS: SideNames = {
  base: '--base',
  baseDir: '--base-dir',
  headDir: '--head-dir',
  outside:
    'Run it inside one (there is none up to two levels below, either), or compare two plain folders with --base-dir DIR and --head-dir DIR.',
};
