/** In a versus everything that is said names the contenders, whatever was found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Finding } from '../../src/judge/findings/finding.ts';
import { findingText } from '../../src/report/text/finding.ts';
import { everyFinding } from '../support/every-finding.ts';

const NAMES = { base: 'go', head: 'gleam' };
const BUILD_WORDS = /\b(base|head)\b/i;

test('There is an example of every finding', () => {
  const codes = new Set(everyFinding().map(({ code }) => code));
  assert.deepEqual(
    Finding.options.map(({ shape }) => shape.code.value).filter((code) => !codes.has(code)),
    [],
  );
});

test('No finding says base or head where the contenders have names', () => {
  for (const finding of everyFinding()) {
    assert.doesNotMatch(findingText(finding, NAMES), BUILD_WORDS, finding.code);
  }
});

test('A finding about one contender says its name, and the other one’s where it compares', () => {
  const data = { more: 0.2, less: 0.1, limit: 0.3 };
  assert.match(
    findingText({ code: 'errors-differ', severity: 'warning', subject: 'head', data }, NAMES),
    /^gleam fails more often than go does/,
  );
  assert.match(
    findingText({ code: 'errors-differ', severity: 'warning', subject: 'base', data }, NAMES),
    /^go fails more often than gleam does/,
  );
});

test('A finding of two builds says base and head', () => {
  assert.match(
    findingText({
      code: 'rare-stalls',
      severity: 'warning',
      subject: 'head',
      data: { share: 0.1 },
    }),
    /^head stalls more than base does/,
  );
});
