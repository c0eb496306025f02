/** What is known of a measurement before anything is built: what is compared, by which config, with which earlier runs. */

import { join } from 'node:path';
import { assertConfirmable, assertSameComparison } from '../attempts/confirmation.ts';
import { placedArms, type Trees } from '../checkout/trees.ts';
import type { Experiment } from '../config/experiment/experiment.ts';
import { drawSalt, saltIn, withhold, withholdFlags } from '../config/experiment/withhold.ts';
import { drawSeed } from '../config/settings/seed.ts';
import { readEnvironment } from '../measure/environment/environment.ts';
import type { Measurement } from '../measure/observed/measurement.ts';
import type { Plan } from '../plan/plan.ts';
import { assertBodyFiles } from '../preflight/body-files.ts';
import { TOOL } from '../system/program/runtime.ts';
import { SCHEMA } from '../system/shapes/schema-versions.ts';
import { barOf, type RuleTrees } from './bar.ts';
import { pastFor, programVersions } from './past.ts';
import type { GateRequest } from './request.ts';

/** What is checked first, for it costs nothing: everything that the files and the history say. */
export interface Known {
  /** As it is written down. */
  readonly written: Experiment;
  readonly sources: Measurement['sources'];
  readonly past: Measurement['past'];
  readonly bar: Measurement['bar'];
}

/** @throws UserError where this comparison is none that was asked for, or can be made */
export async function knownBefore(request: GateRequest, trees: Trees): Promise<Known> {
  const { experiment, confirmationOf: first, config } = request;
  const past = await pastFor(request, trees);
  const written = withhold(experiment, saltFor(request) ?? drawSalt());
  const sources = sourcesOf(trees);
  const isSnapshot = trees.arms.head.isSnapshot;
  if (first === null) assertConfirmable({ experiment, sources, past, isSnapshot });
  else assertSameComparison({ tool: TOOL, sources, experiment: written }, first);
  await assertBodyFiles(experiment, loadDirOf(request, trees));
  const { source, from } = config;
  const bar = source === null ? undefined : await barOf(source, from, ruleTrees(request, trees));
  return { written, sources, past, bar };
}

/** Without a plan, and with no subject measured. `env`: head's own. */
export async function startMeasurement(
  request: GateRequest,
  trees: Trees,
  {
    written,
    sources,
    past,
    bar,
    cores,
    lacking,
    env,
  }: Known & Pick<Plan, 'cores' | 'lacking'> & { env: NodeJS.ProcessEnv },
): Promise<Measurement> {
  const { flags, seed, selfTest, confirmationOf, config } = request;
  const programs =
    request.past === null ? {} : { programs: await programVersions(request, trees.arms.head, env) };
  return {
    schemaVersion: SCHEMA.measurement,
    tool: TOOL,
    startedAt: new Date().toISOString(),
    environment: { ...readEnvironment(request.env), ...programs },
    sources,
    experiment: written,
    ...(bar === undefined ? {} : { bar }),
    flags: withholdFlags(flags),
    ...(config.form === 'file' ? {} : { form: config.form }),
    plan: {
      schemaVersion: SCHEMA.plan,
      tool: TOOL,
      seed: seed ?? drawSeed(),
      arms: trees.arms.base === undefined ? ['head'] : ['base', 'head'],
      cores,
      subjects: [],
      lacking,
    },
    ...(past === undefined ? {} : { past }),
    attempts: [],
    confirmationOf: confirmationOf?.toConfirm ?? null,
    injection: selfTest?.injection ?? null,
    subjects: [],
  };
}

/** Root of the tree whose config counts. */
export function loadDirOf(
  { config: { from, folder } }: Pick<GateRequest, 'config'>,
  { arms, ruleBase }: Pick<Trees, 'arms' | 'ruleBase'>,
): string {
  const base = arms.base ?? ruleBase;
  if (from === 'head' || base === undefined) return join(arms.head.dir, folder);
  return join(base.dir, folder);
}

/** Where base's config is to be found: beside head's, or, where head is measured alone, for as long as it is read. */
function ruleTrees({ trees: wanted, signal, emit }: GateRequest, trees: Trees): RuleTrees {
  const log = (message: string) => emit({ type: 'note', message });
  const dir = (trees.arms.base ?? trees.ruleBase)?.dir ?? null;
  if ('projects' in wanted || wanted.ruleBase === undefined) return { dir, elsewhere: null, log };
  const { ruleBase, ...others } = wanted;
  return { dir, elsewhere: { ...others, base: ruleBase, signal, log }, log };
}

/** What is compared has the same salt; null when this run is compared with no earlier one, or that had nothing to withhold. */
function saltFor({
  confirmationOf,
  earlier,
}: Pick<GateRequest, 'confirmationOf' | 'earlier'>): string | null {
  const [before] = [confirmationOf, earlier].flatMap((one) => one?.measurement.experiment ?? []);
  return saltIn([...(before?.servers ?? []), ...(before?.scenarios ?? [])]);
}

function sourcesOf({ arms }: Trees): Measurement['sources'] {
  return Object.fromEntries(placedArms(arms).map(([arm, tree]) => [arm, tree.source]));
}
