/** Every test asserts something: one that only runs cannot fail for what it is about. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from './support/properties.ts';
import { assertingIn, comesToAssertion, testFiles, testsIn, textOf } from './support/test-files.ts';

test('Every test asserts something, itself or through a function that does', () => {
  const silent = testFiles.flatMap((file) => {
    const asserting = assertingIn(file);
    return testsIn(file)
      .filter(({ kind, text }) => kind === 'test' && !comesToAssertion(text, asserting))
      .map(({ line, title }) => `${file}:${line} ${title}`);
  });
  assert.deepEqual(silent, [], 'say what must not happen: assert.doesNotThrow, doesNotReject');
});

test('The check for assertions sees a test without one', () => {
  const text = `it('A run runs on', async () => {
  await run();
});

it('Four is four', () => assert.equal(four(), 4));
`;
  const found = testsIn('x.test.ts', text);
  assert.deepEqual(
    found.map((test) => [test.title, comesToAssertion(test.text, new Set())]),
    [
      ['A run runs on', false],
      ['Four is four', true],
    ],
  );
  assert.ok(comesToAssertion(found[0]?.text ?? '', new Set(['run'])));
});

test('Every property takes its seed and its lengths from one place', () => {
  const others = testFiles.filter((file) => /'fast-check'/.test(textOf(file)));
  assert.deepEqual(others, ['assertions.test.ts'], 'import { fc } from test/support/properties.ts');
  const lengths = fc
    .sample(fc.string({ maxLength: 40 }), { seed: 1, numRuns: 100 })
    .map(({ length }) => length);
  assert.ok(Math.max(...lengths) > 20, 'a `maxLength` is reached');
});
