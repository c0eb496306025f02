import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Scenario } from '../../../src/config/experiment/scenario.ts';
import type { LiveArms } from '../../../src/measure/arms/running-arms.ts';
import { ServerFailure, type Symptoms } from '../../../src/measure/failures/server-failure.ts';
import type { Sliced } from '../../../src/measure/loading/load-blame.ts';
import { assertAnswered } from '../../../src/measure/loading/work-units.ts';

/** Of a base that listens no longer, beside head, after so many good answers. */
function closedAfter(good: number): ServerFailure {
  const server = {
    endpoint: { kind: 'unix', path: '/nobody/listens.sock' },
    tree: () => [],
    ended: () => null,
    failure: (kind: ServerFailure['kind'], what: string, symptoms: Symptoms) =>
      new ServerFailure('base', kind, what, '', symptoms),
  };
  const live = {
    assertAlive: () => {},
    servers: new Map([['base', server]]),
    asked: new Map([['base', { good }]]),
  } as unknown as LiveArms;
  const sliced = { slices: [{ good: 0 }], samples: [] } as unknown as Sliced;
  try {
    assertAnswered(live, {} as Scenario, 'base', sliced);
  } catch (error) {
    assert.ok(error instanceof ServerFailure);
    error.isBeside = true;
    return error;
  }
  assert.fail('nothing was thrown');
}

it('A base that closes its port beside head is tried by itself, however little it was loaded', () => {
  for (const [good, code] of [
    [5, 'closed-again'],
    [5000, 'ended-well'],
  ] as const) {
    const failure = closedAfter(good);
    assert.equal(failure.of('pilot').cure?.code, code);
    assert.equal(failure.mayBeCompany, true, code);
  }
});
