/** The sentences about single metrics. They are parts of a sentence that begins with the metric's name, but for warnings. */
import type { MetricName } from '../../config/experiment/metrics.ts';
import type { FindingOf } from '../../judge/findings/finding.ts';
import type { METRIC_FINDINGS, States } from '../../judge/findings/metric.ts';
import { otherArm } from '../../terms/arm.ts';
import { fileText, settingName, settingText } from '../cures/cure-settings.ts';
import { isWorthProposing } from '../wording/changes.ts';
import {
  formatChange,
  formatCount,
  formatDuration,
  formatRoughDuration,
  formatSetting,
  formatVisible,
  plural,
  roughChange,
  roughSize,
} from '../wording/format.ts';
import { metricLabel } from '../wording/metric-text.ts';
import { type Words, workIn } from '../wording/names.ts';
import { overLimitText } from './over-limit.ts';
import type { SentencesOf } from './sentences.ts';

export const METRIC_SENTENCES: SentencesOf<typeof METRIC_FINDINGS> = {
  'small-slowdown': () => 'a worsening is shown, but it is smaller than half the tolerance',
  'slower-in-few-moments': (_finding, names) =>
    `by all ${workIn(names)}s together, rare slow ones included: a typical moment shows less of it, or shows it less clearly`,
  'perhaps-better': () => 'not worse than the tolerance; perhaps better',
  'perhaps-worse': () => 'not worse than the tolerance; perhaps worse by more than half of it',
  'not-in-history': () =>
    'shown only: earlier runs are compared by throughput and CPU time alone, which the calibrator has too',
  'too-few-runs': ({ data }) =>
    `only ${data.runs} of the earlier runs ${data.runs === 1 ? 'has' : 'have'} a figure of it, and ${data.needed} are needed`,
  'shown-only': (_finding, names) =>
    `shown only: it rests on too few ${workIn(names)}s to be judged`,
  'not-readable': ({ severity, subject }) =>
    severity === 'warning'
      ? `${READING[subject] ?? subject} cannot be read here, so it cannot fail the job.`
      : 'it cannot be read here',
  'too-few-blocks': () => 'too few blocks to compare',
  'too-few-values': ({ data: { lacking } }, names) =>
    lacking === undefined
      ? 'too few of the blocks have a value to compare'
      : `${names[lacking]} has no value of it in any block, and ${names[otherArm(lacking)]} has: there is nothing to compare`,
  'stopped-undecided': stoppedUndecided,
  'red-already': (_finding, { form }) =>
    `not measured to the end: the check is red already (${settingText('measureAll', 'true', form)} goes on for the size of each metric)`,
  'interval-spans-tolerance': () =>
    'the true change may still be smaller or larger than the tolerance',
  'noise-of-head': ({ data }, { base, head }) =>
    `${head} differs by about ${roughSize(data.head)} from one start to the next, ${base} by ${roughSize(data.base)}. This noise is ${head}'s own, so it is no excuse: look for ${DECIDED_AT_START}`,
  'over-limit-not-worse': overLimitText,
  'worse-in-all-requests': ({ data }, names) =>
    `a typical segment is not much ${data.change < 0 ? 'better' : 'worse'}, but all ${workIn(names)}s together are, by ${roughSize(data.change)}`,
  'hidden-worsening': ({ subject, data }, names) =>
    subject === 'throughput'
      ? `${names[data.arm ?? 'head']} stalls in few slices: over all of them it serves ${roughSize(data.change)} fewer ${workIn(names)}s per second`
      : `${names[data.arm ?? 'head']} does rare work in few slices: over all of them it uses ${roughSize(data.change)} more CPU per ${workIn(names)}`,
  'states-disagree': ({ data }) =>
    `it has two states, which do not have the same verdict: ${statesText(data.states)}`,
  'too-noisy': tooNoisy,
  'no-open-loop': noOpenLoop,
  'out-of-time': outOfTime,
  'throughput-is-generators': () => 'the load generator was the limit',
  'throughput-of-a-wait': () =>
    'not judged here: the server had time left, so this figure measures a wait and not the speed of the code',
  'cpu-of-spare-time': () =>
    'not judged here: the server had time left, and then more work need not cost more CPU',
  'worse-or-less-batched': (_finding, { head }) =>
    `it looks worse, but the server had time left, and then a faster ${head} could look the same`,
  'sent-late': ({ data }, names) =>
    `the load generator sent more than ${roughSize(data.share)} of the ${workIn(names)}s late ${inBlocks(data)}: give it a core of its own, or set a lower ${fileText('rate', names.form)}`,
  'rate-not-kept': ({ data }, names) =>
    `${data.arms.map((arm) => names[arm]).join(' and ')} did not keep up with the rate ${inBlocks(data)}, so the latencies are those of a queue: set a lower ${fileText('rate', names.form)}`,
  'not-confirmed': notConfirmed,
  'cpu-at-fixed-rate': ({ data }, names) =>
    `The servers had time left, and a server with time left takes ${workIn(names)}s one by one where a busier one handles several at once, for less CPU each. So CPU per ${workIn(names)} is compared at a fixed rate, ${formatCount(data.perSecond)} per second, which is the same for both.`,
  'two-states': ({ subject, data }, names) =>
    `${labelOf(subject, names)} has two states: ${statesText(data.states)}. Processes of ${data.arm === null ? 'the arms' : names[data.arm]} come up in one or the other; look for ${DECIDED_AT_START}.`,
};

