/** `throughput-gate plan`: what `run` would do, without building or starting anything. */
import { hasBlocks } from '../attempts/earlier.ts';
import { type NamedSources, nameSources } from '../checkout/trees.ts';
import { startsBeside } from '../config/experiment/contenders.ts';
import type { Experiment } from '../config/experiment/experiment.ts';
import type { Settings } from '../config/settings/settings.ts';
import { RUNS_AT_LEAST } from '../judge/past/chosen.ts';
import { reachOf, usualMsOf } from '../judge/power/reach.ts';
import { EXIT } from '../judge/verdict/exit-code.ts';
import { sameCode } from '../judge/verdict/same-code.ts';
import type { Verdict } from '../judge/verdict/verdict.ts';
import { type Against, outlineOf } from '../plan/dry-run.ts';
import { placeSubjects } from '../preflight/core-placement.ts';
import { assertRunnable, besideNotes, coreNotes, machineNotes } from '../preflight/machine.ts';
import { SAME_CODE } from '../report/notices/same-code.ts';
import { countableText } from '../report/plan/countable.ts';
import { renderOutline } from '../report/plan/outline.ts';
import { type Countable, countableRuns } from '../run/countable.ts';
import { assertOwnFiles } from '../run/environment.ts';
import type { PastWish } from '../run/request.ts';
import { chooseCores } from '../system/cpus/cores.ts';
import { formatProblem, UserError } from '../system/messages/problem.ts';
import { toJson } from '../system/results/results.ts';
import type { ArmSource } from '../terms/arm-source.ts';
import { shortCommit } from '../terms/short-commit.ts';
import { confirmationAsked, type RunFlags, requestOf } from './run.ts';

/** Exit code 2 when this machine could not run it. Throws what `run` would throw before it builds anything. */
export async function planCommand(
  flags: RunFlags,
  settings: Settings,
  signal: AbortSignal,
): Promise<number> {
  const toConfirm = await confirmationAsked(flags, signal);
  const { request, configNotes } = await requestOf(flags, settings, {
    confirmationOf: toConfirm?.kind === 'first' ? toConfirm.first : null,
    ...{ warn: tell, signal, onlyLooks: true },
  });
  const { config, trees, past } = request;
  const cores = chooseCores({ beside: startsBeside(request.experiment) });
  const { experiment, lacking, warnings } = placeSubjects(request.experiment, cores);
  const missing = missingHere(experiment);
  // Where nothing is pinned, the line about the cores has the note.
  const isPinned = cores.generator !== null;
  const sources = await nameSources({ ...trees, signal, log: tell });
  const against = againstOf(sources.base, past);
  const asConfigured = outlineOf(experiment, cores, { lacking, against });
  // Runs at different times differ by more than their blocks, and head alone is held to no tolerance.
  const reach = against === 'base' ? reachOf(asConfigured) : [];
  const outline = { ...asConfigured, usualMs: usualMsOf(asConfigured, reach) };
  const counted =
    past === null
      ? null
      : await countableRuns(
          past,
          { experiment, cores, dir: config.source.head },
          { env: process.env, signal },
        );
  const notes = [
    ...configNotes,
    ...(toConfirm?.kind === 'nothing' ? [nothingToConfirm(toConfirm.verdict)] : []),
    ...(request.earlier !== null && hasBlocks(request.earlier.measurement) ? [CONTINUED] : []),
    ...(config.source.asked === config.from ? [] : [WITHOUT_LAW]),
    ...coreNotes(isPinned ? cores : { note: null }),
    ...warnings,
    ...machineNotes(experiment),
    ...besideNotes(experiment, cores),
    ...sameCodeNotes(sources),
    ...(await assertOwnFiles(
      experiment,
      { ...trees, signal },
      { form: config.form, env: process.env },
    )),
    ...missing,
    ...earlierNotes(past, counted ?? [], against === 'base'),
  ];
  if (flags.format === 'json')
    process.stdout.write(toJson({ ...outline, reach, sources, notes, ...earlierCounts(counted) }));
  else {
    const text = {
      base: baseText(sources.base, against, past),
      head: asText(sources.head),
      reach,
      form: config.form,
      notes,
    };
    process.stdout.write(renderOutline(outline, text));
  }
  return missing.length > 0 ? EXIT.usage : EXIT.ok;
}

const CONTINUED =
  'what the earlier attempt has decided is not measured again, so it may take less time than this';

function nothingToConfirm({ verdict }: Pick<Verdict, 'verdict'>): string {
  return `the verdict of the first measurement is ${verdict}: there is nothing to confirm, and \`run\` measures nothing`;
}

const WITHOUT_LAW =
  'base has no config file that can be used: the one of this work tree counts, although base’s was asked for';

/** `isInstead`: they are asked only where base turns out not to build. */
function earlierNotes(
  past: PastWish | null,
  counted: readonly Countable[],
  isInstead: boolean,
): string[] {
  return counted.map(({ subject, chosen: { runs, left, differs, steppedAt } }) => {
    const since = runs[0]?.at ?? null;
    const from = past?.source.name ?? '';
    const data = { from, runs: runs.length, needed: RUNS_AT_LEAST, steppedAt, left: { ...left } };
    const others = differs.map((one) => ({ ...one }));
    return countableText(subject, { since, isInstead }, { ...data, differs: others });
  });
}

function earlierCounts(counted: readonly Countable[] | null): object {
  if (counted === null) return {};
  const earlier = counted.map(({ subject, chosen: { runs, left } }) => ({
    subject,
    runs: runs.length,
    needed: RUNS_AT_LEAST,
    left,
  }));
  return { earlier };
}

/** What `run` would refuse with, before it builds anything. */
export function missingHere(experiment: Experiment): string[] {
  try {
    assertRunnable(experiment);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problems.map(formatProblem);
  }
}

/** Where there is no base, a run takes what is stored in its place. */
function againstOf(base: NamedSources['base'], past: PastWish | null): Against {
  if (past?.mode === 'stored') return 'stored';
  if (!('missing' in base)) return 'base';
  return past === null ? 'nothing' : 'stored';
}

function baseText(base: NamedSources['base'], against: Against, past: PastWish | null): string {
  if (against === 'stored' && past !== null) {
    const instead = past.mode === 'auto' && 'missing' in base ? ` (no base: ${base.missing})` : '';
    return `earlier runs, those of ${past.source.name}, by the calibrator${instead}`;
  }
  return 'missing' in base ? `none (${base.missing}): head is measured alone` : asText(base);
}

function asText({ commit, description }: ArmSource): string {
  return commit === null ? description : `${shortCommit(commit)}, ${description}`;
}

function sameCodeNotes({ base, head }: NamedSources): string[] {
  return !('missing' in base) && sameCode({ base, head })
    ? [`${SAME_CODE}: nothing is measured`]
    : [];
}

/** What is fetched from origin is told, as it may take a while. */
function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
