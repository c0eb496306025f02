/** Measurement → Verdict. Pure: the same file gives the same verdict, byte for byte, anywhere. */
import type { Arm, Pairs, Scenario, Server } from '../config/experiment.ts';
import { subjectName } from '../config/experiment.ts';
import type { MetricName } from '../config/metrics.ts';
import { loadInWords, workOf } from '../config/words.ts';
import type { BlockMeasurement, Measurement, StoredBaseline } from '../measure/measurement.ts';
import { budgetFor } from '../plan/size.ts';
import { incomparable } from './comparable.ts';
import { changeOf, isWithinTolerance, levelAt, logCost, margin, passLevel } from './decide.ts';
import { armCost, type Estimate } from './estimate.ts';
import { failedShare } from './health.ts';
import { blocksNeeded, minimumDetectable } from './power.ts';
import { hiddenWorsening } from './rare.ts';
import { type MetricState, type Replay, replay, type SubjectState } from './replay.ts';
import type { MetricVerdict, SubjectVerdict, Verdict, VerdictWord } from './verdict.ts';
import { jobVerdict, subjectVerdict } from './words.ts';

/** Two-sided 95 %: 2.5 % on each side. */
const INTERVAL_TAIL = 0.025;

export function judge(measurement: Measurement): Verdict {
  const { experiment, plan, stored, sources } = measurement;
  const different = stored === null ? [] : incomparable(measurement, stored);
  const usable = different.length === 0 ? measurement : { ...measurement, stored: null };
  const replayed = replay(usable);
  const subjects = replayed.subjects.map((subject) =>
    verdictOf(usable, replayed, subject, different),
  );
  return {
    schemaVersion: 1,
    tool: measurement.tool,
    verdict: jobVerdict(subjects.map((subject) => subject.verdict)),
    subjects,
    startedAt: measurement.startedAt,
    seed: plan.seed,
    design: stored !== null ? 'stored' : plan.arms.length === 2 ? 'pairs' : 'alone',
    falseAlarmRate: experiment.gate.falseAlarmRate,
    budgetMs: experiment.gate.budgetMs,
    environment: measurement.environment,
    cores: plan.cores,
    sources: {
      base: stored?.source ?? sources.base ?? null,
      head: sources.head ?? { commit: null, description: 'unknown' },
    },
    flags: measurement.flags,
    commands: measurement.subjects.map((subject) => commandsOf(measurement, subject)),
  };
}

/** Subjects whose verdict more blocks could still change. */
export function unresolved(measurement: Measurement): string[] {
  return replay(measurement)
    .subjects.filter((subject) => !subject.resolved)
    .map((subject) => subjectName(subject.id));
}

function verdictOf(
  measurement: Measurement,
  { family }: Replay,
  subject: SubjectState,
  different: readonly string[],
): SubjectVerdict {
  const { measured } = subject;
  const metrics = subject.metrics.map((state) =>
    metricVerdict(measurement, family, subject, state),
  );
  const { word, reason } = subjectVerdict(subject, metrics, {
    arms: measurement.plan.arms,
    stored: measurement.stored && keptOf(measurement, subject) !== null,
    different,
  });
  return {
    ...subject.id,
    verdict: word,
    blocks: measured.blocks.length,
    metrics: metrics.map((metric) => overruled(word, metric)),
    reason,
    warnings: warningsOf(measurement, subject),
    pairs: pairsOf(measurement, subject),
    engine: (measured.rehearsal?.arms.head ?? measured.rehearsal?.arms.base)?.engine ?? null,
    reach: reachOf(subject),
    burst: {
      base: measured.rehearsal?.arms.base?.burst ?? null,
      head: measured.rehearsal?.arms.head?.burst ?? null,
    },
    budgetNeededMs: word === 'inconclusive' ? budgetNeeded(measurement, family, subject) : null,
  };
}

function pairsOf({ experiment }: Measurement, { id, plan }: SubjectState): Pairs {
  const server = experiment.servers.find(({ name }) => name === id.server);
  return plan?.pairs ?? server?.pairs ?? 'live';
}

