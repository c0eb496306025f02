/** Measures for real: servers, load generator, cores. */

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { startGenerator } from '../load/pool.ts';
import { pinSelf } from '../system/cores.ts';
import type { Backend, BackendTerms } from './backend.ts';
import { boundLogs } from './logs.ts';
import { prepareServer, releaseServer } from './prepare.ts';
import { onCores, type RunContext } from './run-context.ts';
import { measureBlock } from './subject-block.ts';
import { pilotSubject } from './subject-pilot.ts';

/** Starts the generator and gathers what all subjects share. */
export async function openLiveBackend(terms: BackendTerms): Promise<Backend> {
  const { experiment, dirs, loadDir, root, cores, env, marker, addresses } = terms;
  const { builds, injection, undo, signal, emit } = terms;
  undo.defer(pinSelf(cores));
  const logs = path.join(root, 'logs');
  mkdirSync(logs, { recursive: true });
  undo.use(boundLogs(logs, (message) => emit({ type: 'warning', subject: null, message })));
  const generator = undo.use(await startGenerator({ cores: cores.generator, signal }));
  const context: RunContext = {
    ...{ dirs, loadDir, cores, generator, env, logs, marker, addresses, builds, injection, signal },
    starts: { count: 0 },
    printed: (printed) => emit({ type: 'printed', printed }),
  };
  return {
    prepare: (server, arms) => prepareServer(context, server, arms),
    pilot: (subject, { arms, cores: wanted, brokenBase }) =>
      onCores(context, wanted, (own) => pilotSubject(own, experiment, subject, arms, brokenBase)),
    block: (plan, block, restarts) =>
      onCores(context, plan.cores, (own) =>
        measureBlock(own, experiment, plan, { block, restarts, emit }),
      ),
    release: (server, arms) => releaseServer(context, server, arms),
    nowMs: () => performance.now(),
  };
}
