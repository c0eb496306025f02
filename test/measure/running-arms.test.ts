/** What becomes of the second arm when the first one fails while both run. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ArmsFailed } from '../../src/measure/fates.ts';
import { forEachArm } from '../../src/measure/running-arms.ts';
import { ServerFailure } from '../../src/measure/servers/failure.ts';
import type { Arm } from '../../src/terms/arm.ts';

/** Who was asked, and what came of it. */
async function asked(errors: Partial<Record<Arm, Error>>) {
  const done: Arm[] = [];
  const error = await forEachArm(['base', 'head'], async (arm) => {
    done.push(arm);
    if (errors[arm] !== undefined) throw errors[arm];
  }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { done, error };
}

const fails = (arm: Arm) => new ServerFailure(arm, 'wrong-status', 'no', null);

it('The second arm is asked though the first one fails, and the failures of both are told', async () => {
  const [base, head] = [fails('base'), fails('head')];
  assert.deepEqual(await asked({ base }), { done: ['base', 'head'], error: base });
  const both = await asked({ base, head });
  assert.deepEqual(both.done, ['base', 'head']);
  assert.ok(both.error instanceof ArmsFailed);
  assert.deepEqual(both.error.errors, [base, head]);
});

it('What is no arm’s failure ends the asking at once', async () => {
  const gone = new Error('the generator is gone');
  assert.deepEqual(await asked({ base: gone }), { done: ['base'], error: gone });
});
