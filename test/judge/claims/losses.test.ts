/** Claims about connections that are lost: what is answered when none was, and when losses come in bursts. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HoldScenario } from '../../../src/config/experiment/scenario.ts';
import { holdScenario } from '../../config/claims/known.ts';
import { repeat } from '../../support/block.ts';
import { holdOf } from '../../support/claim-jobs.ts';
import type { Draft } from '../../support/draft.ts';
import { observed } from '../../support/measurement.ts';
import { answerOf, codes, contest, near } from './claimed.ts';

/** What each contender dropped, block by block. */
function ask(text: string, a: readonly number[], b: readonly number[]) {
  let index = 0;
  const measurement = contest(
    [text],
    [
      {
        scenario: 'idle',
        blocks: repeat({}, a.length),
        planned: 20,
        edit: (block) => {
          observed(block, 'base').hold = holdOf(a[index] as number);
          observed(block, 'head').hold = holdOf(b[index] as number);
          index += 1;
        },
      },
    ],
    { load: (name) => structuredClone(holdScenario(name)) as Draft<HoldScenario> },
  );
  return answerOf(measurement);
}

const NONE = repeat(0, 20);

describe('where nobody lost anything', () => {
  it('"no more than" holds, and the answer says how far it reaches', () => {
    const claim = ask('b.dropped <= a.dropped', NONE, NONE);
    assert.deepEqual([claim.answer, codes(claim)], ['holds', ['claim-nothing-lost']]);
    const [reason] = claim.reasons;
    assert.equal(reason?.code, 'claim-nothing-lost');
    const { chances, blocks, share, ofBlocks } = reason.data;
    assert.deepEqual([chances, blocks], [200_000, 20]);
    near((1 - share) ** chances, claim.level);
    near((1 - ofBlocks) ** blocks, claim.level);
  });

  it('"fewer than" is undecided, because there is nothing to have fewer of', () => {
    for (const text of ['b.dropped < a.dropped', 'a.dropped > b.dropped']) {
      const claim = ask(text, NONE, NONE);
      assert.deepEqual([claim.answer, codes(claim)], ['undecided', ['claim-nothing-to-undercut']]);
    }
  });

  it('A share above nothing holds when so many chances show it, and else says how many it takes', () => {
    assert.equal(ask('b.dropped <= 0.1%', NONE, NONE).answer, 'holds');
    const claim = ask('b.dropped <= 0.001%', NONE, NONE);
    assert.deepEqual([claim.answer, codes(claim)], ['undecided', ['claim-needs-chances']]);
    assert.equal(ask('b.dropped <= 0', NONE, NONE).answer, 'holds');
  });
});

describe('where something is added to the other side', () => {
  const ONE = NONE.map((_, i) => (i === 19 ? 1 : 0));

  it('Nothing lost says how far it reaches, and does not show that fewer are lost', () => {
    const claim = ask('b.dropped <= a.dropped + 0.0001%', NONE, NONE);
    assert.deepEqual([claim.answer, codes(claim)], ['holds', ['claim-nothing-lost']]);
    assert.equal(ask('b.dropped < a.dropped + 0.0001%', NONE, NONE).answer, 'undecided');
    assert.equal(ask('a.dropped > b.dropped - 0.0001%', NONE, NONE).answer, 'undecided');
    assert.equal(ask('b.dropped >= a.dropped + 0.0001%', NONE, NONE).answer, 'undecided');
    assert.equal(ask('b.dropped < a.dropped + 0.1%', NONE, NONE).answer, 'holds');
    assert.equal(ask('b.dropped >= a.dropped + 0.1%', NONE, NONE).answer, 'refuted');
  });

  it('A later loss takes the answer back where one alone would deny it', () => {
    assert.equal(ask('b.dropped <= a.dropped + 0.0001%', NONE, ONE).answer, 'undecided');
  });

  it('Where both lose, the difference decides', () => {
    const few = NONE.map((_, i) => 20 + (i % 3));
    const many = NONE.map((_, i) => 60 + (i % 3));
    assert.equal(ask('b.dropped <= a.dropped + 0.1%', few, many).answer, 'refuted');
    assert.equal(ask('b.dropped <= a.dropped - 0.1%', many, few).answer, 'holds');
    assert.equal(ask('b.dropped <= a.dropped + 0.1%', many, few).answer, 'holds');
    assert.equal(ask('b.dropped <= a.dropped + 1%', few, many).answer, 'holds');
  });
});

describe('where something was lost', () => {
  const some = (every: number) => NONE.map((_, i) => (i % every === 0 ? 30 : 20));

  it('The one that loses more in every block is shown to', () => {
    assert.equal(ask('b.dropped <= a.dropped', NONE, some(2)).answer, 'refuted');
    assert.equal(ask('a.dropped < b.dropped', NONE, some(2)).answer, 'holds');
    assert.equal(ask('b.dropped <= a.dropped * 0.5', some(2), some(2)).answer, 'refuted');
  });

  it('A burst in one block convicts nobody', () => {
    const burst = NONE.map((_, i) => (i === 3 ? 5000 : 0));
    const claim = ask('b.dropped <= a.dropped', NONE, burst);
    assert.equal(claim.answer, 'undecided');
    assert.equal(ask('b.dropped <= 0', NONE, burst).answer, 'undecided');
  });

  it('One loss after an answer by none takes the answer back', () => {
    const late = NONE.map((_, i) => (i === 19 ? 1 : 0));
    assert.equal(ask('b.dropped <= a.dropped', NONE, late).answer, 'undecided');
    const after = NONE.slice(0, 8).map((_, i) => (i === 7 ? 1 : 0));
    assert.equal(
      ask(
        'b.dropped <= a.dropped',
        after.map(() => 0),
        after,
      ).answer,
      'undecided',
    );
  });

  it('Who lost nothing lost no more than another who did', () => {
    const burst = NONE.map((_, i) => (i === 3 ? 5 : 0));
    assert.equal(ask('b.dropped <= a.dropped', burst, NONE).answer, 'holds');
    assert.equal(ask('b.dropped < a.dropped', burst, NONE).answer, 'undecided');
  });
});