/** Of all deliveries in the blocks: the share that arrived as it was sent. */
function reachOf({ scenario, measured: { blocks } }: SubjectState): SubjectVerdict['reach'] {
  if (scenario.kind !== 'websocket' || scenario.mode !== 'fan-out') return null;
  const of = (arm: Arm) => {
    const { attempted, share } = failedShare(blocks, arm);
    return attempted === 0 ? null : 1 - share;
  };
  return { base: of('base'), head: of('head') };
}

/** What to distrust, in the order in which it would have come up. */
function warningsOf(measurement: Measurement, subject: SubjectState): string[] {
  const { metrics: gating } = measurement.experiment.gate;
  const { health, metrics } = subject;
  const missing = metrics.filter(({ metric, unreadable }) => unreadable && gating.includes(metric));
  return [
    ...health.warnings,
    ...health.rare.map(({ warning }) => warning),
    ...missing.map(({ metric }) => `${READING[metric]} cannot be read here, so it does not gate.`),
    ...(keptOf(measurement, subject)?.paired
      ? [
          'the stored build was measured as half of a live pair, head alone: part of the difference may come from that.',
        ]
      : []),
    ...(health.generatorLimited === null ? [] : [health.generatorLimited]),
  ];
}

const READING: Record<MetricName, string> = {
  throughput: 'throughput',
  cpu: "the servers' CPU time",
  memory: "the servers' memory",
};

/** A metric of a broken or baseless subject has no verdict of its own, and no reason but the subject's. */
function overruled(subject: VerdictWord, metric: MetricVerdict): MetricVerdict {
  const overrules = subject === 'invalid' || subject === 'no-baseline';
  return overrules ? { ...metric, verdict: subject, reason: null } : metric;
}

function metricVerdict(
  measurement: Measurement,
  family: number,
  subject: SubjectState,
  state: MetricState,
): MetricVerdict {
  const { gate } = measurement.experiment;
  const { metric, estimate } = state;
  const tolerance = gate.tolerance[metric];
  const blocks = subject.measured.blocks;
  const shared = {
    name: metric,
    work: workOf(subject.scenario),
    unit: unitOf(metric, subject.scenario),
    base: baseValue(measurement, subject, metric),
    head: typical(metric, blocks, 'head'),
    tolerance,
    gating: state.gating,
  };
  if (estimate === null) {
    return {
      ...shared,
      verdict: 'inconclusive',
      change: null,
      interval: null,
      mde: null,
      blocks: blocks.length,
      p: null,
      sd: null,
      reason: state.unreadable
        ? 'it cannot be read here'
        : blocks.length < 2
          ? 'too few blocks to compare'
          : 'too few of the blocks have a value to compare',
    };
  }
  const half = margin(estimate, INTERVAL_TAIL);
  const ends = [estimate.d - half, estimate.d + half].map((d) => changeOf(metric, d));
  const whole = ofWholeBudget(subject, state, estimate);
  const failLevel = levelOf(subject, state, gate.falseAlarmRate / family);
  const mde = minimumDetectable(whole, failLevel, logCost(metric, tolerance));
  const { verdict, reason } = concluded(subject, state, tolerance);
  return {
    ...shared,
    verdict,
    change: changeOf(metric, estimate.d),
    interval: [Math.min(...ends), Math.max(...ends)],
    mde: Math.abs(changeOf(metric, mde)),
    blocks: estimate.blocks,
    p: state.p,
    sd: estimate.sd,
    reason,
  };
}

function unitOf(metric: MetricName, scenario: Scenario): MetricVerdict['unit'] {
  if (metric === 'cpu') return 's';
  if (metric === 'memory') return 'B';
  return workOf(scenario) === 'message' ? 'msg/s' : 'req/s';
}

function concluded(
  subject: SubjectState,
  state: MetricState,
  tolerance: number,
): { verdict: VerdictWord; reason: string | null } {
  if (state.metric === 'throughput' && subject.health.generatorLimited !== null) {
    return { verdict: 'inconclusive', reason: 'the load generator was the limit' };
  }
  const seen = seenByTheRule(subject, state, tolerance);
  if (seen.verdict !== 'unchanged' && seen.verdict !== 'improvement') return seen;
  const hidden = hiddenWorsening(subject.health.rare, state, tolerance);
  return hidden === null ? seen : { verdict: 'inconclusive', reason: hidden };
}

