/**
 * Was a slowdown accepted with the change that brought it? The project's way to do so is to raise the metric's tolerance or
 * limit in the same change (docs/workflows.md), which the measurement's `bar` has. Pure.
 */
import type { ConfigChange } from '../config/bar.ts';
import type { MetricVerdict, SubjectVerdict } from '../judge/verdict.ts';
import type { Measurement } from '../measure/measurement.ts';
import { type HistoryLine, TEXT_AT_MOST } from './line.ts';

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
function isWorse({ gating, comparison, base, head, interval, name }: MetricVerdict): boolean {
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

function inWords({ key, base, head }: ConfigChange): string {
  return `${key} from ${base ?? 'none'} to ${head ?? 'none'}`;
}

/** A config file may hold anything. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, ' ');
}
