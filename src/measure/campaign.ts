/** Measures the subjects of a run: hooks, rehearsals, blocks one by one. */

import type { Experiment, Scenario, Server, SubjectId } from '../config/experiment.ts';
import { subjectName } from '../config/experiment.ts';
import { GeneratorStopped } from '../load/helper.ts';
import type { ErrorSample } from '../load/protocol.ts';
import type { Pace } from '../plan/pilot-estimate.ts';
import type { BlockPlan, SubjectPlan } from '../plan/plan.ts';
import { excerptsOf, messageOf, ours } from '../system/printed.ts';
import { timesStopped } from '../system/stopped.ts';
import type { Arm } from '../terms/arm.ts';
import { runBlock, tryBlock } from './block.ts';
import type { Emit } from './events.ts';
import { type ArmFailure, addBroken, type Broken, usableArms } from './failure.ts';
import { besideBrokenBase, type Fates, learnFates } from './fates.ts';
import { runHoldBlock, tryHoldBlock } from './hold/block.ts';
import { rehearseHold } from './hold/rehearse.ts';
import { startAlone } from './hold/start.ts';
import { HookFailure, runHook } from './hooks.ts';
import { wholeOf } from './load-blame.ts';
import type { SubjectMeasurement } from './measurement.ts';
import type { Alone } from './outlast.ts';
import { rehearse } from './rehearse.ts';
import { startLive } from './running-arms.ts';
import { ServerFailure, type Survived } from './servers/failure.ts';
import type { Workbench } from './workbench.ts';

/** Failed requests that are kept in words. */
const SAMPLES_PER_ARM = 3;
/** Blocks of one subject that may be begun again because a server did not start. */
const RESTARTS_AT_MOST = 2;

/** Runs `before` for every server and arm that can be used. Adds to `broken` which cannot for it. */
export async function prepareServers(
  bench: Workbench,
  servers: readonly Server[],
  arms: readonly Arm[],
  broken: Broken,
): Promise<void> {
  for (const server of servers) {
    for (const arm of usableArms(broken, server.name, arms)) {
      try {
        await runHook(bench, server, arm, 'before');
      } catch (error) {
        if (!(error instanceof HookFailure)) throw error;
        addBroken(broken, server.name, error.ofArm);
        pass(bench, [error], server.name);
      }
    }
  }
}

/** Runs `after` for every server and arm, also where `before` failed half way. Returns what went wrong. */
export async function releaseServers(
  bench: Workbench,
  servers: readonly { server: Server; arms: readonly Arm[] }[],
): Promise<string[]> {
  const troubles: string[] = [];
  for (const { server, arms } of servers) {
    for (const arm of arms) {
      await runHook(bench, server, arm, 'after').catch((error: unknown) => {
        troubles.push(messageOf(error));
        pass(bench, [error], server.name);
      });
    }
  }
  return troubles;
}

/**
 * First contact with one subject. `pace` is null when it cannot be measured. `brokenBase`: why base cannot even be started;
 * then head is tried alone, as only a head that works makes that a missing baseline.
 */
export async function rehearseSubject(
  bench: Workbench,
  experiment: Experiment,
  subject: SubjectId,
  arms: readonly Arm[],
  brokenBase: ArmFailure | null = null,
): Promise<{ measured: SubjectMeasurement; pace: Pace | null }> {
  const { server, scenario } = partsOf(experiment, subject);
  const measured = emptySubject(subject);
  const failed = ({ failure, errors }: Fates) => {
    pass(bench, errors, subjectName(subject));
    return { measured: { ...measured, failure }, pace: null };
  };
  const mostFailed = experiment.gate.limits.errors;
  const meet = async (together: readonly Arm[], alone: Alone | null) =>
    scenario.kind === 'hold'
      ? await rehearseHold(bench, server, scenario, together, alone?.mostFailed)
      : await rehearse(bench, server, scenario, together, alone);
  const tryAlone = async (arm: Arm, survived: Survived | null) => {
    await meet([arm], { survived, mostFailed });
  };
  if (brokenBase !== null) {
    return failed(await besideBrokenBase(brokenBase, 'rehearsal', () => tryAlone('head', null)));
  }
  try {
    const { rehearsal, pace } = await meet(arms, null);
    return { measured: { ...measured, rehearsal }, pace };
  } catch (error) {
    bench.signal.throwIfAborted();
    const fates = await learnFates(error, { stage: 'rehearsal', arms, tryAlone });
    bench.signal.throwIfAborted();
    return failed(fates);
  }
}

/**
 * Measures the next block and adds it to `measured`, or says there why it could not. Servers that do
 * not start are started again, a few times per subject: that is chosen before any load on them, so it
 * cannot favour an arm, and one slow start must not throw away what was measured already.
 */
