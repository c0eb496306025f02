/**
 * Little's law. The generator says how fast answers came and how long each took; together they say how much was in
 * flight, and how much that was to be is known.
 */

import { workOf } from '../../config/experiment/describe-load.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import type { Pilot } from '../../measure/observed/measurement.ts';
import type { Finding } from '../findings/finding.ts';
import { IN_FLIGHT } from '../findings/thresholds.ts';

export interface InFlightFindings {
  /** More in flight than there were connections for: the generator contradicts itself, and no figure of it can be believed. */
  doubt: Finding | null;
  warnings: Finding[];
}

export function inFlightFindings(pilot: Pilot | null, scenario: Scenario): InFlightFindings {
  const found: InFlightFindings = { doubt: null, warnings: [] };
  for (const arm of ['base', 'head'] as const) {
    const seen = pilot?.arms[arm]?.inFlight ?? null;
    if (seen === null) continue;
    const { asked, perSecond, meanLatencyUs, perWindow = Number.POSITIVE_INFINITY } = seen;
    const share = (perSecond * meanLatencyUs) / 1e6 / asked;
    const data = { inFlight: share * asked, asked, work: workOf(scenario) };
    if (share > IN_FLIGHT.impossible) {
      found.doubt ??= { code: 'impossible-in-flight', severity: 'doubt', subject: arm, data };
    }
    // One message fans out at a time: its copies are under way for as long as the server takes to write each.
    const isFanOut = scenario.kind === 'websocket' && scenario.mode === 'fan-out';
    const idle = Math.min(IN_FLIGHT.idle, IN_FLIGHT.idleAgainstBusy * busyShare(perWindow / asked));
    if (share < idle && !isFanOut) {
      found.warnings.push({
        code: 'idle-connections',
        severity: 'warning',
        subject: arm,
        data: { ...data, share, ...streamsOf(scenario) },
      });
    }
  }
  return found;
}

/**
 * What is in flight on average of what was asked for, while a server answers one request after the other until a slice is over: all,
 * and then, while the last of each connection is waited for, half of it. `each`: answers for each connection and slice.
 */
function busyShare(each: number): number {
  return each >= 1 ? 1 - 1 / (2 * each) : each / 2;
}

/** A server may allow fewer than were asked for: then fewer connections would help nothing. */
function streamsOf(scenario: Scenario): { streams?: number } {
  const streams = scenario.kind === 'http' ? scenario.streams : 1;
  return streams > 1 ? { streams } : {};
}
