/**
 * A config apart from the claims and the `only` of the settings, which are about whichever config counts: what it has not of them is
 * no mistake in it.
 */
import { type Problem, together, UserError } from '../system/messages/problem.ts';
import { knownToClaims } from './assemble.ts';
import { readClaims } from './claims/read.ts';
import type { Known } from './claims/terms.ts';
import type { Claim } from './experiment/claim.ts';
import { type Loaded, loadExperiment } from './load.ts';
import { toProblems } from './mistakes/mistakes.ts';
import { selectSubjects } from './settings/only.ts';
import { readSettings, type Settings } from './settings/settings.ts';

/**
 * The change's own config where base's was asked for. The claims and the `only` of the settings are then about what base's has:
 * `problems`, what the change's own has not of it, count only where base has no config that can be read.
 * @throws UserError for whatever else is wrong, the grammar of claims too
 */
export async function loadOwnBesideBase(from: {
  root: string;
  cwd: string;
  settings: Settings;
}): Promise<{ loaded: Loaded; problems: Problem[] }> {
  const { settings } = from;
  const { own } = await together({
    grammar: () => {
      const { problems } = claimsOf(settings, null);
      if (problems.length > 0) throw new UserError(problems);
    },
    own: () => loadApart(from, settings),
  });
  return { loaded: own.config, problems: own.problems };
}

/** The claims and the `only` of `asked` are no part of what it throws for. */
export async function loadApart(
  from: { root: string; cwd?: string; settings: Settings },
  asked: Settings,
): Promise<{ config: Loaded; problems: Problem[] }> {
  const settings = { ...from.settings, claims: undefined, only: undefined };
  const loaded = await loadExperiment({ ...from, settings });
  const { claims: earlier } = loaded.experiment;
  const added = claimsOf(asked, knownToClaims(loaded.experiment), earlier);
  const claims = [...earlier, ...added.claims];
  const whole = { ...loaded.experiment, claims };
  const { experiment, problems, notes } = selectSubjects(whole, asked.only ?? []);
  return {
    config: { ...loaded, experiment, notes: [...loaded.notes, ...notes] },
    problems: [...added.problems, ...problems],
  };
}

/** The claims of the settings, about the servers of a config; null: their grammar alone. */
function claimsOf(
  { claims }: Settings,
  known: Known | null,
  earlier: readonly Claim[] = [],
): { claims: Claim[]; problems: Problem[] } {
  const own = readSettings({ claims });
  const found = readClaims(own.claims, known, undefined, earlier);
  return { claims: found.claims, problems: toProblems(found.mistakes, own.source) };
}
