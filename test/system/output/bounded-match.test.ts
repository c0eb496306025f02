import assert from 'node:assert/strict';
import { it } from 'node:test';
import { firstMatch, OverlongMatch } from '../../../src/system/output/bounded-match.ts';

it('A regular expression is found in the first text that has it, with its groups', () => {
  const found = firstMatch(/(\d+)/, ['none', 'port 80', 'port 81']);
  assert.deepEqual([found?.[0], found?.[1], found?.index], ['80', '80', 5]);
  assert.equal(firstMatch(/x/, ['none', '']), null);
  assert.equal(firstMatch(/x/, []), null);
});

it('A regular expression that could be tried for ever is ended, told, and keeps none of the others', () => {
  const endless = /(a+)+$/;
  assert.throws(
    () => firstMatch(endless, [`${'a'.repeat(60)}b`], 20),
    (error) =>
      error instanceof OverlongMatch &&
      /\/\(a\+\)\+\$\/ was still being tried after 20 ms/.test(error.message),
  );
  assert.equal(firstMatch(endless, ['aaa'])?.[0], 'aaa');
});
