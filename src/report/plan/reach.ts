/** What a tolerance needs, in words, before anything is measured. */
import { type Form, named } from '../../config/settings/spelling.ts';
import type { Reach } from '../../judge/power/reach.ts';
import { BLOCKS_AT_MOST } from '../../plan/block-size.ts';
import type { Work } from '../../terms/metric-terms.ts';
import { formatDuration, formatRoughDuration, formatSetting } from '../wording/format.ts';
import { metricLabel } from '../wording/metric-text.ts';
import { joinList } from '../wording/verdict-labels.ts';

/** One line of a subject: "a tolerance of 1% needs …". */
export function needsText({ tolerance, needs }: Reach): string {
  const each = needs.map(({ blockSd, blocks, budgetMs }, i) => {
    const time = budgetMs === null ? '' : ` (${formatRoughDuration(budgetMs)})`;
    const count = blocks === null ? `more than ${BLOCKS_AT_MOST}` : `${blocks}`;
    const named = i === 0 ? `${count} blocks` : count;
    return `${named}${time} if they differ by ${formatSetting(blockSd)}`;
  });
  return `a tolerance of ${formatSetting(tolerance)} needs about ${joinList(each)}`;
}

/** Null where the tolerance is within reach. `work`: what the subject's load sends; `form`: how settings are written. */
export function beyondReachText(
  { subject, metrics, tolerance, needs, outOfReach }: Reach,
  work: Work,
  form: Form = 'file',
): string | null {
  if (outOfReach === null) return null;
  const { blockSd, budgetMs, keeps } = outOfReach;
  const needed = needs.find((need) => need.blockSd === blockSd)?.budgetMs ?? null;
  const labels = joinList(metrics.map((name) => metricLabel({ name, work })));
  const options = [
    needed === null ? '' : `a ${named('budget', form)} of about ${formatRoughDuration(needed)}`,
    `a ${named('tolerance', form)} of ${formatSetting(Math.ceil(Number((1000 * keeps).toFixed(6))) / 1000)}`,
  ].filter((option) => option !== '');
  return `${subject}: a tolerance of ${formatSetting(tolerance)} for ${labels} is probably too small for ${formatDuration(budgetMs)}. Blocks often differ by ${formatSetting(blockSd)}, and then more than 20 of 100 runs of unchanged code are inconclusive; ${options.join(' or ')} would do. How much they differ here, the pilot run says`;
}
