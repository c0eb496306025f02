import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startUpShare } from '../../../src/judge/power/start-up.ts';
import type { Pilot } from '../../../src/measure/observed/measurement.ts';
import type { SubjectPlan } from '../../../src/plan/plan.ts';
import { findingText } from '../../../src/report/findings/finding.ts';

const plan = { pairs: 'live', warmupRequests: 40_000, blockMs: 23_000, blocks: Array(5) };
const warmUp = { windowWork: 1, perSecond: [1], steadyFrom: null };
const eaten = (changes: object, startMs = 9000) => {
  const arm = { startMs, rate: 10_000, warmUp };
  return startUpShare(
    { ...plan, ...changes } as unknown as SubjectPlan,
    { arms: { base: arm, head: arm } } as unknown as Pilot,
  );
};

it('Starting and warming up are told when they take more than a third of a block', () => {
  const found = eaten({});
  assert.deepEqual(found?.data, { startMs: 9000, warmUpMs: 8000, share: 17 / 23, blocks: 5 });
  assert.match(
    found ? findingText(found) : '',
    /9 s to start and stop.*8 s to warm.*5 blocks at most are measured.*`budget`.*`warm-up`.*`ready`/,
  );
  assert.equal(eaten({ warmupRequests: 4000, blockMs: 5000 }, 200), null);
  assert.equal(startUpShare(plan as unknown as SubjectPlan, null), null);
});

it('Starting and warming up are not told where the budget holds enough blocks all the same', () => {
  assert.equal(eaten({ blocks: Array(20) }), null);
  assert.notEqual(eaten({ blocks: Array(19) }), null);
});

it('Arms that take turns start one after the other', () => {
  assert.equal(eaten({ pairs: 'exclusive', blockMs: 40_000 })?.data.startMs, 18_000);
});
