/** What is told of a subject, where a test of the judge has no need of the words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FindingOf } from '../../../src/judge/findings/finding.ts';
import { findingText } from '../../../src/report/findings/finding.ts';

const LEFT = { other: 0, beforeStep: 0, beforeLevel: 0, red: 0, odd: 0 };

function tooShort(runs: number, left: Partial<typeof LEFT> = {}): string {
  const finding: FindingOf<'history-too-short'> = {
    code: 'history-too-short',
    severity: 'doubt',
    subject: null,
    data: {
      from: 'the folder /h',
      runs,
      needed: 10,
      left: { ...LEFT, ...left },
      differs: [],
      steppedAt: null,
    },
  };
  return findingText(finding);
}

test('A history that has nothing of a subject names what may be called wrongly, and one that has anything does not', () => {
  assert.match(
    tooShort(0),
    /^the folder \/h has 0 runs .* 10 runs of the default branch are missing\. No run of this subject that counts is there, .*imported.* if there should be one, look at the name of the place, /,
  );
  for (const some of [tooShort(1), tooShort(0, { other: 3 }), tooShort(0, { red: 1 })]) {
    assert.doesNotMatch(some, /of this subject that counts/);
  }
});
