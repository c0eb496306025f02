/** docs/accuracy.md is what the kept records say, by the rule as it is now: a change of the rule changes the page. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { accuracyPage } from '../../bench/accuracy-page.ts';
import { keptNames, readKept } from '../../bench/records.ts';
import { ownFile } from '../../src/system/program/runtime.ts';

it('docs/accuracy.md is made of the records in bench/records (else: npm run accuracy:page)', () => {
  const selfTests = keptNames().map((name) => ({ name, selfTest: readKept(name) }));
  assert.ok(selfTests.length > 0);
  const page = accuracyPage(selfTests, { resampledJobs: 1000, hasCalibration: true });
  assert.equal(readFileSync(ownFile('docs/accuracy.md'), 'utf8'), page);
});
