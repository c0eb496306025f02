/** The first contact with one subject, and what its failure comes to. */

import { armNames } from '../../config/experiment/contenders.ts';
import type { Experiment, SubjectId } from '../../config/experiment/experiment.ts';
import { partsOf } from '../../config/experiment/subject-parts.ts';
import type { Arm } from '../../terms/arm.ts';
import { withGone } from '../beside/troubles.ts';
import type { RunContext } from '../context/run-context.ts';
import type { ArmFailure } from '../failures/arm-failure.ts';
import { besideBrokenBase, type Fates, learnFates } from '../failures/fates.ts';
import type { Survived } from '../failures/server-failure.ts';
import { runHoldPilot } from '../hold/pilot.ts';
import type { Alone } from '../loading/outlast.ts';
import type { Kept } from '../observed/fitted.ts';
import { runPilot } from '../pilot/pilot.ts';
import type { PilotRun } from '../pilot/pilot-run.ts';
import { printBeside } from '../told/print-beside.ts';
import type { PilotResult } from './subject-result.ts';
import { withoutStops } from './without-stops.ts';

/** A pilot while which somebody had us stand still sizes the blocks wrongly. */
const REPEATS_AT_MOST = 2;

/**
 * `brokenBase`: why base cannot even be started; then head is tried alone, as only a head that works makes that a missing
 * baseline. `kept`: with how many connections an attempt before has loaded it.
 */
export async function pilotSubject(
  context: RunContext,
  experiment: Experiment,
  subject: SubjectId,
  arms: readonly Arm[],
  { brokenBase = null, kept = null }: { brokenBase?: ArmFailure | null; kept?: Kept | null } = {},
): Promise<PilotResult> {
  const { server, scenario } = partsOf(experiment, subject);
  const failed = ({ failure, errors }: Fates): PilotResult => {
    printBeside(context, errors, subject, armNames(server));
    return { kind: 'failed', failure: withGone(failure, context.neighbours) };
  };
  const mostFailed = experiment.gate.limits.errors;
  const meet = (together: readonly Arm[], alone: Alone | null): Promise<PilotRun> =>
    scenario.kind === 'hold'
      ? runHoldPilot(context, server, scenario, together, alone)
      : runPilot(context, server, scenario, together, { alone, kept });
  const tryAlone = async (arm: Arm, survived: Survived | null) => {
    await meet([arm], { survived, mostFailed });
  };
  if (brokenBase !== null) {
    return failed(await besideBrokenBase(brokenBase, 'pilot', () => tryAlone('head', null)));
  }
  try {
    let repeats = 0;
    const again = () => !context.signal.aborted && repeats++ < REPEATS_AT_MOST;
    return { kind: 'met', ...(await withoutStops(() => meet(arms, null), again)) };
  } catch (error) {
    context.signal.throwIfAborted();
    const fates = await learnFates(error, { stage: 'pilot', arms, tryAlone });
    context.signal.throwIfAborted();
    return failed(fates);
  }
}
