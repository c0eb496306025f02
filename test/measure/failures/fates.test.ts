/** What errors of arms come to, with every order in which they may come. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { failureOfArms } from '../../../src/measure/failures/arm-failure.ts';
import { ArmsFailed, learnFates } from '../../../src/measure/failures/fates.ts';
import {
  ServerFailure,
  type ServerFailureKind,
  type Survived,
} from '../../../src/measure/failures/server-failure.ts';
import { excerptsOf } from '../../../src/system/messages/printed.ts';
import type { Arm } from '../../../src/terms/arm.ts';

const BOTH: Arm[] = ['base', 'head'];
const fails = (arm: Arm, kind: ServerFailureKind = 'wrong-body', what = 'no') =>
  new ServerFailure(arm, kind, what, null);

/** `alone`: what becomes of each arm by itself; absent: it works. */
async function fate(error: unknown, alone: Partial<Record<Arm, Error>> = {}, arms = BOTH) {
  const tried: Arm[] = [];
  const outlasted: (Survived | null)[] = [];
  const tryAlone = async (arm: Arm, survived: Survived | null) => {
    tried.push(arm);
    outlasted.push(survived);
    if (alone[arm] !== undefined) throw alone[arm];
  };
  const { failure } = await learnFates(error, { stage: 'block', arms, tryAlone });
  return { arm: failure.arm, tried, outlasted, failure };
}

it('The gate asks the other arm, whichever failed, and concludes the same in either order', async () => {
  assert.deepEqual(pick(await fate(fails('base'))), ['base', ['head']]);
  assert.deepEqual(pick(await fate(fails('head'))), ['head', ['base']]);
  assert.deepEqual(pick(await fate(fails('base'), { head: fails('head') })), ['both', ['head']]);
  assert.deepEqual(pick(await fate(fails('head'), { base: fails('base') })), ['both', ['base']]);
  const all = [fails('head'), fails('base')];
  for (const errors of [all, all.toReversed()]) {
    const both = await fate(new ArmsFailed(errors));
    assert.deepEqual(pick(both), ['both', []]);
    assert.equal(both.failure.message, 'both builds: no');
  }
});

it('The gate asks nobody where one arm is all that there is', async () => {
  assert.deepEqual(pick(await fate(fails('head'), {}, ['head'])), ['head', []]);
});

it('The gate tries an arm that did not start beside the other by itself', async () => {
  const beside = fails('base', 'exited');
  beside.isBeforeLoad = true;
  const company = await fate(beside);
  assert.deepEqual(pick(company), [null, ['base', 'head']]);
  assert.deepEqual(company.failure.cure, { code: 'not-side-by-side' });
  for (const form of ['flags', 'inputs', 'file'] as const) {
    const told = new ServerFailure('base', 'exited', 'no', null, { form });
    told.isBeforeLoad = true;
    assert.deepEqual((await fate(told)).failure.cure, { code: 'not-side-by-side', form });
  }
  const own = fails('base', 'exited');
  assert.deepEqual(pick(await fate(beside, { base: own })), ['base', ['base', 'head']]);
  assert.deepEqual(pick(await fate(beside, { head: fails('head') })), ['head', ['base', 'head']]);
});

it('The gate tries a base by itself that ended beside a head under load, however it ended', async () => {
  const survived = { work: 100, ms: 700 };
  for (const exitCode of [0, 1, null]) {
    const beside = new ServerFailure('base', 'exited', 'no', null, { exitCode, form: 'inputs' });
    Object.assign(beside, { isBeside: true, survived });
    const company = await fate(beside);
    assert.deepEqual(pick(company), [null, ['base', 'head']]);
    assert.deepEqual(
      company.outlasted,
      [survived, survived],
      'as long as it had lived beside head',
    );
    assert.deepEqual(company.failure.cure, { code: 'ended-beside', form: 'inputs' });
    const own = fails('base', 'exited');
    assert.deepEqual(pick(await fate(beside, { base: own })), ['base', ['base', 'head']]);
  }
});

it('The gate tries a head by itself that ended beside base as if it had been asked to, and no head that crashed', async () => {
  const beside = (exitCode: number | null) => {
    const failure = new ServerFailure('head', 'exited', 'no', null, { exitCode });
    failure.isBeside = true;
    return failure;
  };
  assert.deepEqual(pick(await fate(beside(0))), [null, ['base', 'head']]);
  assert.deepEqual(pick(await fate(beside(1))), ['head', ['base']]);
  assert.deepEqual(pick(await fate(beside(null))), ['head', ['base']]);
});

it('The gate tries no base again that gave wrong answers, or ran without head', async () => {
  const wrong = fails('base');
  wrong.isBeside = true;
  assert.deepEqual(pick(await fate(wrong)), ['base', ['head']]);
  assert.deepEqual(pick(await fate(fails('base', 'exited'))), ['base', ['head']]);
});

it('The gate blames no arm for the machine, or for what is no server’s failure, whenever it comes', async () => {
  assert.deepEqual(pick(await fate(fails('base', 'port-in-use'))), [null, []]);
  assert.deepEqual(pick(await fate(new Error('the generator is gone'))), [null, []]);
  assert.deepEqual(pick(await fate(fails('base'), { head: new Error('gone') })), [null, ['head']]);
});

