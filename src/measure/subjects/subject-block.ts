/** The next block of one subject: begun again where nothing of it counts yet, and what its failure comes to. */

import { armNames } from '../../config/experiment/contenders.ts';
import { type Experiment, subjectName } from '../../config/experiment/experiment.ts';
import { plannedParts } from '../../plan/loaded-with.ts';
import type { BlockPlan, SubjectPlan } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';
import { startLive } from '../arms/running-arms.ts';
import { startAlone } from '../arms/start-alone.ts';
import { withGone } from '../beside/troubles.ts';
import { runBlock, tryBlock } from '../block/block.ts';
import { placedFor } from '../block/change-over.ts';
import { injectionOf } from '../block/injection.ts';
import type { RunContext } from '../context/run-context.ts';
import { learnFates } from '../failures/fates.ts';
import type { Survived } from '../failures/server-failure.ts';
import { runHoldBlock, tryHoldBlock } from '../hold/block.ts';
import type { BlockMeasurement } from '../observed/measurement.ts';
import type { Emit } from '../told/events.ts';
import { printBeside } from '../told/print-beside.ts';
import type { BlockResult } from './subject-result.ts';
import { withoutStops } from './without-stops.ts';

/** Blocks of one subject that may be begun again because a server did not start. */
const RESTARTS_AT_MOST = 2;

/**
 * Measures one block, or says why it could not. Servers that do not start are started again, a few times per subject:
 * that is chosen before any load on them, so it cannot favour an arm, and one slow start must not throw away what was
 * measured already. `restarts`: of the blocks before.
 */
export async function measureBlock(
  job: RunContext,
  experiment: Experiment,
  plan: SubjectPlan,
  { block, restarts, emit }: { block: BlockPlan; restarts: number; emit: Emit },
): Promise<BlockResult> {
  const { server, scenario } = plannedParts(experiment, plan);
  const context = {
    ...placedFor(job, block.index),
    injection: injectionOf(job.injection, block.index),
  };
  const again = new Restarts(restarts);
  const measure = () =>
    scenario.kind === 'hold'
      ? runHoldBlock(context, server, scenario, block, (arm) =>
          patiently(context, again, () => startAlone(context, server, scenario, arm)),
        )
      : runBlock(context, scenario, plan, block, (window) =>
          patiently(context, again, () => startLive(context, server, scenario, window)),
        );
  try {
    const programs = await context.programs.renew(server.name, block.startOrder);
    const result = await withoutStops(measure, (why) => {
      context.signal.throwIfAborted();
      if (!again.take()) return false;
      const message = `block ${block.index + 1} is measured again: ${why}`;
      emit({ type: 'warning', subject: subjectName(plan), message });
      return true;
    });
    const measured: BlockMeasurement = {
      ...result.block,
      ...(programs && { programs }),
      ...(context.programs.isOnSharedRuntime(server.name) && { sharedRuntime: true }),
    };
    return { kind: 'measured', restarts: again.count, ...result, block: measured };
  } catch (error) {
    context.signal.throwIfAborted();
    const arms = block.startOrder.toSorted();
    const tryAlone = (arm: Arm, survived: Survived | null) =>
      tryBlockAlone(context, experiment, plan, { block, arm, survived });
    const { failure, errors } = await learnFates(error, { stage: 'block', arms, tryAlone });
    context.signal.throwIfAborted();
    printBeside(context, errors, plan, armNames(server));
    return {
      ...{ kind: 'failed', restarts: again.count },
      failure: withGone(failure, context.neighbours),
    };
  }
}

/** Counts how often something of a subject was begun again. */
class Restarts {
  count: number;

  constructor(before: number) {
    this.count = before;
  }

  /** False: there is none left. */
  take(): boolean {
    if (this.count >= RESTARTS_AT_MOST) return false;
    this.count += 1;
    return true;
  }
}

/** What one arm does of a block, by itself. Rejects with its failure. */
async function tryBlockAlone(
  context: RunContext,
  experiment: Experiment,
  plan: SubjectPlan,
  { block, arm, survived }: { block: BlockPlan; arm: Arm; survived: Survived | null },
): Promise<void> {
  const { server, scenario } = plannedParts(experiment, plan);
  const mostFailed = experiment.gate.limits.errors;
  if (scenario.kind === 'hold') {
    await tryHoldBlock(context, server, scenario, arm, mostFailed);
  } else {
    const alone = { block, arm, survived, mostFailed };
    await tryBlock(context, scenario, plan, alone, (window) =>
      startLive(context, server, scenario, window),
    );
  }
}

async function patiently<Started>(
  context: RunContext,
  again: Restarts,
  start: () => Promise<Started>,
): Promise<Started> {
  for (;;) {
    context.signal.throwIfAborted();
    try {
      return await start();
    } catch (error) {
      if (context.signal.aborted || !again.take()) throw error;
    }
  }
}
