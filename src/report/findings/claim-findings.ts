/** The sentences about claims. They are parts of a sentence that begins with the claim and its answer. */
import type { CLAIM_FINDINGS } from '../../judge/findings/claim.ts';
import type { FindingOf } from '../../judge/findings/finding.ts';
import type { MetricUnit } from '../../terms/metric-terms.ts';
import { counted } from '../../terms/plural.ts';
import { onlyName, settingName } from '../cures/cure-settings.ts';
import { formatDuration, formatNumber, plural, roughSize, toTwoDigits } from '../wording/format.ts';
import { type Words, workIn } from '../wording/names.ts';
import { formatQuantity } from '../wording/values.ts';
import type { SentencesOf } from './sentences.ts';

export const CLAIM_SENTENCES: SentencesOf<typeof CLAIM_FINDINGS> = {
  'claim-needs-versus': (_finding, { form }) =>
    `the two servers were not measured in a pair of their own: compare them with \`throughput-gate versus\`, and leave their pair in with ${onlyName(form)}`,
  'claim-not-measured': ({ data }) => `there is no valid measurement of ${data.subject}`,
  'claim-too-few-blocks': ({ data }) =>
    `it takes at least ${data.needed} blocks, and there are ${data.blocks}`,
  'claim-generator-limited': () =>
    'the load generator was the limit, so the throughput is not the server’s: give the generator more cores',
  'claim-lacks-cores': ({ data }) =>
    `it needs ${data.cores.join(', ')} server cores, which this machine does not have`,
  'claim-needs-blocks': ({ data }) =>
    `about ${data.blocks} blocks would probably decide it, which is a budget of ${formatDuration(1000 * Math.ceil(data.budgetMs / 1000))}`,
  'claim-stopped': claimStopped,
  'claim-at-the-bound': () =>
    'the measured value is about the same as the claimed one. As long as it is, no budget decides it: claim a little less or a little more',
  'claim-all-requests-disagree': ({ data }, names) =>
    `typical moments show it, but all ${workIn(names)}s together, with the rare slow ones, do not: their ratio is ${toTwoDigits(data.ratio)}`,
  'claim-all-values-disagree': ({ data: { scale, unit, value } }, names) =>
    `typical moments show it, but all ${workIn(names)}s together, with the rare slow ones, do not: ${scale === 'value' ? 'they come to' : 'there the difference is'} ${quantity(unit, value)}`,
  'claim-states-disagree': ({ data: { scale, unit, states } }) => {
    const each = states.map(
      ({ value, blocks }) =>
        `${scale === 'ratio' ? formatNumber(value, 2) : quantity(unit, value)} in ${plural(blocks, 'block')}`,
    );
    return `it has two states, and what is claimed lies between: ${each.join(', ')}`;
  },
  'claim-too-noisy': ({ data }) =>
    `the blocks differ by ${roughSize(data.sd)} from each other: a steadier machine would decide it`,
  'claim-nothing-lost': ({ data }) =>
    `none of ${counted(data.chances)} was lost in ${data.blocks} blocks; a loss of more than ${roughSize(data.share)} of them, or in more than ${roughSize(data.ofBlocks)} of the blocks, would have shown`,
  'claim-nothing-to-undercut': ({ data }) =>
    `neither server lost any of ${counted(data.chances)}, so neither can have lost fewer: claim \`<=\`, or measure with more connections`,
  'claim-needs-chances': ({ data }) =>
    `none of ${counted(data.chances)} was lost, but it takes about ${counted(data.needed)} to show that so few are`,
};

function claimStopped(
  { data: { blocks, planned, jobBudgetMs } }: FindingOf<'claim-stopped'>,
  { form }: Words,
): string {
  const ended = `measuring ended after ${blocks} of ${plural(planned, 'block')}, before this was decided`;
  if (jobBudgetMs === undefined) return `${ended}, as when a job is cancelled: run it again`;
  return jobBudgetMs === null
    ? `${ended}, as they took far longer than the pilot run led to expect: set a larger ${settingName('budget', form)}`
    : `${ended}, at the time limit of the job (${settingName('jobBudget', form)}, ${formatDuration(jobBudgetMs)}): set a larger one, or measure less in one job (${onlyName(form)})`;
}

/** To three digits: what it is compared with has no more. */
function quantity(unit: MetricUnit, value: number): string {
  return formatQuantity(unit, Number(value.toPrecision(3)));
}
