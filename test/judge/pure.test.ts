/** A verdict is a function of the measurement: of its content, and of nothing else. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge, unresolved } from '../../src/judge/judge.ts';
import { toJson } from '../../src/system/results/results.ts';
import type { BlockRatios } from '../support/block.ts';
import {
  type BlockMeasurement,
  draftOf,
  Measurement,
  type MetricVerdict,
} from '../support/draft.ts';
import { measurementOf, type SubjectSpec } from '../support/measurement.ts';
import { fc } from '../support/properties.ts';

const ratio = fc.double({ min: -0.15, max: 0.15, noNaN: true });
const block: fc.Arbitrary<BlockRatios> = fc.record({
  throughput: ratio,
  cpu: ratio,
  memory: ratio,
});
const subject: fc.Arbitrary<SubjectSpec> = fc
  .array(block, { minLength: 0, maxLength: 12 })
  .map((blocks) => ({ blocks, planned: 12 }));
const job = fc
  .array(subject, { minLength: 1, maxLength: 4 })
  .map((subjects) =>
    measurementOf({ subjects: subjects.map((s, i) => ({ ...s, server: `s${i}` })) }),
  );

describe('the judge', () => {
  it('The judge gives the same bytes for a measurement that went through a file', () => {
    fc.assert(
      fc.property(job, (measurement) => {
        const again = Measurement.parse(JSON.parse(toJson(measurement)));
        assert.equal(toJson(judge(again)), toJson(judge(measurement)));
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it('The judge does not change what it is given', () => {
    fc.assert(
      fc.property(job, (measurement) => {
        const before = toJson(measurement);
        const frozen = deepFreeze(measurement);
        judge(frozen);
        unresolved(frozen);
        assert.equal(toJson(frozen), before);
      }),
      { numRuns: 20, seed: 2 },
    );
  });

  it('The judge does not care in which order subjects and keys come', () => {
    fc.assert(
      fc.property(job, (measurement) => {
        const turned = reverseKeys(measurement);
        turned.subjects.reverse();
        turned.plan.subjects.reverse();
        turned.experiment.subjects.reverse();
        turned.experiment.servers.reverse();
        const { subjects, commands, ...rest } = judge(measurement);
        const other = judge(turned);
        assert.deepEqual(
          { ...other, subjects: [], commands: [] },
          { ...rest, subjects: [], commands: [] },
        );
        assert.deepEqual(other.subjects.toReversed(), subjects);
        assert.deepEqual(other.commands.toReversed(), commands);
      }),
      { numRuns: 50, seed: 3 },
    );
  });

  it('The judge does not remember the measurement before', () => {
    fc.assert(
      fc.property(job, job, (first, second) => {
        const alone = toJson(judge(first));
        judge(second);
        assert.equal(toJson(judge(first)), alone);
      }),
      { numRuns: 20, seed: 4 },
    );
  });

  /**
   * Figures mirror; words need not: Holm's steps are taken on the side of "worse" only, "better" is
   * tested at the family's first step, and the two tolerances differ in the logarithm. So an interval mirrors but for an end
   * that is the tolerance, which "unchanged" put there.
   */
  it('The judge mirrors its figures when base and head change places', () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 6, maxLength: 6 }), (blocks) => {
        const measurement = measurementOf({ subjects: [{ blocks }] });
        const forth = judge(measurement).subjects[0]?.metrics as MetricVerdict[];
        const back = judge(swapArms(measurement)).subjects[0]?.metrics as MetricVerdict[];
        for (const [i, { comparison, change, interval, base, head, sd }] of forth.entries()) {
          const other = back[i] as MetricVerdict;
          // Nothing failed, so there is no change of that to mirror.
          if (comparison === 'limit') continue;
          const turned = (x: number) => (comparison === 'ratio' ? 1 / (1 + x) - 1 : -x);
          close(other.change, turned(change as number));
          const [low, high] = interval as [number, number];
          const [lowBack, highBack] = other.interval as [number, number];
          if (![high, lowBack].some((end) => isCut(end, other))) close(lowBack, turned(high));
          if (![low, highBack].some((end) => isCut(end, other))) close(highBack, turned(low));
          close(other.sd, sd as number);
          close(other.base, head as number);
          close(other.head, base as number);
        }
      }),
      { numRuns: 50, seed: 5 },
    );
  });

  it('The judge calls a clear slowdown an improvement when base and head change places', () => {
    const blocks = [0.1, 0.11, 0.09, 0.1, 0.12, 0.1].map((d) => ({ throughput: d, cpu: d }));
    const measurement = measurementOf({ subjects: [{ blocks }] });
    assert.equal(judge(measurement).verdict, 'regression');
    assert.equal(judge(swapArms(measurement)).verdict, 'improvement');
  });
});

function isCut(end: number, { tolerance }: MetricVerdict): boolean {
  return tolerance !== null && Math.abs(Math.abs(end) - tolerance) < 1e-12;
}

function close(actual: number | null | undefined, expected: number): void {
  assert.ok(
    typeof actual === 'number' &&
      Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${actual} is not ${expected}`,
  );
}

function swapArms(measurement: Measurement): Measurement {
  const swapped = draftOf(measurement);
  for (const { blocks } of swapped.subjects) {
    for (const one of blocks) {
      one.sliceOrder = [...one.sliceOrder].map((letter) => (letter === 'b' ? 'h' : 'b')).join('');
      const { base, head } = one.arms as Required<BlockMeasurement['arms']>;
      one.arms = { base: head, head: base } as BlockMeasurement['arms'];
    }
  }
  return swapped;
}

function reverseKeys<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reverseKeys) as T;
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, child]) => [key, reverseKeys(child)]);
  return Object.fromEntries(entries.reverse()) as T;
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object') {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
}
