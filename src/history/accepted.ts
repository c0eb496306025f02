/**
 * Was a slowdown accepted with the change that brought it? The project's way to do so is to raise the metric's tolerance or
 * limit in the same change (docs/workflows.md). The measurement's `bar` has that of a config file; what an input of the workflow
 * raises is seen by what the run before was held to. Pure.
 */
import type { ConfigChange } from '../config/changes/bar.ts';
import { isToleranceMetric, type MetricName } from '../config/experiment/metrics.ts';
import type { MetricVerdict, SubjectVerdict } from '../judge/verdict/verdict.ts';
import type { Measurement } from '../measure/observed/measurement.ts';
import { begunAt, type HistoryLine, metricIn, runKey, TEXT_AT_MOST } from './line.ts';

/**
 * Null where nothing that could fail the job got worse, where the bar for it was left as it was, and where it was not raised
 * far enough: that is a regression.
 */
export function acceptedIn(
  { verdict, metrics }: Pick<SubjectVerdict, 'verdict' | 'metrics'>,
  bar: Measurement['bar'],
): HistoryLine['accepted'] {
  if (verdict === 'regression' || verdict === 'invalid') return null;
  const raised = metrics
    .filter(isWorse)
    .flatMap(({ name }) => (bar?.changes ?? []).filter((change) => isRaised(change, name)));
  if (raised.length === 0) return null;
  const words = [...new Set(raised.map(inWords))].join('; ');
  return { reason: printable(`the change raised ${words}`).slice(0, TEXT_AT_MOST) };
}

/** By its interval; what is held to a limit has none that says so. */
export function isWorse({
  gating,
  comparison,
  base,
  head,
  interval,
  name,
}: MetricVerdict): boolean {
  if (!gating) return false;
  if (comparison === 'limit') return head !== null && head > (base ?? 0);
  if (interval === null) return false;
  return name === 'throughput' ? interval[1] < 0 : interval[0] > 0;
}

function isRaised({ key, effect }: ConfigChange, metric: string): boolean {
  return (
    effect === 'looser' && /^gate\.(tolerance|limits)\./.test(key) && key.endsWith(`.${metric}`)
  );
}

/**
 * A new line, with what was seen of it beside the lines of before. Null: nothing was raised between the last run of the same job and
 * this one, or what got worse fails all the same. An input of a workflow is part of the code; what somebody sets for one run by hand, on the
 * command line or in the form of `workflow_dispatch`, is nobody's decision for the branch.
 */
export function acceptedSince(
  line: HistoryLine,
  before: readonly HistoryLine[],
): HistoryLine['accepted'] {
  // What is slower than a release is not accepted by who raised a tolerance since.
  if (line.reference) return null;
  if (line.accepted !== null) return line.accepted;
  if (line.verdict === 'regression' || line.verdict === 'invalid') return null;
  if (line.run === null || line.run.event === 'workflow_dispatch') return null;
  const earlier = earlierOf(line, before);
  const raised = Object.entries(line.metrics).flatMap(([name, metric]) => {
    const { worse, gating, heldTo, unit } = metric;
    // A run that left the metric out, as too noisy, says nothing of it.
    const was = earlier.flatMap((one) => heldToIn(one, name)).at(-1);
    if (!worse || !gating || heldTo === undefined || was === undefined || heldTo <= was) return [];
    const [old, now] = [was, heldTo].map((value) => heldText(name, value, unit));
    return [`${name} was held to ${old} before, and is held to ${now}`];
  });
  return raised.length === 0
    ? null
    : { reason: printable(raised.join('; ')).slice(0, TEXT_AT_MOST) };
}

/**
 * In the order of time. Each workflow and each job that measures the subject has its own inputs, and they may go by the event. An attempt
 * at the same run is none before it.
 */
function earlierOf(line: HistoryLine, all: readonly HistoryLine[]): HistoryLine[] {
  const [key, begun] = [runKey(line), Date.parse(begunAt(line))];
  const isEarlier = (one: HistoryLine) =>
    one.imported == null &&
    one.reference !== true &&
    hasInputsOf(line, one) &&
    runKey(one) !== key &&
    Date.parse(begunAt(one)) < begun;
  return all.filter(isEarlier).sort((a, b) => Date.parse(begunAt(a)) - Date.parse(begunAt(b)));
}

/** A line from before lines said so may be of any workflow and event: it counts as it did then, by its job alone. */
function hasInputsOf(line: HistoryLine, { run }: HistoryLine): boolean {
  const isSilent = run !== null && run.workflow === undefined && run.event === undefined;
  const keys = isSilent ? (['job'] as const) : (['job', 'workflow', 'event'] as const);
  return keys.every((key) => (run?.[key] ?? null) === (line.run?.[key] ?? null));
}

function heldToIn(line: HistoryLine, name: string): number[] {
  const heldTo = metricIn(line, name)?.heldTo;
  return heldTo === undefined ? [] : [heldTo];
}

/** A tolerance is a share of the value before, whatever unit the metric has. */
function heldText(name: string, value: number, unit: string): string {
  const isShare = unit === 'share' || isToleranceMetric(name as MetricName);
  return isShare ? `${Number((100 * value).toPrecision(6))}%` : `${value} ${unit}`;
}

function inWords({ key, base, head }: ConfigChange): string {
  return `${key} from ${base ?? 'none'} to ${head ?? 'none'}`;
}

/** A config file may hold anything. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, ' ');
}
