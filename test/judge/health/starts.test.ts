import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startWarnings } from '../../../src/judge/health/starts.ts';
import { repeat } from '../../support/block.ts';
import type { BlockMeasurement } from '../../support/draft.ts';
import { warningsOf } from '../../support/english.ts';
import { measurementOf, observed } from '../../support/measurement.ts';

/** What is said where the builds took so long to start, a block each. */
function told(base: number[], head: number[]): string[] {
  let at = 0;
  const edit = (block: BlockMeasurement) => {
    observed(block, 'base').startMs = base[at % base.length] ?? 0;
    observed(block, 'head').startMs = head[at % head.length] ?? 0;
    at++;
  };
  const { subjects } = measurementOf({
    subjects: [{ blocks: repeat({}, Math.max(base.length, head.length)), edit }],
  });
  return warningsOf({ warnings: startWarnings(subjects[0]?.blocks ?? []) });
}

it('A head that takes six seconds longer to start is told, with both times', () => {
  assert.deepEqual(told([120, 130, 125, 140], [6100, 6200, 6050, 6300]), [
    'head takes 6.2 s from its start until it is ready, base 128 ms (medians of 4 starts). That is told and not judged; whoever deploys it waits so much longer.',
  ]);
});

it('Nothing is said of a start that is a little slower, slower now and then, faster, or seen too seldom', () => {
  assert.deepEqual(told([100, 110, 120, 100], [400, 410, 420, 400]), [], 'below half a second');
  assert.deepEqual(told([5000, 5100, 5000, 5100], [5900, 5800, 5900, 6000]), [], 'by a fifth');
  assert.deepEqual(
    told([100, 9000, 100, 9000], [3000, 3000, 3000, 3000]),
    [],
    'in half of the blocks',
  );
  assert.deepEqual(told([6000, 6000, 6000, 6000], [100, 100, 100, 100]), [], 'faster');
  assert.deepEqual(told([100, 100], [6000, 6000]), [], 'two blocks');
});
