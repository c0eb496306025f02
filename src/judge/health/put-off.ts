/** Work that servers do after they have answered, and had not done when their load was over: how much it is, no figure tells. */

import type { Gate } from '../../config/experiment/experiment.ts';
import type { Pilot } from '../../measure/observed/measurement.ts';
import type { Finding } from '../findings/finding.ts';

/**
 * Null: they came to rest. Head alone may have moved work out of the request, so that it may not pass, whatever is judged. Where both put work
 * off, more of it would not show in CPU time. What base alone puts off can only make head look worse. `isContest`: two servers are
 * compared, of which neither replaces the other.
 */
export function putOffWork(
  pilot: Pilot | null,
  { metrics, isContest }: { metrics: Gate['metrics']; isContest: boolean },
): Finding | null {
  if (pilot?.goesOn === undefined) return null;
  const {
    waitedMs,
    cores: { base = null, head = null },
  } = pilot.goesOn;
  // Against earlier runs base is not there.
  const isHeadAlone = base === null && pilot.arms.base !== undefined;
  const mayHide = head !== null && (isHeadAlone || metrics.includes('cpu'));
  const severity = mayHide && !isContest ? 'doubt' : 'warning';
  return { code: 'work-put-off', severity, subject: null, data: { waitedMs, base, head } };
}