const DECIDED_AT_START =
  'what a start decides, such as the memory layout, hash seeds, compiled code or the number of threads';

function tooNoisy({ severity, subject, data }: FindingOf<'too-noisy'>, names: Words): string {
  const { visible, tolerance, keeps, budgetNeededMs } = data;
  const seen =
    visible === null
      ? ''
      : ` In this budget ${visible > 1 ? 'not even a worsening of 100%' : `only a worsening from ${formatVisible(visible)} on`} would be red in 80% of such runs.`;
  const wider = Math.ceil(100 * keeps) / 100;
  const would = [
    budgetNeededMs === null ? '' : `a budget of about ${formatRoughDuration(budgetNeededMs)}, or `,
    isWorthProposing(wider, tolerance)
      ? `a tolerance of about ${formatSetting(wider)} (now ${formatSetting(tolerance)}), or `
      : '',
    'a quieter machine',
  ].join('');
  const told = `too noisy.${seen} What would decide it: ${would}.`;
  return severity === 'warning'
    ? `${labelOf(subject, names)} is not judged here: ${told} To have it decide all the same, name it in ${settingName('metrics', names.form)}.`
    : `not judged here: ${told.slice(0, -1)}`;
}

function noOpenLoop({ severity, subject, data }: FindingOf<'no-open-loop'>, names: Words): string {
  const { head, form } = names;
  const happened =
    data.cause === 'sent-late'
      ? `the load generator sent ${workIn(names)}s late ${inBlocks(data)}, and not with ${head} alone. What would help: a core of its own, a quieter machine, or a lower ${fileText('rate', form)}`
      : `the rate was not kept ${inBlocks(data)}, and not by ${head} alone, so the latencies are those of a queue. What would help: a lower ${fileText('rate', form)}, or a quieter machine`;
  return severity === 'warning'
    ? `${labelOf(subject, names)} is not judged here: ${happened}. To have it decide all the same, name it in ${settingName('metrics', form)}.`
    : `not judged here: ${happened}`;
}

function outOfTime({ severity, subject, data }: FindingOf<'out-of-time'>, names: Words): string {
  const { form } = names;
  const over = `the time was over before it was decided, after ${plural(data.values, 'block')}`;
  const stopped =
    data.jobBudgetMs === null
      ? `the blocks took far longer than the pilot run led to expect, and ${over}. What would help: a larger ${settingName('budget', form)}`
      : `${over}: that of the job (${settingName('jobBudget', form)}, ${formatDuration(data.jobBudgetMs)}). What would help: more time for the job`;
  return severity === 'warning'
    ? `${labelOf(subject, names)} is not judged here: ${stopped}. To have it decide all the same, name it in ${settingName('metrics', form)}.`
    : `not judged here: ${stopped}`;
}

function stoppedUndecided(
  { data: { stoppedBy, jobBudgetMs = null } }: FindingOf<'stopped-undecided'>,
  { form }: Words,
): string {
  const stopped = 'stopped before it was decided';
  if (stoppedBy === 'slow-blocks')
    return `${stopped}, as the blocks took far longer than the pilot run led to expect: a larger ${settingName('budget', form)} would help`;
  return jobBudgetMs === null
    ? stopped
    : `${stopped}, at the time limit of the job (${settingName('jobBudget', form)}, ${formatDuration(jobBudgetMs)})`;
}

function notConfirmed({ data: { first, second } }: FindingOf<'not-confirmed'>): string {
  if (first === null || second === null) return 'not confirmed';
  return `not confirmed: ${formatChange(first)} on the first runner, ${formatChange(second)} on this one`;
}

function inBlocks({ faulty, blocks }: { faulty: number; blocks: number }): string {
  return `in ${faulty} of ${plural(blocks, 'block')}`;
}

/** "−0.2% in 14 blocks, −12% in 6" */
function statesText(states: States): string {
  return states
    .map(
      ({ change, blocks }, i) => `${roughChange(change)} in ${blocks}${i === 0 ? ' blocks' : ''}`,
    )
    .join(', ');
}

const READING: Partial<Record<MetricName, string>> = {
  cpu: "the servers' CPU time",
  memory: "the servers' memory",
};

/** As every table calls it. */
function labelOf(name: MetricName, names: Words): string {
  return metricLabel({ name, work: workIn(names) });
}
