/** `throughput-gate versus`: contenders → request → verdict on the terminal and in files → exit code. */
import { startsBeside } from '../config/experiment/contenders.ts';
import type { Settings } from '../config/settings/settings.ts';
import { EXIT, exitCode } from '../judge/verdict/exit-code.ts';
import { outlineOf } from '../plan/dry-run.ts';
import { placeSubjects } from '../preflight/core-placement.ts';
import { coreNotes, machineNotes } from '../preflight/machine.ts';
import { renderVersusOutline } from '../report/plan/outline.ts';
import { verdictFile } from '../report/verdict-file.ts';
import { assertOwnFiles } from '../run/environment.ts';
import { runGate } from '../run/pipeline.ts';
import { BY_ITSELF } from '../run/request.ts';
import { type VersusRequest, versusRequest } from '../run/versus-request.ts';
import { chooseCores } from '../system/cpus/cores.ts';
import { together } from '../system/messages/problem.ts';
import { toJson } from '../system/results/results.ts';
import { missingHere } from './plan.ts';
import { type RunFlags, resultsIn, seedOf } from './run.ts';
import { openTerminal } from './terminal.ts';

export type VersusFlags = Pick<RunFlags, 'out' | 'seed' | 'format' | 'details'> & {
  scenariosOf?: string;
  dryRun?: boolean;
};

export async function versusCommand(
  contenders: readonly string[],
  flags: VersusFlags,
  settings: Settings,
  signal: AbortSignal,
): Promise<number> {
  const { scenariosOf } = flags;
  const { seed, wanted } = await together({
    seed: () => seedOf(flags),
    wanted: () =>
      versusRequest({
        written: contenders.map((value) => ({ value, origin: 'contender' })),
        scenariosOf:
          scenariosOf === undefined ? null : { value: scenariosOf, origin: '--scenarios-of' },
        ...{ settings, cwd: process.cwd(), signal },
      }),
  });
  if (flags.dryRun) return await dryRun(wanted, flags);
  const { request, notes } = wanted;
  const terminal = openTerminal();
  const results = resultsIn(flags.out);
  for (const message of notes) terminal.emit({ type: 'note', message });
  const { verdict } = await runGate({
    ...request,
    ...BY_ITSELF,
    ...{ results, seed, env: process.env, signal, emit: terminal.emit },
  }).finally(terminal.close);
  terminal.warn(results.troubles);
  if (flags.format === 'json') process.stdout.write(verdictFile(verdict));
  else terminal.show(verdict, results.dir, flags.details ?? false);
  return exitCode(verdict, request.experiment.gate);
}

/** What would be measured, as `plan` has it for a run. Exit code 2 when this machine could not. */
async function dryRun(
  { request, notes: told }: VersusRequest,
  { format }: VersusFlags,
): Promise<number> {
  const cores = chooseCores({ beside: startsBeside(request.experiment) });
  const { experiment, lacking, warnings } = placeSubjects(request.experiment, cores);
  const missing = missingHere(experiment);
  const outline = outlineOf(experiment, cores, { lacking, against: 'base' });
  const notes = [
    ...told,
    // Where nothing is pinned, the line about the cores has the note.
    ...coreNotes(cores.generator === null ? { note: null } : cores),
    ...warnings,
    ...machineNotes(experiment),
    ...(await assertOwnFiles(experiment, request.trees, {
      form: request.config.form,
      env: process.env,
    })),
    ...missing,
  ];
  const names = experiment.servers.flatMap(({ contenders }) =>
    contenders === undefined ? [] : [contenders.base.name, contenders.head.name],
  );
  const contenders = [...new Set(names)];
  const claims = [
    ...new Set(experiment.claims.map(({ text, gate }) => (gate ? `gate: ${text}` : text))),
  ];
  if (format === 'json') process.stdout.write(toJson({ ...outline, contenders, claims, notes }));
  else process.stdout.write(renderVersusOutline(outline, { contenders, claims, notes }));
  return missing.length > 0 ? EXIT.usage : EXIT.ok;
}
