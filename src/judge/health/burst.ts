/** What the opening burst of autocannon, a client of another make, found otherwise than our engine. */
import { sum } from 'simple-statistics';
import type { Scenario } from '../../config/experiment/scenario.ts';
import type { BurstResult } from '../../load/results.ts';
import type { BlockMeasurement, Pilot } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import type { Finding } from '../findings/finding.ts';
import { LIMITS } from '../findings/thresholds.ts';

/** On each connection, in a burst that is to have a speed. */
const ANSWERS_IN_BURST = 5;
/** Likewise, of one that gets no further. */
const MOST_WHEN_STRANDED = 2;

/**
 * Where the server ends connections in the middle of work, which the requests that our engine sent again show, autocannon loses
 * those requests and counts on from the wrong one. That is told once, with their share, and is no failure of either.
 */
export function burstWarnings(
  pilot: Pilot,
  {
    scenario,
    generatorProcesses,
    blocks,
  }: {
    scenario: Scenario;
    generatorProcesses: number;
    blocks: readonly BlockMeasurement[];
  },
): Finding[] {
  const warnings: Finding[] = [];
  const least = 1 / (LIMITS.engineSlower * generatorProcesses);
  for (const arm of ['base', 'head'] as const) {
    const { burst = null, rate = null, inFlight = null } = pilot.arms[arm] ?? {};
    if (burst === null || rate === null || scenario.kind !== 'http') continue;
    const statuses = [...new Set(scenario.requests.map(({ expect }) => expect.status))];
    const { unanswered, unexpected, asked } = burstFailures(burst, statuses);
    const sentAgain = hasSentAgain(blocks, arm);
    const failed = unexpected + (sentAgain ? 0 : unanswered);
    if (failed > LIMITS.errorShare * asked) {
      const data = { statuses, failed, asked };
      warnings.push({ code: 'burst-failures', severity: 'warning', subject: arm, data });
    }
    // Of answers that take long, a burst has hardly one on each connection.
    const answers = (1e6 * burst.durationS) / (inFlight?.meanLatencyUs ?? 0);
    const isShort = answers < ANSWERS_IN_BURST || isStranded(burst, scenario.connections);
    const ratio = isShort ? 0 : burst.requestsPerSecond / rate;
    // A burst without any answer has no speed to compare; its failures are told above.
    if (ratio > LIMITS.engineFaster || (ratio > 0 && ratio < least && !sentAgain)) {
      const data = { burst: burst.requestsPerSecond, engine: rate };
      warnings.push({ code: 'burst-disagrees', severity: 'warning', subject: arm, data });
    }
  }
  return warnings;
}

/**
 * It had an answer on each connection and hardly more. autocannon sends its next request at once, also where the answer announces the end of the
 * connection. Servers that read on until the client closes (Flask's own) answer it no more, so it waits until its burst is over. On a busy
 * machine it may see the end first, and has one more answer on the connection that it opens then.
 */
function isStranded({ completed }: BurstResult, connections: number): boolean {
  return completed > 0 && completed <= MOST_WHEN_STRANDED * connections;
}

/** autocannon's `errors` include its timeouts; an unexpected status is an answer to autocannon. */
function burstFailures(
  { completed, errors, statuses }: BurstResult,
  expected: readonly number[],
): { unanswered: number; unexpected: number; asked: number } {
  const good = sum(expected.map((status) => statuses[status] ?? 0));
  return { unanswered: errors, unexpected: completed - good, asked: completed + errors };
}

function hasSentAgain(blocks: readonly BlockMeasurement[], arm: Arm): boolean {
  return blocks.some((block) => (block.arms[arm]?.resent ?? 0) > 0);
}
