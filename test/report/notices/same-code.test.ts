/** Reports of a change without a change: src/report/notices/same-code.ts. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isSameCode } from '../../../src/judge/verdict/same-code.ts';
import { renderComment } from '../../../src/report/comment.ts';
import { SAME_CODE } from '../../../src/report/notices/same-code.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import { renderTerminal } from '../../../src/report/terminal.ts';
import { quoting } from '../../support/english.ts';
import { subject, verdictOf } from '../build.ts';

const ofTree = (commit: string) => ({ commit: commit.repeat(40), description: 'HEAD', tree: 't' });
const idle = (scenario: string) =>
  subject('api', scenario, 'no-baseline', [], { reasons: [quoting(SAME_CODE)], blocks: 0 });

it('A change without any is said to be one, once, in every report, and nowhere as unchanged', () => {
  const verdict = verdictOf('no-baseline', [idle('plain'), idle('json')], {
    sources: { base: ofTree('a'), head: ofTree('b') },
  });
  assert.ok(isSameCode(verdict));
  const reports = [
    renderComment(verdict),
    renderSummary(verdict),
    renderTerminal(verdict, { color: false, width: 200 }),
  ];
  for (const report of reports) {
    assert.match(report, /Nothing was measured: base and head are the same code, file by file\./);
    assert.equal(report.match(/the same code/g)?.length, 1, report);
    assert.doesNotMatch(report, / (is|are) shown to be| (has|have) no baseline/);
  }
});