export async function measureNextBlock(
  bench: Workbench,
  experiment: Experiment,
  plan: SubjectPlan,
  measured: SubjectMeasurement,
  emit: Emit,
): Promise<void> {
  const { server, scenario } = partsOf(experiment, plan);
  const subject = subjectName(plan);
  const block = plan.blocks[measured.blocks.length] as BlockPlan;
  emit({ type: 'block-started', subject, index: block.index });
  const measure = () =>
    scenario.kind === 'hold'
      ? runHoldBlock(bench, server, scenario, block, (arm) =>
          patiently(bench, measured, () => startAlone(bench, server, scenario, arm)),
        )
      : runBlock(bench, scenario, plan, block, (stretch) =>
          patiently(bench, measured, () => startLive(bench, server, scenario, stretch)),
        );
  try {
    const result = await withoutStops(measure, (why) => {
      bench.signal.throwIfAborted();
      if (measured.restarts === RESTARTS_AT_MOST) return false;
      measured.restarts += 1;
      const message = `block ${block.index + 1} is measured again: ${why}`;
      emit({ type: 'warning', subject, message });
      return true;
    });
    measured.blocks.push(result.block);
    keepSamples(bench, measured, result.samples);
  } catch (error) {
    bench.signal.throwIfAborted();
    const arms = block.startOrder.toSorted();
    const tryAlone = (arm: Arm, survived: Survived | null) =>
      tryBlockAlone(bench, experiment, plan, { block, arm, survived });
    const { failure, errors } = await learnFates(error, { stage: 'block', arms, tryAlone });
    bench.signal.throwIfAborted();
    measured.failure = failure;
    pass(bench, errors, subject);
    return;
  }
  emit({ type: 'block-done', subject, index: block.index });
}

/**
 * What was measured while this process or the generator stood still is thrown away, whatever it is, and
 * measured again while `again` says so: a program that stops us must not choose what counts.
 */
async function withoutStops<Result>(
  measure: () => Promise<Result>,
  again: (why: string) => boolean,
): Promise<Result> {
  for (;;) {
    const stops = timesStopped();
    try {
      const result = await measure();
      if (timesStopped() === stops) return result;
      throw new GeneratorStopped('the gate');
    } catch (error) {
      const stopped = timesStopped() === stops ? error : new GeneratorStopped('the gate');
      if (!(stopped instanceof GeneratorStopped) || !again(stopped.message)) throw stopped;
    }
  }
}

/** What one arm does of a block, by itself. Rejects with its failure. */
async function tryBlockAlone(
  bench: Workbench,
  experiment: Experiment,
  plan: SubjectPlan,
  { block, arm, survived }: { block: BlockPlan; arm: Arm; survived: Survived | null },
): Promise<void> {
  const { server, scenario } = partsOf(experiment, plan);
  const mostFailed = experiment.gate.limits.errors;
  if (scenario.kind === 'hold') {
    await tryHoldBlock(bench, server, scenario, arm, mostFailed);
  } else {
    const alone = { block, arm, survived, mostFailed };
    await tryBlock(bench, scenario, plan, alone, (stretch) =>
      startLive(bench, server, scenario, stretch),
    );
  }
}

async function patiently<Started>(
  bench: Workbench,
  measured: SubjectMeasurement,
  start: () => Promise<Started>,
): Promise<Started> {
  for (;;) {
    bench.signal.throwIfAborted();
    try {
      return await start();
    } catch (error) {
      if (measured.restarts === RESTARTS_AT_MOST || bench.signal.aborted) throw error;
      measured.restarts += 1;
    }
  }
}

/** A few of each arm: thousands of the same line help nobody. What the server sent is in none of them. */
function keepSamples(
  bench: Workbench,
  measured: SubjectMeasurement,
  samples: readonly ErrorSample[],
): void {
  const about = subjectName(measured);
  for (const sample of samples) {
    const { arm, kind, message, answer } = sample;
    const have = measured.errorSamples.filter((other) => other.arm === arm).length;
    if (have >= SAMPLES_PER_ARM) continue;
    measured.errorSamples.push({ arm, kind, message: ours(message), answer });
    for (const excerpt of excerptsOf(new Error(wholeOf(sample))))
      bench.printed({ ...excerpt, about, arm });
  }
}

export function emptySubject({ server, scenario }: SubjectId): SubjectMeasurement {
  return {
    server,
    scenario,
    rehearsal: null,
    blocks: [],
    replaced: [],
    failure: null,
    restarts: 0,
    errorSamples: [],
  };
}

/** What a subject stands for. */
export function partsOf(
  { servers, scenarios }: Experiment,
  subject: SubjectId,
): { server: Server; scenario: Scenario } {
  return {
    server: servers.find((server) => server.name === subject.server) as Server,
    scenario: scenarios.find((scenario) => scenario.name === subject.scenario) as Scenario,
  };
}

/** What was printed beside failures goes to whoever watches, and into no file. */
function pass(bench: Workbench, errors: readonly unknown[], about: string): void {
  for (const error of errors) {
    const arm = error instanceof ServerFailure || error instanceof HookFailure ? error.arm : null;
    for (const excerpt of excerptsOf(error)) bench.printed({ ...excerpt, about, arm });
  }
}
