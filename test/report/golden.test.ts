/**
 * Every example verdict against its stored rendering. To accept a change of the renderers:
 * `UPDATE_GOLDEN=1 node --test test/report/golden.test.ts`, then read the difference.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Verdict } from '../../src/judge/verdict/verdict.ts';
import { renderComment } from '../../src/report/comment.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { EXAMPLES } from './examples.ts';
import { guideExample } from './guide-example.ts';
import { VERSUS_EXAMPLES } from './versus-examples.ts';

const links = {
  summaryUrl: 'https://github.com/octo/shop/actions/runs/1#summary-2',
  guideUrl: 'https://github.com/octo/throughput-gate/blob/v1/docs/reading-the-report.md',
  acceptUrl:
    'https://github.com/octo/throughput-gate/blob/v1/docs/workflows.md#to-accept-a-slowdown',
  compareUrl:
    'https://github.com/octo/shop/compare/8f14e45fceea167a5a36dedd4bea2543b1a7c9d0...c9f0f895fb98ab9159f51fd0297e236d5e2f7a11',
};

const RENDERERS: Record<string, (verdict: Verdict) => string> = {
  'comment.md': (verdict) => renderComment(verdict, links),
  'summary.md': (verdict) => renderSummary(verdict, links),
  'terminal.txt': (verdict) =>
    renderTerminal(verdict, {
      color: false,
      width: 110,
      details: false,
      files: ['out/summary.md', 'out/verdict.json'],
    }),
};

const folder = new URL('./golden/', import.meta.url);

/** Only the comment of an example that is as large as this one says anything new. */
const LARGE = new Set(['many']);

const expected = Object.entries({ ...EXAMPLES, ...VERSUS_EXAMPLES, guide: guideExample }).flatMap(
  ([name, build]) =>
    Object.entries(RENDERERS)
      .filter(([ending]) => !LARGE.has(name) || ending === 'comment.md')
      .map(([ending, render]) => ({ file: `${name}.${ending}`, render: () => render(build()) })),
);

for (const { file, render } of expected) {
  test(`The report renders ${file}`, () => {
    const path = new URL(file, folder);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, render());
    assert.equal(render(), readFileSync(path, 'utf8'));
  });
}

test('The report has no golden file without an example', () => {
  assert.deepEqual(readdirSync(folder).sort(), expected.map(({ file }) => file).sort());
});
