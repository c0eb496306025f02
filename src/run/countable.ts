/** How many earlier runs a run of today could be compared with, on this machine, before anything is built. */
import { type Experiment, subjectName } from '../config/experiment/experiment.ts';
import { drawSalt, withhold } from '../config/experiment/withhold.ts';
import { type Chosen, chosenFor } from '../judge/past/chosen.ts';
import { calibratorHash } from '../measure/calibrator/program.ts';
import { readEnvironment } from '../measure/environment/environment.ts';
import type { Unmeasured } from '../measure/environment/fingerprint.ts';
import { coresFor } from '../preflight/core-placement.ts';
import { TOOL } from '../system/program/runtime.ts';
import type { Cores } from '../terms/core-sets.ts';
import { programVersions } from './past.ts';
import type { PastWish } from './request.ts';

export interface Countable {
  readonly subject: string;
  readonly chosen: Chosen;
}

/** Null where the history cannot be read, which was told by then. `dir`: of head's files, as they are. */
export async function countableRuns(
  { source }: PastWish,
  { experiment, cores, dir }: { experiment: Experiment; cores: Cores; dir: string },
  { env, signal }: { env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<Countable[] | null> {
  const found = await source.read();
  if (found === null) return null;
  const programs = await programVersions({ experiment, signal }, { dir }, env);
  const placed = experiment.subjects.map((one) => ({
    ...one,
    cores: coresFor(experiment, one, cores),
  }));
  const now: Unmeasured = {
    tool: TOOL,
    environment: { ...readEnvironment(env), programs },
    experiment: withhold(experiment, drawSalt()),
    plan: { cores, subjects: placed },
  };
  const past = { from: source.name, calibrator: calibratorHash(), ...found };
  return experiment.subjects.map((one) => ({
    subject: subjectName(one),
    chosen: chosenFor(past, now, one),
  }));
}
