/** Measures for real: servers, load generator, cores. */

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { startGenerator } from '../load/pool.ts';
import { pinSelf } from '../system/cpus/cores.ts';
import { AnswerBooks } from './answers/books.ts';
import { prepareServer, releaseServer } from './arms/prepare.ts';
import type { Backend, BackendTerms } from './backend.ts';
import { Neighbours } from './beside/neighbours.ts';
import { besideTroubles } from './beside/troubles.ts';
import { boundLogs } from './context/logs.ts';
import { onCores, placesOf, type RunContext } from './context/run-context.ts';
import { takeProfile } from './profile/take.ts';
import { KEPT_PROGRAMS, ProgramCopies } from './programs/program-copies.ts';
import { askBaseElsewhere } from './rounds/base-elsewhere.ts';
import { measureBlock } from './subjects/subject-block.ts';
import { pilotSubject } from './subjects/subject-pilot.ts';
import { tellingSilence } from './told/patient-generator.ts';
import { Remarks } from './told/remarks.ts';

/** Starts the generator and gathers what all subjects share. */
export async function openLiveBackend(terms: BackendTerms): Promise<Backend> {
  const { experiment, dirs, loadDir, root, cores, env, marker, addresses } = terms;
  const { builds, injection, undo, signal, emit, renewsPrograms = true } = terms;
  undo.defer(pinSelf(cores));
  const logs = path.join(root, 'logs');
  mkdirSync(logs, { recursive: true });
  const tell = (message: string) => emit({ type: 'warning', subject: null, message });
  const note = (message: string) => emit({ type: 'note', message });
  undo.use(boundLogs(logs, { tell, note }));
  const remarks = new Remarks({
    note,
    warn: tell,
    step: (step) => emit({ type: 'pilot-step', step }),
    fitted: (subject, fitted, names) =>
      emit({ type: 'fitted', subject, fitted, names, form: terms.form }),
  });
  const own = undo.use(await startGenerator({ cores: cores.generator, signal }));
  const generator = tellingSilence(own, remarks);
  const context: RunContext = {
    ...{ dirs, loadDir, cores, generator, env, logs, marker, addresses, builds, injection, signal },
    programs: renewsPrograms ? new ProgramCopies(dirs) : KEPT_PROGRAMS,
    starts: { count: 0 },
    answers: null,
    hooks: { count: 0 },
    neighbours: new Neighbours(experiment.beside),
    printed: (printed) => emit({ type: 'printed', printed }),
    form: terms.form,
    remarks,
  };
  const books = new AnswerBooks(experiment, (server) => placesOf(context, server));
  return {
    prepare: (server, arms) => prepareServer(context, server, arms),
    pilot: (subject, { arms, cores: wanted, brokenBase, kept }) =>
      onCores(context, wanted, async (own) => {
        const answers = arms.length < 2 || brokenBase !== null ? null : await books.of(subject);
        const shared = { ...own, answers };
        const result = await pilotSubject(shared, experiment, subject, arms, {
          brokenBase,
          kept,
        });
        for (const message of besideTroubles(context.neighbours)) {
          emit({ type: 'warning', subject: null, message });
        }
        return result.kind === 'met' && answers !== null
          ? { ...result, answers: answers.observed() }
          : result;
      }),
    block: (plan, block, restarts) =>
      onCores(context, plan.cores, async (own) => {
        const answers = block.startOrder.length < 2 ? null : await books.of(plan);
        const terms = { block, restarts, emit };
        const shared = { ...own, answers };
        const result = await measureBlock(shared, experiment, plan, terms);
        if (result.kind !== 'measured' || answers === null) return result;
        await askBaseElsewhere(shared, experiment, plan);
        books.tell(plan, context.printed);
        return { ...result, answers: answers.observed() };
      }),
    profile: (plan, terms) =>
      onCores(context, plan.cores, (own) => takeProfile(own, experiment, plan, terms)),
    release: (server, arms) => releaseServer(context, server, arms),
    replaced: () => context.programs.replaced(),
    nowMs: () => performance.now(),
  };
}
