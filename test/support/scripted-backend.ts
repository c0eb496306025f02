/**
 * A backend that answers from a script: no server, no socket, no waiting, and the same figures each time. For `runGate`
 * in process, and (`scripted-entry.ts`) for bundles of the command line and the action. Builds and checkouts are real.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { armNames } from '../../src/config/experiment/contenders.ts';
import { subjectName } from '../../src/config/experiment/experiment.ts';
import type { Scenario } from '../../src/config/experiment/scenario.ts';
import type { Server } from '../../src/config/experiment/server.ts';
import { partsOf } from '../../src/config/experiment/subject-parts.ts';
import { hasBurst, hasLatency, leastSliceMs } from '../../src/load/capabilities.ts';
import type { Backend, BackendTerms, OpenBackend } from '../../src/measure/backend.ts';
import { type ArmFailure, failureOfArms } from '../../src/measure/failures/arm-failure.ts';
import { inFlightOf, unitOf } from '../../src/measure/loading/work-units.ts';
import type { Pilot } from '../../src/measure/observed/measurement.ts';
import { heldMsOf } from '../../src/plan/block-size.ts';
import type { PilotEstimate } from '../../src/plan/pilot-estimate.ts';
import { PrintedError } from '../../src/system/messages/printed.ts';
import type { Arm } from '../../src/terms/arm.ts';
import { repeat, UNDISTURBED } from './block.ts';
import { SIGNS } from './measurement.ts';
import type { Script } from './script.ts';
import { COMMAND_RUN_MS, scriptedBlock, type WholeArm, wholeArm } from './scripted-block.ts';

/** Start to ready to stopped. */
const START_MS = 150;
const NOISE = 0.002;
const MOMENT = { what: 'the server ended (exit code 3)', mark: 'exited 3', cure: null } as const;

/** Use: `await runGate(request, scripted({ head: { rate: 30_000 } }))`. */
export function scripted(script: Script): OpenBackend {
  return async (terms) => new ScriptedBackend(script, terms);
}

class ScriptedBackend implements Backend {
  readonly #script: Script;
  readonly #terms: BackendTerms;
  readonly #measured = new Map<string, number>();
  #nowMs = 0;

  constructor(script: Script, terms: BackendTerms) {
    this.#script = script;
    this.#terms = terms;
  }

  async prepare(server: Server, arms: readonly Arm[]): Promise<ArmFailure[]> {
    const { fails: base } = this.#script.base ?? {};
    const { fails: head } = this.#script.head ?? {};
    const fails = { base, head };
    return arms.flatMap((arm) =>
      fails[arm]?.at === 'before'
        ? [
            {
              ...MOMENT,
              arm,
              name: armNames(server)[arm],
              stage: 'before',
              what: fails[arm]?.what ?? `\`before\` of ${server.name} failed (exit code 1): false`,
            },
          ]
        : [],
    );
  }

