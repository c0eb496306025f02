/**
 * Little's law. The generator says how fast answers came and how long each took; together they say how much was in
 * flight, and how much that was to be is known.
 */

import { workOf } from '../../config/describe-load.ts';
import type { Scenario } from '../../config/experiment.ts';
import type { Rehearsal } from '../../measure/measurement.ts';
import { percent } from '../percent.ts';
import { IN_FLIGHT } from '../thresholds.ts';

export interface InFlightFindings {
  /** More in flight than there were connections for: the generator contradicts itself, and no figure of it can be believed. */
  inconclusive: string | null;
  warnings: string[];
}

export function inFlightFindings(
  rehearsal: Rehearsal | null,
  scenario: Scenario,
): InFlightFindings {
  const found: InFlightFindings = { inconclusive: null, warnings: [] };
  for (const arm of ['base', 'head'] as const) {
    const seen = rehearsal?.arms[arm]?.inFlight ?? null;
    if (seen === null) continue;
    const { asked, perSecond, meanLatencyUs } = seen;
    const share = (perSecond * meanLatencyUs) / 1e6 / asked;
    const work = `${workOf(scenario)}s`;
    if (share > IN_FLIGHT.impossible) {
      found.inconclusive ??= `by Little's law ${round(share * asked)} ${work} were in flight on ${arm} where only ${asked} can be: the load generator's own figures contradict each other. Please report this, with \`measurement.json\``;
    }
    // One message fans out at a time: its copies are under way for as long as the server takes to write each.
    const isFanOut = scenario.kind === 'websocket' && scenario.mode === 'fan-out';
    if (share < IN_FLIGHT.idle && !isFanOut) {
      found.warnings.push(
        `by Little's law ${round(share * asked)} of ${asked} ${work} were in flight on ${arm} (${percent(share)}): connections stood idle, so ${arm} was not under its whole load. Ask for fewer connections.`,
      );
    }
  }
  return found;
}

function round(count: number): number {
  return Number(count.toPrecision(2));
}
