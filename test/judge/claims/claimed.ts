/** Measurements of contenders, and what is said of claims about them. */

import assert from 'node:assert/strict';
import { resolveClaim } from '../../../src/config/claims/resolve.ts';
import type { Claim } from '../../../src/config/experiment/claim.ts';
import { judge } from '../../../src/judge/judge.ts';
import type { ClaimVerdict } from '../../../src/judge/verdict/claim-verdict.ts';
import type { BlockRatios } from '../../support/block.ts';
import { versus } from '../../support/contenders.ts';
import type { Measurement, Scenario, Server } from '../../support/draft.ts';
import {
  buildMeasurement,
  httpScenario,
  type MeasurementSpec,
  SIGNS,
  type SubjectSpec,
} from '../../support/measurement.ts';

/** Two contenders, `a` as base and `b` as head; further ones in pairs of their own. */
export function contest(
  texts: readonly string[],
  subjects: readonly (SubjectSpec & { pair?: readonly [string, string] })[],
  spec: Partial<MeasurementSpec> = {},
): Measurement {
  const load = spec.load ?? ((name: string): Scenario => httpScenario(name));
  const pairs = subjects.map(({ pair = ['a', 'b'] }) => pair);
  const servers = new Map<string, Server>();
  for (const [base, head] of pairs) {
    const server = versus(base as string, head as string);
    servers.set(server.name, server);
  }
  const scenarios = [...new Set(subjects.map(({ scenario = 'plain' }) => scenario))].map(load);
  const names = [...new Set(pairs.flat())] as string[];
  const known = { servers: new Map(names.map((name) => [name, scenarios])) };
  const measurement = buildMeasurement({
    slices: 4,
    ...spec,
    load,
    claims: claimsOf(texts, known),
    subjects: subjects.map(({ pair = ['a', 'b'], ...subject }) => ({
      ...subject,
      server: `${pair[0]}-vs-${pair[1]}`,
    })),
  });
  measurement.experiment.servers = [...servers.values()];
  return measurement;
}

export function claimsOf(
  texts: readonly string[],
  known: Parameters<typeof resolveClaim>[1],
): Claim[] {
  return texts.flatMap((text) => {
    const { claims, wrong } = resolveClaim({ claim: text, gate: false }, known);
    assert.deepEqual(wrong, [], text);
    return claims;
  });
}

export function answersOf(measurement: Measurement): readonly ClaimVerdict[] {
  const { claims } = judge(measurement);
  assert.ok(claims, 'the verdict has no claims');
  return claims;
}

/** The answer to a single claim. */
export function answerOf(measurement: Measurement): ClaimVerdict {
  const [only, ...more] = answersOf(measurement);
  assert.deepEqual(more, []);
  assert.ok(only);
  return only;
}

/** Blocks whose ratios lie `sd` above and below these, in turn. */
export function around(ratios: BlockRatios, count = 20, sd = 0.01): BlockRatios[] {
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(
      Object.entries(ratios).map(([metric, d]) => [metric, d + sd * (SIGNS[i % 20] as number)]),
    ),
  );
}

export function codes({ reasons }: ClaimVerdict): string[] {
  return reasons.map(({ code }) => code);
}

export function near(found: number | null | undefined, wanted: number, by = 1e-6): void {
  assert.ok(
    typeof found === 'number' && Math.abs(found - wanted) <= by * Math.max(1, Math.abs(wanted)),
    `${found} is not near ${wanted}`,
  );
}