  pilot: Backend['pilot'] = async (subject, { arms, brokenBase }) => {
    this.#terms.signal.throwIfAborted();
    const { server, scenario } = partsOf(this.#terms.experiment, subject);
    const tried = brokenBase === null ? arms : (['head'] as const);
    const scripts = this.#armsOf(subject, tried);
    const names = armNames(server);
    const failures = this.#failures(scripts, names, 'pilot', ({ at }) => at === 'pilot');
    if (brokenBase !== null) failures.unshift(brokenBase);
    if (failures.length > 0) return { kind: 'failed', failure: failureOfArms(failures) };
    const runner = { ...UNDISTURBED, ...this.#script.machine };
    return {
      kind: 'met',
      pilot: pilotOf(scenario, scripts, runner),
      estimate: estimateOf(scenario, scripts),
    };
  };

  block: Backend['block'] = async (plan, block, restarts) => {
    const { signal, experiment } = this.#terms;
    const { waitMs = 0, slowness = 1, noise = NOISE, machine, disturbed } = this.#script;
    if (waitMs > 0) await setTimeout(waitMs, undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
    this.#nowMs += plan.blockMs * slowness;
    const scripts = this.#armsOf(plan, block.startOrder);
    const { server, scenario } = partsOf(experiment, plan);
    const failures = this.#failures(
      scripts,
      armNames(server),
      'block',
      ({ at, block: first = 0 }) => at === 'block' && block.index >= first,
    );
    if (failures.length > 0) {
      return { kind: 'failed', restarts, failure: failureOfArms(failures) };
    }
    const name = subjectName(plan);
    const count = this.#measured.get(name) ?? 0;
    this.#measured.set(name, count + 1);
    const sign = SIGNS[block.index % SIGNS.length] as number;
    const measured = scriptedBlock({ plan, block, scenario }, scripts, {
      factor: Math.exp(sign * noise),
      runner: { ...UNDISTURBED, ...machine, ...disturbed?.[count] },
    });
    return { kind: 'measured', restarts, block: measured, samples: samplesOf(scripts) };
  };

  profile: Backend['profile'] = async (_plan, { arm, out }) => {
    const { profiles } = this.#script;
    if (profiles === undefined) throw new Error('this script takes no profile');
    const files = profiles[arm] ?? {};
    if (typeof files === 'string')
      throw new PrintedError(files, [{ by: 'profile', lines: ['no'] }]);
    this.#nowMs += this.#script.profileMs ?? 12_000;
    for (const [name, text] of Object.entries(files)) writeFileSync(join(out, name), text);
  };

  async release(): Promise<string[]> {
    return [];
  }

  nowMs(): number {
    return this.#nowMs;
  }

  #armsOf(
    subject: { server: string; scenario: string },
    arms: readonly Arm[],
  ): Partial<Record<Arm, WholeArm>> {
    const own = this.#script.subjects?.[subjectName(subject)];
    return Object.fromEntries(arms.map((arm) => [arm, wholeArm(this.#script[arm], own?.[arm])]));
  }

  #failures(
    scripts: Partial<Record<Arm, WholeArm>>,
    names: Record<Arm, string>,
    stage: ArmFailure['stage'],
    isDue: (fails: NonNullable<WholeArm['fails']>) => boolean,
  ): ArmFailure[] {
    return Object.entries(scripts).flatMap(([arm, { fails }]) =>
      fails !== undefined && isDue(fails)
        ? [
            {
              ...MOMENT,
              arm: arm as Arm,
              name: names[arm as Arm],
              stage,
              ...(fails.what && { what: fails.what }),
            },
          ]
        : [],
    );
  }
}

function pilotOf(
  scenario: Scenario,
  scripts: Partial<Record<Arm, WholeArm>>,
  runner: Pilot['runner'],
): Pilot {
  const isHold = scenario.kind === 'hold';
  const engine = scenario.kind === 'command' ? scenario.output : scenario.protocol;
  const seen = ({ rate, p50Us, p99Us }: WholeArm): NonNullable<Pilot['arms'][Arm]> => ({
    startMs: 120,
    engine,
    rate: isHold ? null : rate,
    medianLatencyUs: p50Us,
    inFlight: null,
    warmUp:
      isHold || scenario.kind === 'command'
        ? null
        : { windowWork: 4000, perSecond: repeat(rate, 12), steadyFrom: 2 },
    burst: hasBurst(scenario)
      ? {
          requestsPerSecond: rate,
          latencyP50Ms: p50Us / 1000,
          latencyP99Ms: p99Us / 1000,
          durationS: 1,
          completed: Math.round(rate),
          errors: 0,
          timeouts: 0,
          statuses: { 200: Math.round(rate) },
        }
      : null,
  });
  return {
    arms: Object.fromEntries(Object.entries(scripts).map(([arm, one]) => [arm, seen(one)])),
    sliceSd: isHold || scenario.kind === 'command' ? null : 0.01,
    runner,
  };
}

/** As `measure/pilot/pilot.ts` has it, from the script in place of what was seen. */
function estimateOf(scenario: Scenario, scripts: Partial<Record<Arm, WholeArm>>): PilotEstimate {
  const { rate, p50Us } = scripts.base ?? (scripts.head as WholeArm);
  const shared = { startMs: START_MS, slowness: 1 };
  if (scenario.kind === 'command') return { kind: 'runs', ...shared, runMs: COMMAND_RUN_MS };
  if (scenario.kind === 'hold')
    return { kind: 'held', startMs: START_MS, heldMs: heldMsOf(scenario) };
  return {
    kind: 'counted',
    ...shared,
    rate,
    medianLatencyUs: p50Us,
    inFlight: inFlightOf(scenario),
    unit: unitOf(scenario),
    leastSliceMs: leastSliceMs(scenario),
    keepsTime: hasLatency(scenario),
    warmUpWork: 0,
  };
}

function samplesOf(scripts: Partial<Record<Arm, WholeArm>>) {
  return Object.entries(scripts).flatMap(([arm, { errors }]) =>
    errors === 0
      ? []
      : [
          {
            arm: arm as Arm,
            kind: 'status' as const,
            message: 'expected status 200, got 500',
            answer: { status: 500, contentType: null, location: null },
            excerpt: null,
          },
        ],
  );
}
