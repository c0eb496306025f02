import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { replaceDisturbed } from '../../src/run/replace.ts';
import type { Cores } from '../../src/terms/core-sets.ts';
import { repeat, UNDISTURBED } from '../support/block.ts';
import type { RunnerObservation, SubjectMeasurement, SubjectPlan } from '../support/draft.ts';
import { draftOf } from '../support/draft.ts';
import { measurementOf } from '../support/measurement.ts';

function subjectOf(blocks: number, planned: number) {
  const { subjects, plan } = measurementOf({ subjects: [{ blocks: repeat({}, blocks), planned }] });
  return {
    measured: subjects[0] as SubjectMeasurement,
    plan: plan.subjects[0] as SubjectPlan,
  };
}

/** A core for the servers and one for the generator. */
const APART = { cores: { generator: [0], servers: [1], note: null } };

describe('a block during which the machine was disturbed', () => {
  it('A block during which the machine was disturbed is put aside with its reason, so that the next one takes its place', () => {
    const { measured, plan } = subjectOf(7, 20);
    const last = measured.blocks[6] as SubjectMeasurement['blocks'][number];
    last.runner = { ...UNDISTURBED, steal: 0.05 };
    const told: string[] = [];
    const after = replaceDisturbed(measured, plan, APART, (event) =>
      told.push(JSON.stringify(event)),
    );
    assert.equal(measured.blocks.length, 7, 'what was given stays as it was');
    assert.equal(after.blocks.length, 6);
    assert.deepEqual(
      after.replaced.map(({ block }) => block),
      [last],
    );
    assert.equal(after.replaced[0]?.disturbance?.kind, 'steal');
    assert.match(told.join(), /block 7 is measured again/);
  });

  it('A block during which the machine was disturbed stays when the block after it failed: it was judged already', () => {
    const { measured, plan } = subjectOf(7, 20);
    const last = measured.blocks[6] as SubjectMeasurement['blocks'][number];
    last.runner = { ...UNDISTURBED, steal: 0.05 };
    measured.failure = { arm: 'head', stage: 'block', message: 'it ended' };
    const after = replaceDisturbed(measured, plan, APART, () => assert.fail('nothing to tell'));
    assert.deepEqual(after, measured);
  });

  it('A block during which the machine was disturbed stays when the machine did nothing else', () => {
    const { measured, plan } = subjectOf(7, 20);
    const after = replaceDisturbed(measured, plan, APART, () => assert.fail('nothing to tell'));
    assert.deepEqual(after, measured);
  });

  it('A block stays when it was throttled or under pressure: head may have brought that itself', () => {
    for (const own of [{ throttled: 50 }, { pressure: 0.9 }]) {
      const { measured, plan } = subjectOf(7, 20);
      const last = measured.blocks[6] as SubjectMeasurement['blocks'][number];
      last.runner = { ...UNDISTURBED, ...own };
      const after = replaceDisturbed(measured, plan, APART, () => assert.fail('nothing to tell'));
      assert.deepEqual(after, measured);
      last.runner = { ...last.runner, steal: 0.05 };
      assert.equal(
        replaceDisturbed(measured, plan, APART, () => {}).replaced[0]?.disturbance?.kind,
        'steal',
      );
    }
  });

  it('A block stays when spins were slow on a core that the servers may use, or what works for them: head may have brought that itself', () => {
    const slow = { spinWallUs: repeat(3000, 8), spinCpuUs: repeat(2000, 8) };
    const replaced = (cores: Cores, more: Partial<RunnerObservation> = {}) => {
      const { measured, plan } = subjectOf(7, 20);
      const last = measured.blocks[6] as SubjectMeasurement['blocks'][number];
      last.runner = { ...UNDISTURBED, ...slow, ...more };
      return replaceDisturbed(measured, plan, { cores }, () => {}).replaced.length;
    };
    assert.equal(replaced(APART.cores), 1);
    assert.equal(replaced({ generator: null, servers: null, note: null }), 0);
    assert.equal(replaced({ generator: [0, 1], servers: [1], note: null }), 0);
    assert.equal(replaced(APART.cores, { beside: 0.3 }), 0);
    assert.equal(replaced({ ...APART.cores, beside: [2] }, { beside: 0.3 }), 1);
  });

  it('A block during which the machine was disturbed stays when a fifth of the plan was put aside already', () => {
    const { plan, ...subject } = subjectOf(12, 20);
    let { measured } = subject;
    for (let i = 0; i < 12; i++) {
      const block = measured.blocks.at(-1) as SubjectMeasurement['blocks'][number];
      block.runner = { ...UNDISTURBED, steal: 0.05 };
      measured = draftOf(replaceDisturbed(measured, plan, APART, () => {}));
    }
    assert.equal(measured.replaced.length, 4);
    assert.equal(measured.blocks.length, 8);
  });

  it('A block during which the machine was disturbed is measured again once also in a plan of four blocks', () => {
    const { measured, plan } = subjectOf(4, 4);
    for (const block of measured.blocks.slice(2)) block.runner = { ...UNDISTURBED, steal: 0.05 };
    const once = replaceDisturbed(measured, plan, APART, () => {});
    assert.equal(once.replaced.length, 1);
    const twice = replaceDisturbed(once, plan, APART, () => assert.fail('nothing to tell'));
    assert.equal(twice.replaced.length, 1);
  });

  it('A block during which the machine was disturbed stays when the machine does so all the time: the next block would meet it again', () => {
    const { plan, ...subject } = subjectOf(12, 20);
    let { measured } = subject;
    const foreign = [0.46, 0.39, 0.55, 0.5, 0.44, 0.52, 0.47, 0.41, 0.55, 0.48, 0.43, 0.5];
    for (const [i, block] of measured.blocks.entries()) {
      block.runner = { ...UNDISTURBED, foreign: foreign[i] as number };
    }
    (measured.pilot as NonNullable<typeof measured.pilot>).runner.foreign = 0.42;
    const all = measured.blocks;
    measured = { ...measured, blocks: [] };
    for (const block of all) {
      measured = { ...measured, blocks: [...measured.blocks, block] };
      measured = draftOf(
        replaceDisturbed(measured, plan, APART, () => assert.fail('nothing to tell')),
      );
    }
    assert.equal(measured.blocks.length, 12);
    // And one in which it did far more is measured again.
    const last = measured.blocks.at(-1) as SubjectMeasurement['blocks'][number];
    last.runner = { ...UNDISTURBED, foreign: 0.8 };
    assert.equal(replaceDisturbed(measured, plan, APART, () => {}).replaced.length, 1);
  });

  it('A block during which the machine was disturbed is found whatever its arms did', () => {
    const { measured, plan } = subjectOf(1, 20);
    const block = measured.blocks[0] as SubjectMeasurement['blocks'][number];
    block.runner = { ...UNDISTURBED, steal: 0.05 };
    block.sliceUs = block.sliceUs.map((us) => us / 3);
    assert.equal(replaceDisturbed(measured, plan, APART, () => {}).replaced.length, 1);
  });
});
