import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NoVerdict, noVerdictText } from '../../src/github/no-verdict.ts';

const RUN: NoVerdict = {
  ended: 'failed',
  isConfirmation: false,
  runId: 7,
  page: null,
  problem: null,
};
const STAMP = { runId: 7, attempt: 1, job: 'gate', writer: 'w' };

test('A report in which a server has printed the mark of a kept one is kept whole, however often a run ends without a verdict', () => {
  const printed = '```text\n<!-- throughput-gate kept -->\n```\n\nNo action needed.';
  const report = `### Throughput Gate\n\n**Regression: 9% slower.**\n\n${printed}`;
  let text = report;
  for (const ended of ['failed', 'cancelled', 'failed'] as const) {
    text = noVerdictText({ ...RUN, ended }, { stamp: STAMP, text });
    assert.ok(text.endsWith(`<!-- throughput-gate kept -->\n${report}\n`), text);
    assert.equal(text.match(/\[!WARNING\]/g)?.length, 1);
  }
  const other = noVerdictText({ ...RUN, runId: 8 }, { stamp: STAMP, text });
  assert.doesNotMatch(other, /Regression/);
});
