/** What is told of a subject whose requests fail. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { judge } from '../../src/judge/judge.ts';
import type { BurstResult } from '../../src/load/results.ts';
import { repeat } from '../support/block.ts';
import { measurementOf, observed } from '../support/measurement.ts';

/** `share`: of the requests of both arms, which fail. */
function codesWith(share: number): string[] {
  const measurement = measurementOf({
    subjects: [
      {
        blocks: repeat({}, 6),
        edit: (block) => {
          for (const arm of ['base', 'head'] as const) {
            const own = observed(block, arm);
            const failed = Math.round(share * own.good);
            own.good -= failed;
            own.errors.status += failed;
          }
        },
      },
    ],
  });
  for (const { pilot } of measurement.subjects) {
    const head = pilot?.arms.head;
    if (head != null) {
      head.burst = { ...(head.burst as BurstResult), requestsPerSecond: 1e7, errors: 31 };
    }
  }
  return (judge(measurement).subjects[0]?.warnings ?? []).map(({ code }) => code);
}

it('Of a server whose requests fail the failures are told, and no advice on how well its speed is measured', () => {
  assert.deepEqual(codesWith(0), ['burst-failures', 'burst-disagrees']);
  assert.deepEqual(codesWith(0.5), ['burst-failures']);
});
