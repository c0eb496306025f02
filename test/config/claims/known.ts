/** Servers and scenarios that claims of tests speak of. */
import assert from 'node:assert/strict';
import { resolveClaim } from '../../../src/config/claims/resolve.ts';
import type { Known } from '../../../src/config/claims/terms.ts';
import type { Claim } from '../../../src/config/experiment/claim.ts';
import type { HoldScenario, Scenario } from '../../../src/config/experiment/scenario.ts';
import type { HttpScenario } from '../../support/draft.ts';
import { httpRequest, httpScenario } from '../../support/measurement.ts';

/** With the latency phase that a user's scenario has by default. */
export function loadScenario(name: string, wishes: Partial<HttpScenario> = {}): HttpScenario {
  return httpScenario(name, { latency: { perSecond: null }, ...wishes });
}

export function holdScenario(name: string, wishes: Partial<HoldScenario> = {}): HoldScenario {
  return {
    kind: 'hold',
    name,
    protocol: 'http1',
    tls: null,
    connections: 1000,
    openPerSecond: 1000,
    holdMs: 10_000,
    perSecond: 100,
    timeoutMs: 10_000,
    request: httpRequest(),
    socket: null,
    serverCores: null,
    ...wishes,
  };
}

const SCENARIOS: Scenario[] = [
  loadScenario('plain'),
  holdScenario('idle-100k'),
  loadScenario('curve@1', { serverCores: 1 }),
  loadScenario('curve@2', { serverCores: 2 }),
];

/** Three servers under a plain load, a hold and a curve over cores. */
export const KNOWN: Known = {
  servers: new Map(['gleam', 'go', 'go-http'].map((server) => [server, SCENARIOS])),
};

/** The same servers under the plain load alone. */
const ONE_SCENARIO: Known = {
  servers: new Map(['gleam', 'go', 'go-http'].map((server) => [server, [loadScenario('plain')]])),
};

/** Servers with scenarios of these names, each of which measures what an HTTP load can measure, or a hold. */
export function knownOf(names: Record<string, string[]>, kind: 'http' | 'hold' = 'http'): Known {
  const scenarioOf = (name: string): Scenario =>
    kind === 'http' ? loadScenario(name, { steadyMs: 5000 }) : holdScenario(name);
  return {
    servers: new Map(
      Object.entries(names).map(([server, scenarios]) => [server, scenarios.map(scenarioOf)]),
    ),
  };
}

/** What the text claims; nothing may be wrong with it. */
export function claimsOf(text: string, known: Known = ONE_SCENARIO): Claim[] {
  const { claims, wrong } = resolveClaim({ claim: text, gate: false }, known);
  assert.deepEqual(wrong, []);
  return claims;
}
