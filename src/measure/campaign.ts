/** Measures all subjects of a run: rehearsals first, then blocks as many as it is told. */
import type { Arm, Experiment, Scenario, Server, SubjectId } from '../config/experiment.ts';
import { subjectName } from '../config/experiment.ts';
import type { Emit } from '../events.ts';
import type { SubjectPlan } from '../plan/plan.ts';
import type { Pace } from '../plan/size.ts';
import { runBlock } from './block.ts';
import { HookFailure, runHook } from './hooks.ts';
import type { Failure, SubjectMeasurement } from './measurement.ts';
import { rehearse } from './rehearse.ts';
import { ServerFailure } from './servers/failure.ts';
import type { Workbench } from './workbench.ts';

/** Enough to see what goes wrong; thousands of the same line help nobody. */
const ERROR_SAMPLES = 5;

/** Runs `before` for every server and arm. The result maps a server to why it cannot be measured. */
export async function prepareServers(
  bench: Workbench,
  servers: readonly Server[],
  arms: readonly Arm[],
): Promise<Map<string, Failure>> {
  const failures = new Map<string, Failure>();
  for (const server of servers) {
    for (const arm of arms) {
      try {
        await runHook(bench, server, arm, 'before');
      } catch (error) {
        if (!(error instanceof HookFailure)) throw error;
        failures.set(server.name, { arm, stage: 'before', message: error.message });
      }
    }
  }
  return failures;
}

/** Runs `after` for every server and arm, also where `before` failed half way. Returns what went wrong. */
export async function releaseServers(
  bench: Workbench,
  servers: readonly Server[],
  arms: readonly Arm[],
): Promise<string[]> {
  const troubles: string[] = [];
  for (const server of servers) {
    for (const arm of arms) {
      await runHook(bench, server, arm, 'after').catch((error: unknown) => {
        troubles.push(error instanceof Error ? error.message : String(error));
      });
    }
  }
  return troubles;
}

/** First contact with one subject. `pace` is null when it cannot be measured. */
export async function rehearseSubject(
  bench: Workbench,
  experiment: Experiment,
  subject: SubjectId,
  arms: readonly Arm[],
): Promise<{ measured: SubjectMeasurement; pace: Pace | null }> {
  const { server, scenario } = parts(experiment, subject);
  const measured = emptySubject(subject);
  try {
    const { rehearsal, pace } = await rehearse(bench, server, scenario, arms);
    return { measured: { ...measured, rehearsal }, pace };
  } catch (error) {
    bench.signal.throwIfAborted();
    return { measured: { ...measured, failure: failureOf(error, 'rehearsal') }, pace: null };
  }
}

/** Adds blocks until there are `until`, or one cannot be measured. Mutates `measured`. */
export async function measureBlocks(
  bench: Workbench,
  experiment: Experiment,
  plan: SubjectPlan,
  measured: SubjectMeasurement,
  until: number,
  emit: Emit,
): Promise<void> {
  const { server, scenario } = parts(experiment, plan);
  const subject = subjectName(plan);
  for (const block of plan.blocks.slice(measured.blocks.length, until)) {
    bench.signal.throwIfAborted();
    emit({ type: 'block-started', subject, index: block.index });
    try {
      const result = await runBlock(bench, { server, scenario, plan }, block);
      measured.blocks.push(result.block);
      const room = ERROR_SAMPLES - measured.errorSamples.length;
      if (room > 0) measured.errorSamples.push(...result.samples.slice(0, room));
    } catch (error) {
      bench.signal.throwIfAborted();
      measured.failure = failureOf(error, 'block');
      return;
    }
    emit({ type: 'block-done', subject, index: block.index });
  }
}

export function emptySubject({ server, scenario }: SubjectId): SubjectMeasurement {
  return { server, scenario, rehearsal: null, blocks: [], failure: null, restarts: 0, errorSamples: [] };
}

function parts(
  { servers, scenarios }: Experiment,
  subject: SubjectId,
): { server: Server; scenario: Scenario } {
  return {
    server: servers.find((server) => server.name === subject.server) as Server,
    scenario: scenarios.find((scenario) => scenario.name === subject.scenario) as Scenario,
  };
}

function failureOf(error: unknown, stage: Failure['stage']): Failure {
  const arm = error instanceof ServerFailure ? error.arm : null;
  return { arm, stage, message: error instanceof Error ? error.message : String(error) };
}