/** The rule's word for the judged figure, whatever trimming has left out of it. */
function seenByTheRule(
  { plan }: SubjectState,
  { metric, estimate, look, decided }: MetricState,
  tolerance: number,
): { verdict: VerdictWord; reason: string | null } {
  if (decided !== null) return { verdict: decided.word, reason: decided.reason };
  const looks = plan?.looks ?? [];
  const ended = look !== null && look === looks.length - 1;
  if (
    ended &&
    estimate !== null &&
    isWithinTolerance(metric, estimate, tolerance, passLevel(looks, look))
  ) {
    return { verdict: 'unchanged', reason: 'not worse than the tolerance; perhaps better' };
  }
  return {
    verdict: 'inconclusive',
    reason: ended ? 'the interval still spans the tolerance' : 'stopped before it was decided',
  };
}

/**
 * A metric that was decided early would have been measured to the end of the budget if it had not
 * been: that is what the run could have seen. One that was never decided has only what there is.
 */
function ofWholeBudget(
  { plan }: SubjectState,
  { decided, kept }: MetricState,
  estimate: Estimate,
): Estimate {
  if (decided === null || kept !== null || plan === null) return estimate;
  const blocks = plan.blocks.length;
  const se = estimate.sd / Math.sqrt(blocks);
  return { ...estimate, se, degreesOfFreedom: blocks - 1, blocks };
}

/** Fail-side level that belongs to it: at the last look, or at the last one that was taken. */
function levelOf(subject: SubjectState, { decided, look }: MetricState, alpha: number): number {
  const looks = subject.plan?.looks ?? [];
  if (looks.length === 0) return alpha;
  return levelAt(alpha, looks, decided === null ? (look ?? 0) : looks.length - 1);
}

function budgetNeeded(
  measurement: Measurement,
  family: number,
  subject: SubjectState,
): number | null {
  if (measurement.stored !== null || subject.plan === null) return null;
  const { gate } = measurement.experiment;
  let most = 0;
  for (const state of subject.metrics) {
    if (!state.gating || state.estimate === null) continue;
    // What stalls now and then does so in more blocks too.
    if (hiddenWorsening(subject.health.rare, state, gate.tolerance[state.metric])) return null;
    if (state.decided !== null) continue;
    const delta = logCost(state.metric, gate.tolerance[state.metric]);
    const needed = blocksNeeded(state.estimate, gate.falseAlarmRate / family, delta);
    if (needed === null) return null;
    most = Math.max(most, needed);
  }
  return most === 0 ? null : budgetFor(most, subject.plan.blockMs);
}

/** Geometric mean over blocks, in the unit of the report. */
function typical(metric: MetricName, blocks: readonly BlockMeasurement[], arm: Arm): number | null {
  const logs = blocks.flatMap((block) => {
    const cost = armCost(metric, block, arm);
    return cost === null ? [] : Math.log(cost);
  });
  if (logs.length === 0) return null;
  const cost = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
  return metric === 'throughput' ? 1 / cost : cost;
}

function baseValue(
  measurement: Measurement,
  subject: SubjectState,
  metric: MetricName,
): number | null {
  if (measurement.stored === null) return typical(metric, subject.measured.blocks, 'base');
  return typical(metric, keptOf(measurement, subject)?.blocks ?? [], 'head');
}

/** What is stored of this subject; null when there is nothing. */
function keptOf(
  { stored }: Measurement,
  { id }: SubjectState,
): StoredBaseline['subjects'][number] | null {
  return stored?.subjects.find((other) => subjectName(other) === subjectName(id)) ?? null;
}

function commandsOf(
  { experiment }: Measurement,
  { server, scenario }: { server: string; scenario: string },
): Verdict['commands'][number] {
  const { build, start } = experiment.servers.find((s) => s.name === server) as Server;
  const load = experiment.scenarios.find((s) => s.name === scenario);
  return {
    subject: `${server}/${scenario}`,
    build,
    start,
    load: load === undefined ? '' : loadInWords(load),
  };
}
