/** Why a figure that is over its limit could not be judged, and what would help. */
import type { FindingOf } from '../../judge/findings/finding.ts';
import { otherArm } from '../../terms/arm.ts';
import type { MetricUnit } from '../../terms/metric-terms.ts';
import { fileText, gateText, settingName } from '../cures/cure-settings.ts';
import { formatRoughDuration, plural, roughSize } from '../wording/format.ts';
import { limitAbove } from '../wording/limit-value.ts';
import type { Words } from '../wording/names.ts';
import { formatQuantity, formatValueBeside } from '../wording/values.ts';

type OverLimit = FindingOf<'over-limit-not-worse'>;
type Of = Pick<OverLimit['data'], 'base' | 'head'>;

/** Part of a sentence that begins with the metric's name. */
export function overLimitText({ subject, data }: OverLimit, names: Words): string {
  const { why, base = null, head = null, limit = 0, arm = 'head' } = data;
  const other = otherArm(arm);
  // As files of older versions have it.
  if (why === undefined) return `over the limit, but not shown to be worse than ${names[other]}`;
  const unit: MetricUnit = subject === 'longest-stall' ? 's' : 'share';
  const text = (value: number | null) => (value === null ? 'unknown' : figure(unit, value, limit));
  const of: Of = { base, head };
  const over = `over the limit of ${formatQuantity(unit, limit)}, at ${text(of[arm] ?? null)}`;
  const allowed = limitAbove(unit, of[arm] ?? 0);
  const allow =
    allowed === null ? null : `allow it: ${gateText('limits', subject, allowed, names.form)}`;
  const example = data.example == null ? '' : ` For example: ${data.example}.`;
  const { blocks = 0, worse = 0, budgetNeededMs = null } = data;
  const beside = `${names[other]} is at ${text(of[other] ?? null)}`;
  switch (why) {
    case 'both':
      return `${over}, and ${names[other]} is over it too, at ${text(of[other] ?? null)}: more blocks would decide nothing.${example} ${sentence([CURES[subject]?.(names), allow])}`;
    case 'too-few': {
      const would =
        budgetNeededMs === null
          ? ''
          : `. What would decide it: a ${settingName('budget', names.form)} of about ${formatRoughDuration(budgetNeededMs)}`;
      return `${over}, where ${beside}: it looks worse, but ${plural(blocks, 'block')} are too few to show that beyond chance${would}${alone(subject, names[arm])}`;
    }
    case 'moments':
      return `${over}, where ${beside}; ${names[arm]} has more in ${worse} of ${plural(blocks, 'block')}, which may be moments of the machine.${example} ${sentence(['run it again', allow])}${alone(subject, names[arm])}`;
  }
}

/** Two or three digits, where they do not look like the limit itself. */
function figure(unit: MetricUnit, value: number, limit: number): string {
  const text =
    unit === 'share' ? roughSize(value) : formatQuantity(unit, Number(value.toPrecision(3)));
  const isLikeIt = value !== limit && text === formatQuantity(unit, limit);
  return isLikeIt ? formatValueBeside(unit, value, limit) : text;
}

/** What to do, one or another. */
function sentence(cures: readonly (string | null | undefined)[]): string {
  const known = cures.filter((cure) => cure != null);
  const text = known.map((cure, i) => (i > 0 ? `or, if it is meant, ${cure}` : cure)).join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** What one of them does more than the other, its code may do. */
function alone(subject: OverLimit['subject'], name: string): string {
  const what = OF_ONE[subject];
  return what === undefined ? '' : `. If it is ${name}'s own, look for ${what}`;
}

const OF_ONE: Partial<Record<OverLimit['subject'], string>> = {
  refused:
    'what bounds how many connections it takes: a limit of its own, its open files, the backlog of `listen`, or work that keeps it from accepting',
  dropped: 'what ends its connections: an idle or keep-alive time, a limit, a worker that ends',
  'longest-stall': 'what stops it: a lock, a longer collection, work that is done at once',
};

/** What both do, the change does not. */
const CURES: Partial<Record<OverLimit['subject'], (names: Words) => string>> = {
  refused: ({ form }) =>
    `ask for fewer ${settingName('connections', form)} or a lower ${fileText('open-rate', form)}; let the server take more (its limit of connections, its open files, the backlog of \`listen\`)`,
  dropped: ({ form }) =>
    `let the server keep connections for as long as ${fileText('hold', form)} says (its idle or keep-alive time, its limit of connections), or hold them for less long`,
  'longest-stall': () =>
    'look for what stops both servers: a garbage collection, a periodic job, other work on this machine',
};
