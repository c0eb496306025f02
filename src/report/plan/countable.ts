/** What `plan` tells of the earlier runs that head would be compared with. */
import type { FindingOf } from '../../judge/findings/finding.ts';
import { findingText } from '../findings/finding.ts';
import { plural } from '../wording/format.ts';

/** As the verdict has it when they are too few. */
type Counted = FindingOf<'history-too-short'>['data'];

/** `since`: of the oldest; `isInstead`: only where base cannot be built. */
export function countableText(
  subject: string,
  { since, isInstead }: { since: string | null; isInstead: boolean },
  data: Counted,
): string {
  const when = isInstead ? 'if base cannot be built: ' : '';
  if (data.runs < data.needed) {
    const tooShort = { code: 'history-too-short', severity: 'doubt', subject: null, data } as const;
    return `${subject}: ${when}${findingText(tooShort)}`;
  }
  const from = since === null ? '' : ` since ${since.slice(0, 10)}`;
  return `${subject}: ${when}${plural(data.runs, 'run')} of ${data.from}${from} can be compared with (${data.needed} are needed)`;
}
