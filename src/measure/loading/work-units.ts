/** Pieces of work: how many at once, in which multiples, how fast, and whether any was answered. */

import { workText } from '../../config/experiment/describe-load.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import type { SliceResult } from '../../load/results.ts';
import type { Arm } from '../../terms/arm.ts';
import { type LiveArms, serverFor } from '../arms/running-arms.ts';
import { endpointText } from '../listening/endpoint.ts';
import { listensNoLonger } from '../listening/listener.ts';
import { askedOf, exampleOf, hasFallenSilent, type Sliced, symptomsOf } from './load-blame.ts';

/** Good answers, fewer than any limit of requests that a server has. */
const FEW = 100;

/** Work that is under way at once. */
export function inFlightOf(scenario: Scenario): number {
  switch (scenario.kind) {
    case 'http':
      return scenario.connections * scenario.streams;
    case 'websocket':
    case 'hold':
      return scenario.connections;
    case 'command':
      return 1;
  }
}

/** Work comes in multiples of this: a message that fans out is received by everybody. */
export function unitOf(scenario: Scenario): number {
  return scenario.kind === 'websocket' && scenario.mode === 'fan-out' ? scenario.connections : 1;
}

/** Answered as expected, per second. */
export function rateOf({ good, durationUs }: Pick<SliceResult, 'good' | 'durationUs'>): number {
  return (1e6 * good) / durationUs;
}

/** The only slice, unless nothing was answered: then the arm has failed. */
export function assertAnswered(
  live: LiveArms,
  scenario: Scenario,
  arm: Arm,
  sliced: Sliced,
): SliceResult {
  const slice = sliced.slices[0] as SliceResult;
  if (slice.good > 0) return slice;
  live.assertAlive();
  const seen = exampleOf(sliced, arm) ?? 'no expected answer';
  const server = serverFor(live, arm);
  if (listensNoLonger(server)) {
    const what = `the server has closed ${endpointText(server.endpoint)} while it was measured`;
    // Hardly loaded yet, it starts in two steps, or is started again. Else it ends in order: after so many requests, for example.
    const isEarly = askedOf(live, arm).good < FEW;
    // Either way it may be about to go because of the other arm, and so it is tried by itself.
    throw server.failure(
      'exited',
      what,
      isEarly ? { isClosedAgain: true } : { hasEndedWell: true },
    );
  }
  const what = `${workText(scenario)} is not answered under load: ${seen}`;
  const { closed, connect, timeout } = slice.errors;
  throw server.failure('no-answer', what, {
    ...symptomsOf(live, sliced, arm),
    hasFallenSilent: hasFallenSilent(live, sliced, arm),
    isCutOff: scenario.kind === 'http' && closed > 0 && timeout === 0 && connect === 0,
  });
}
