import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AnswerBooks } from '../../../src/measure/answers/books.ts';
import { measurementOf } from '../../support/measurement.ts';

const PLACES = [20_001, 20_002].map((port) => ({ port, socketPath: null, dir: `/tmp/${port}` }));

const { experiment } = measurementOf({
  subjects: ['sign-up', 'sign-up-h2'].map((scenario) => ({ scenario, blocks: [{}] })),
});

it('No two subjects ask an arm with the same new value, and both arms of one get the same', async () => {
  const books = new AnswerBooks(experiment, async () => PLACES);
  const numbersOf = async (scenario: string, arm: 'base' | 'head') => {
    const book = await books.of({ server: 'api', scenario });
    return Array.from({ length: 100 }, () => book?.asks(arm) ?? -1);
  };
  const first = await numbersOf('sign-up', 'base');
  const second = await numbersOf('sign-up-h2', 'base');
  assert.equal(new Set([...first, ...second]).size, 200);
  assert.deepEqual(await numbersOf('sign-up', 'head'), first);
  assert.deepEqual(await numbersOf('sign-up-h2', 'head'), second);
});

it('The answers of a subject are compared without the places of both its arms, the same for the whole run', async () => {
  const asked: string[] = [];
  const books = new AnswerBooks(experiment, async ({ name }) => {
    asked.push(name);
    return PLACES;
  });
  const subject = { server: 'api', scenario: 'sign-up' };
  const book = await books.of(subject);
  assert.equal(book?.places, PLACES);
  assert.equal(await books.of(subject), book);
  assert.deepEqual(asked, ['api']);
});
