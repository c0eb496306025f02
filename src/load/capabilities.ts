/** What each kind of load can do, and what it needs. */
import type { Scenario } from '../config/experiment/scenario.ts';

/** All that autocannon sends. */
export const AUTOCANNON_METHODS: readonly string[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PATCH',
];

/** autocannon speaks HTTP/1.1 only, and its methods; and beside another load tool nobody needs it. */
export function hasBurst(scenario: Scenario): boolean {
  return (
    scenario.kind === 'http' &&
    scenario.protocol === 'http1' &&
    scenario.requests.every(
      ({ method, hasValues }) => AUTOCANNON_METHODS.includes(method) && !hasValues,
    )
  );
}

/** Open loop and unbroken load are our own engines' business, one answer for each piece of work. */
export function hasLatency(scenario: Scenario): boolean {
  if (scenario.kind === 'http') return scenario.engine === 'builtin';
  return scenario.kind === 'websocket' && scenario.mode === 'echo';
}

/** Generator processes that can share the load: what one process alone can do is left to one. */
export function mostProcesses(scenario: Scenario): number {
  // A hold has processes of its own.
  if (scenario.kind === 'command' || scenario.kind === 'hold') return 1;
  if (scenario.kind === 'websocket' && scenario.mode === 'fan-out') return 1;
  return scenario.connections;
}

/**
 * Shorter slices than this say little: autocannon opens its connections within each slice, which
 * takes milliseconds, and with TLS tens of them.
 */
const AUTOCANNON_LEAST_SLICE_MS = 250;

/** What an engine's own start and end of a slice ask for; 0: nothing. */
export function leastSliceMs(scenario: Scenario): number {
  const isAutocannon = scenario.kind === 'http' && scenario.engine === 'autocannon';
  return isAutocannon ? AUTOCANNON_LEAST_SLICE_MS : 0;
}
