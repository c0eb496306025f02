/** What becomes of the second arm when the first one fails while both run. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { NotConnected } from '../../../src/load/client.ts';
import type { Target } from '../../../src/load/target.ts';
import { connect, forEachArm } from '../../../src/measure/arms/running-arms.ts';
import type { RunContext } from '../../../src/measure/context/run-context.ts';
import { ArmsFailed } from '../../../src/measure/failures/fates.ts';
import { ServerFailure, type Symptoms } from '../../../src/measure/failures/server-failure.ts';
import type { RunningServer } from '../../../src/measure/servers/server.ts';
import type { Arm } from '../../../src/terms/arm.ts';

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

/** What is said of a server that printed this, and to which the load has no connection. */
async function notConnected(wasLoaded: boolean, printed: string) {
  const server = {
    arm: 'head',
    endpoint: { kind: 'unix', path: '/nobody/listens.sock' },
    tree: () => [],
    ended: () => null,
    failure: (kind: ServerFailure['kind'], what: string, symptoms: Symptoms) =>
      new ServerFailure('head', kind, what, printed, symptoms),
  } as unknown as RunningServer;
  const open = async () => {
    throw new NotConnected('arm head at 127.0.0.1:8080: connect ECONNREFUSED 127.0.0.1:8080');
  };
  const context = { generator: { open } } as unknown as RunContext;
  const failure = await connect(context, server, {} as Target, { wasLoaded }).catch(
    (error) => error,
  );
  assert.ok(failure instanceof ServerFailure);
  return failure.of('block');
}

it('A server that takes no connection is told as one that starts in two steps before its load alone', async () => {
  const printed =
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory';
  const before = await notConnected(false, printed);
  assert.match(before.what, /^the server was ready, /);
  assert.equal(before.cure?.code, 'closed-again');
  const later = await notConnected(true, printed);
  assert.match(later.what, /^the server was loaded, /);
  assert.equal(later.cure?.code, 'memory-out');
  assert.equal((await notConnected(true, '')).cure, null);
});
