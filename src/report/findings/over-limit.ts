/** Why a figure that is over its limit could not be judged, and what would help. */
import type { FindingOf } from '../../judge/findings/finding.ts';
import { otherArm } from '../../terms/arm.ts';
import type { MetricUnit } from '../../terms/metric-terms.ts';
import { fileText, gateText, settingName } from '../cures/cure-settings.ts';
import { formatRoughDuration, plural, roughSize } from '../wording/format.ts';
import { limitAbove } from '../wording/limit-value.ts';
import type { Words } from '../wording/names.ts';
import { formatQuantity } from '../wording/values.ts';

type OverLimit = FindingOf<'over-limit-not-worse'>;
type Of = Pick<OverLimit['data'], 'base' | 'head'>;

/** Part of a sentence that begins with the metric's name. */
export function overLimitText({ subject, data }: OverLimit, names: Words): string {
  const { why, base = null, head = null, limit = 0, arm = 'head' } = data;
  const other = otherArm(arm);
  // As files of older versions have it.
  if (why === undefined) return `over the limit, but not shown to be worse than ${names[other]}`;
  const unit: MetricUnit = subject === 'longest-stall' ? 's' : 'share';
  const text = (value: number | null) => (value === null ? 'unknown' : figure(unit, value));
  const of: Of = { base, head };
  const over = `over the limit of ${formatQuantity(unit, limit)}, at ${text(of[arm] ?? null)}`;
  const allowed = limitAbove(unit, of[arm] ?? 0);
  const allow =
    allowed === null
      ? ''
      : `if it is meant, allow it: ${gateText('limits', subject, allowed, names.form)}`;
  const example = data.example == null ? '' : ` For example: ${data.example}.`;
  const { blocks = 0, worse = 0, budgetNeededMs = null } = data;
  switch (why) {
    case 'both': {
      const cures = [CURES[subject]?.(names), allow].filter((cure) => cure);
      return `${over}; ${names[other]} is over it as well, at ${text(of[other] ?? null)}, so that more blocks would decide nothing.${example} ${sentence(cures)}`;
    }
    case 'too-few': {
      const would =
        budgetNeededMs === null
          ? ''
          : `. What would decide it: a ${settingName('budget', names.form)} of about ${formatRoughDuration(budgetNeededMs)}`;
      return `${over}, where ${names[other]} is at ${text(of[other] ?? null)}: it looks worse, but ${plural(blocks, 'block')} are too few to show that beyond chance${example === '' ? '' : `.${example.slice(0, -1)}`}${would}`;
    }
    case 'moments': {
      const cures = ['run it again', allow].filter((cure) => cure);
      return `${over}, where ${names[other]} is at ${text(of[other] ?? null)}; in ${worse} of ${blocks} blocks ${names[arm]} has more, which may be moments of the machine.${example} ${sentence(cures)}`;
    }
  }
}

function figure(unit: MetricUnit, value: number): string {
  return unit === 'share' ? roughSize(value) : formatQuantity(unit, Number(value.toPrecision(3)));
}

function sentence(cures: readonly (string | undefined)[]): string {
  const text = cures.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** What both do, the change does not. */
const CURES: Partial<Record<OverLimit['subject'], (names: Words) => string>> = {
  refused: ({ form }) =>
    `ask for fewer ${settingName('connections', form)} or a lower ${fileText('open-rate', form)}, or let the server take more at once: its own limit of connections, its open files, its queue of new ones (the backlog of \`listen\`)`,
  dropped: ({ form }) =>
    `let the server keep its connections for as long as ${fileText('hold', form)} says (its idle or keep-alive time, its limit of connections), or hold them for less long`,
  'longest-stall': () =>
    'look for what stops both servers, such as a garbage collection, a periodic job or other work on this machine',
};
