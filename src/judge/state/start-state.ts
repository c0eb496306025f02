/** What is known of a subject before any look at it. */

import { contestsIn } from '../../config/experiment/contenders.ts';
import { type Gate, subjectName } from '../../config/experiment/experiment.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import { mostProcesses } from '../../load/capabilities.ts';
import type {
  BlockMeasurement,
  MeasurementHead,
  SubjectMeasurement,
} from '../../measure/observed/measurement.ts';
import type { SubjectPlan } from '../../plan/plan.ts';
import { coresOfOne } from '../../system/cpus/cores.ts';
import type { Cores } from '../../terms/core-sets.ts';
import { WHOLE_BLOCK } from '../figures/parts.ts';
import type { Finding } from '../findings/finding.ts';
import type { Health } from '../health/health.ts';
import type { Placement } from '../health/spare-time.ts';
import { checkHealth } from '../health/summary.ts';
import { calibratorRates } from '../past/calibrated.ts';
import { type Chosen, chosenFor, stepOfMachine } from '../past/chosen.ts';
import { busyMachine } from '../past/quiet.ts';
import { rareAgainst } from '../past/rare.ts';
import { claimsOn } from '../verdict/confirmation.ts';
import { condensed, figured } from './condensed.ts';
import { faultOf } from './fault.ts';
import { startMetrics } from './metric-state.ts';
import type { SubjectState } from './state.ts';

/**
 * Makes the states of subjects before any look, one by one: none needs another. What a state was made of can be let go of:
 * it keeps the figures.
 */
export function starterOf(head: MeasurementHead): (measured: SubjectMeasurement) => SubjectState {
  const { experiment, plan } = head;
  const known: Known = {
    plans: new Map(plan.subjects.map((subject) => [subjectName(subject), subject])),
    scenarios: new Map(experiment.scenarios.map((scenario) => [scenario.name, scenario])),
    contests: contestsIn(experiment.servers),
  };
  return (measured) => startState(head, measured, known);
}

/** What belongs to a subject or a scenario, by its name. */
interface Known {
  plans: ReadonlyMap<string, SubjectPlan>;
  scenarios: ReadonlyMap<string, Scenario>;
  /** Names of the pairs of contenders. */
  contests: ReadonlySet<string>;
}

function startState(
  measurement: MeasurementHead,
  asMeasured: SubjectMeasurement,
  known: Known,
): SubjectState {
  const { experiment, plan: job, environment } = measurement;
  const { gate } = experiment;
  const measured = figured(asMeasured);
  const name = subjectName(measured);
  const plan = known.plans.get(name) ?? null;
  const isContest = known.contests.has(measured.server);
  const scenario = known.scenarios.get(measured.scenario) as Scenario;
  const past = measurement.past && chosenFor(measurement.past, measurement, measured);
  const own = plan?.cores ?? job.cores;
  const seen = checkHealth(measured, {
    scenario,
    plan,
    placement: placementOf(own, environment.cpuCount),
    // One process for each of its cores, or one that is not pinned.
    generatorProcesses: Math.min(own.generator?.length || 1, mostProcesses(scenario)),
    gate,
    // Whatever a machine or an attempt could measure of them.
    subjects: experiment.subjects.length + job.lacking.length,
    isContest,
  });
  const health = withRare(withMachineDoubts(seen, past, measured.blocks, own), past, {
    blocks: measured.blocks,
    tolerance: gate.tolerance,
  });
  const looked = plan !== null && measured.blocks.length >= (plan.looks[0] as number);
  const compared = past !== undefined || job.arms.length === 2;
  return {
    id: { server: measured.server, scenario: measured.scenario },
    measured: condensed(measured),
    isContest,
    plan,
    scenario,
    fault: faultOf(measured, health),
    health,
    metrics: startMetrics({
      scenario,
      blocks: measured.blocks,
      past,
      gate,
      health,
      isComparable: looked && compared,
      claimed: claimsOn(measurement, measured)?.map(({ metric }) => metric) ?? null,
      isContest,
    }),
    ...(past === undefined ? {} : { past }),
    resolved: false,
    next: WHOLE_BLOCK,
  };
}

/**
 * What lets no run be compared with earlier ones. A machine that became faster or slower since may have become so for head more than
 * for the calibrator; and a head that takes the calibrator's time makes it slower. Neither is a change that could be told, nor is what
 * others do on the machine. What head's own work may bring about lets nothing pass, and excuses nothing.
 */
function withMachineDoubts(
  health: Health,
  past: Chosen | undefined,
  blocks: readonly BlockMeasurement[],
  cores: Cores,
): Health {
  if (past === undefined) return health;
  const step = stepOfMachine(calibratorRates(blocks), past.rates);
  const stepped: Finding[] =
    step === null
      ? []
      : [
          {
            code: 'machine-stepped',
            severity: 'doubt',
            subject: null,
            data: { change: Math.expm1(step) },
          },
        ];
  const busy = busyMachine(blocks, cores);
  if (busy === null && stepped.length === 0) return health;
  // This one says it for the comparison with earlier runs, and that both arms met the same is not so here.
  const others = health.doubts.filter(
    ({ code }) => busy === null || code !== 'machine-too-disturbed',
  );
  const doubts = [...(busy === null ? [] : [busy.finding]), ...stepped];
  const warnings = health.warnings.filter(({ code }) => code !== 'blocks-disturbed');
  const isExcuse = stepped.length > 0 || busy?.isOthers === true;
  const excused = isExcuse ? 'all' : health.excused;
  return { ...health, doubts: [...others, ...doubts], warnings, excused };
}

/** With what the figures against earlier runs leave out of head. */
function withRare(
  health: Health,
  past: Chosen | undefined,
  { blocks, tolerance }: { blocks: readonly BlockMeasurement[]; tolerance: Gate['tolerance'] },
): Health {
  if (past === undefined) return health;
  const { rare, warnings } = rareAgainst(past, blocks, tolerance);
  return { ...health, rare, warnings: [...health.warnings, ...warnings] };
}

function placementOf(cores: Cores, cpuCount: number): Placement {
  const { generator, servers, beside = [] } = cores;
  const serverCores = coresOfOne(cores)?.length ?? cpuCount;
  if (generator === null || servers === null) return { serverCores, pinned: null };
  const all = generator.length + servers.length + beside.length;
  return {
    serverCores,
    pinned: { generator: generator.length, servers: servers.length, all },
  };
}
