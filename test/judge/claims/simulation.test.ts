/** Whole jobs of claims that are only just true, or only just not: how many have any wrong answer. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { wrongAnswers } from '../../support/claim-jobs.ts';

it('No more jobs have any wrong answer, of claims and ranking together, than the false-alarm rate', () => {
  const [jobs, rate] = [1500, 0.05];
  const { any, claims, ranking } = wrongAnswers({ seed: 7, jobs, sd: 0.03, rate });
  const error = Math.sqrt((rate * (1 - rate)) / jobs);
  assert.ok(any <= rate + 2 * error, `${any}`);
  // Both parts are tried: neither is so cautious that it never errs.
  assert.ok(claims > 0 && ranking > 0, `${claims} ${ranking}`);
});
