/** A profile in the job summary and in report.html: its figures, and no tag or address of anybody else's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SubjectProfile } from '../../../src/measure/profile/profile.ts';
import { renderHtml } from '../../../src/report/html/page.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import { slower, subject, verdictOf } from '../build.ts';

const arm = (name: string) => ({
  files: [`profiles/api/plaintext/${name}/cpu.folded`],
  samples: 4821,
});
const PROFILE: SubjectProfile = {
  ...{ durationMs: 5000, base: arm('base'), head: arm('head') },
  rows: [
    { name: 'render server.js:12', base: 0.1, head: 0.34 },
    { name: '</code><img src=x onerror=alert(1)>|`@octocat`', base: 0, head: 0.02 },
  ],
};
const verdict = (profile: SubjectProfile) =>
  verdictOf('regression', [subject('api', 'plaintext', 'regression', slower(0.081), { profile })]);

test('The summary has the functions in a fold, with the shares of both builds and where the files are', () => {
  const text = renderSummary(verdict(PROFILE));
  assert.match(text, /<summary>Where head spends more: api\/plaintext<\/summary>/);
  assert.match(text, /`render server\.js:12` +\| +10\.0% \| +34\.0% \| +24\.0 \|/);
  assert.match(text, /4,821 in base and 4,821 in head/);
  assert.match(text, /`profiles\/api\/plaintext\/head\/cpu\.folded`/);
  assert.match(text, /`` <\/code><img[^\n]*@octocat` ``/, 'a hostile name is code');
});

test('The page has the same table, and links to the files beside it', () => {
  const page = renderHtml(verdict(PROFILE));
  assert.match(page, /<h3>Where head spends more<\/h3>/);
  assert.match(page, /<a href="profiles\/api\/plaintext\/base\/cpu\.folded">/);
  assert.match(page, /<code>render server\.js:12<\/code>/);
  assert.doesNotMatch(page, /<img/);
});

test('It says so where no function stands out, where only head was profiled, and where the files have no table', () => {
  assert.match(renderSummary(verdict({ ...PROFILE, rows: [] })), /slower everywhere alike/);
  const rows = [{ name: 'a', base: null, head: 0.5 }];
  assert.match(
    renderSummary(verdict({ ...PROFILE, base: null, rows })),
    /Where head spends its time[\s\S]*\| `a` +\| +– \| 50\.0% \| +– \|/,
  );
  assert.match(renderHtml(verdict({ ...PROFILE, rows: null })), /of a kind that has no table here/);
});
