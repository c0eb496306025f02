/** A versus as the pipeline is asked for it, for the command line and for the action. */
import { repoRoot } from '../checkout/find.ts';
import type { Place } from '../checkout/projects.ts';
import { flagsOf } from '../config/settings/flags.ts';
import type { Setting, Settings } from '../config/settings/settings.ts';
import type { GateRequest } from './request.ts';
import { versusTerms } from './versus.ts';

export interface VersusWish {
  /** Contenders as they were written. */
  written: readonly Setting[];
  /** Name of the contender whose scenarios count for all; null: the scenarios must be alike. */
  scenariosOf: Setting | null;
  settings: Settings;
  cwd: string;
  signal: AbortSignal;
}

export interface VersusRequest {
  request: Pick<GateRequest, 'experiment' | 'config' | 'flags'> & {
    trees: { projects: readonly Place[] };
  };
  notes: string[];
}

/** @throws UserError for whatever is wrong, before anything is placed or built */
export async function versusRequest(wish: VersusWish): Promise<VersusRequest> {
  const { cwd, settings, scenariosOf, signal } = wish;
  const root = (await repoRoot(cwd, signal)) ?? cwd;
  const terms = await versusTerms({ ...wish, root });
  const { experiment, loadFolder, contenders, projects, notes } = terms;
  const whose = scenariosOf === null ? [] : ['--scenarios-of', scenariosOf.value];
  return {
    request: {
      experiment,
      // Both arms have every project; the loads' files are taken from the first arm's.
      config: { form: 'file', from: 'base', folder: loadFolder, source: null },
      flags: ['versus', ...contenders, ...whose, ...flagsOf(settings)],
      trees: { projects },
    },
    notes,
  };
}