it('The gate tries a server again that was killed before it was ready, and takes a second kill for its own doing', async () => {
  const killed = (arm: Arm) => {
    const failure = new ServerFailure(arm, 'killed', 'gone', 'a worker failed', {});
    failure.isBeforeLoad = true;
    return failure;
  };
  const again = { base: fails('base', 'killed') };
  assert.deepEqual(pick(await fate(killed('base'), again)), ['base', ['base', 'head']]);
  assert.deepEqual(pick(await fate(killed('base'))), [null, ['base', 'head']]);
  const both = await fate(new ArmsFailed([killed('base'), killed('head')]));
  assert.deepEqual([both.arm, both.failure.message], ['both', 'both builds: gone']);
  const loaded = fails('base', 'killed');
  loaded.survived = { work: 1, ms: 1 };
  assert.equal(
    (await fate(killed('base'), { base: loaded })).arm,
    null,
    'under load it may be an accident',
  );
  assert.deepEqual(
    pick(await fate(fails('base', 'killed'))),
    [null, []],
    'nor is one that was beside nobody tried',
  );
});

it('What servers printed is kept where no arm is to blame', async () => {
  const killed = (arm: Arm) => new ServerFailure(arm, 'killed', 'gone', `last line of ${arm}`, {});
  const { errors } = await learnFates(new ArmsFailed([killed('base'), killed('head')]), {
    stage: 'block',
    arms: BOTH,
    tryAlone: () => assert.fail(),
  });
  assert.deepEqual(
    errors.flatMap(excerptsOf).map(({ lines }) => lines),
    [['last line of base'], ['last line of head']],
  );
});

it('The gate tells one cause once, and two causes both', () => {
  const part = (arm: Arm, what: string, mark = 'exited 1', name: string = arm) => ({
    ...{ arm, name, what, mark, stage: 'build' as const, cure: null },
  });
  const told = (...parts: ReturnType<typeof part>[]) => failureOfArms(parts).message;
  assert.equal(
    told(part('head', 'port 4001 of head: no'), part('base', 'port 4000 of base: no')),
    'both builds: port 4001 of head: no',
  );
  assert.equal(
    told(part('base', 'no', 'exited 1'), part('head', 'no', 'exited 2')),
    'both builds fail. base: no; head: no',
  );
  assert.equal(
    told(part('base', 'a header for 59.9 s: no'), part('head', 'a header for 60 s: no')),
    'both builds: a header for 60 s: no',
  );
  assert.equal(told(part('base', 'no')), 'base: no');
  const [go, gleam] = ['go of 1: no', 'gleam of 2: no'];
  assert.equal(
    told(part('base', go, 'exited 1', 'go'), part('head', gleam, 'exited 1', 'gleam')),
    'go and gleam fail. go: go of 1: no; gleam: gleam of 2: no',
    'what names one contender is not told of both',
  );
  assert.equal(
    told(
      part('base', 'port 1: no', 'exited 1', 'go'),
      part('head', 'port 2: no', 'exited 1', 'gleam'),
    ),
    'go and gleam: port 2: no',
  );
  assert.equal(
    told(part('base', 'no', 'exited 1', 'go'), part('head', 'never', 'exited 1', 'gleam')),
    'go and gleam fail. go: no; gleam: never',
  );
});

it('Where two builds fail in two ways, the advice is that of the one which says why', () => {
  const late = { message: 'no complete answer after 5000 ms', timeoutMs: 5000 };
  const cureOf = (base: string, head: string) =>
    failureOfArms(
      [base, head].map((output, i) =>
        new ServerFailure(BOTH[i] as Arm, 'no-answer', `no ${i}`, output, { failed: late }).of(
          'pilot',
        ),
      ),
    ).cure?.code;
  const memory = 'java.lang.OutOfMemoryError: Java heap space';
  assert.equal(cureOf(memory, ''), 'memory-out');
  assert.equal(cureOf('', memory), 'memory-out');
  assert.equal(cureOf('', ''), 'late-answer');
  assert.equal(cureOf('Too many open files', memory), 'memory-out', 'head’s, where both say why');
});

function pick({ arm, tried }: Awaited<ReturnType<typeof fate>>) {
  return [arm, tried];
}

it('Where both builds want one fixed port, the one that has it says the cause, and the other no second one', () => {
  const elsewhere = 'not ready on port 2000: it listens on port 3000 instead';
  const has = new ServerFailure('base', 'wrong-port', elsewhere, null, { exitCode: null });
  const taken = new ServerFailure('head', 'exited', 'it ended', 'listen EADDRINUSE: :::3000', {});
  for (const failures of [
    [has, taken],
    [taken, has],
  ]) {
    const { arm, message, cure } = failureOfArms(failures.map((one) => one.of('pilot')));
    assert.deepEqual([arm, message, cure], ['both', `both builds: ${elsewhere}`, null]);
  }
});

it('A port that somebody else has is nobody’s fault, and has a cure', async () => {
  const taken = new ServerFailure('base', 'port-in-use', 'taken', null, { taken: 'before' });
  const { arm, failure } = await fate(taken);
  assert.deepEqual([arm, failure.cure], [null, { code: 'port-taken' }]);
  const killed = new ServerFailure('base', 'killed', 'gone', 'ECONNREFUSED', {});
  assert.equal((await fate(killed)).failure.cure, null);
});

it('A head that ends beside base, as base has the address that it wants, is tried by itself', async () => {
  const output = 'Error: listen EADDRINUSE: address already in use 127.0.0.1:9464';
  const wants = new ServerFailure('head', 'exited', 'it ended', output, { exitCode: 1 });
  wants.isBeside = true;
  const beside = await fate(wants);
  assert.deepEqual(pick(beside), [null, ['base', 'head']]);
  assert.deepEqual(beside.failure.cure, { code: 'not-side-by-side' });
  const crashes = new ServerFailure('head', 'exited', 'it ended', 'no licence', { exitCode: 1 });
  crashes.isBeside = true;
  assert.deepEqual(pick(await fate(crashes)), ['head', ['base']]);
});
