import assert from 'node:assert/strict';
import { test } from 'node:test';
import { together, UserError } from '../../../src/system/messages/problem.ts';

const wrong = (where: string) => () => {
  throw new UserError({ where, message: 'no' });
};

test('Steps that are taken together give what each of them gives', async () => {
  const found = await together({ one: () => 1, two: async () => 'two', nothing: () => null });
  assert.deepEqual(found, { one: 1, two: 'two', nothing: null });
});

test('Steps that are taken together tell the mistakes of all of them, in their order', async () => {
  const steps = {
    one: wrong('a'),
    two: () => 2,
    inner: () => together({ b: wrong('b'), c: async () => wrong('c')() }),
  };
  await assert.rejects(together(steps), (error) => {
    assert.ok(error instanceof UserError);
    assert.deepEqual(
      error.problems.map(({ where }) => where),
      ['a', 'b', 'c'],
    );
    return true;
  });
});

test('Steps that are taken together end at once where something else goes wrong', async () => {
  let isReached = false;
  const steps = {
    one: wrong('a'),
    two: () => {
      throw new TypeError('a fault of ours');
    },
    three: () => {
      isReached = true;
    },
  };
  await assert.rejects(together(steps), TypeError);
  assert.equal(isReached, false);
});
