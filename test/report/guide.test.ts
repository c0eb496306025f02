/** docs/reading-the-report.md shows and explains what src/report makes. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { comparisonOf, MetricName } from '../../src/config/experiment/metrics.ts';
import { renderComment } from '../../src/report/comment.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { HOLD_TITLES } from '../../src/report/tables/hold.ts';
import { SCALING_TITLES } from '../../src/report/tables/scaling.ts';
import { metricLabel } from '../../src/report/wording/metric-text.ts';
import { VERDICT_LABEL, VERDICT_SIGN } from '../../src/report/wording/verdict-labels.ts';
import { guideExample } from './guide-example.ts';

const path = new URL('../../docs/reading-the-report.md', import.meta.url);
const BETWEEN = /(<!-- example:start -->\n)([\s\S]*)(<!-- example:end -->)/;

test('The guide shows exactly what the renderer makes of the example', () => {
  const example = `\n${renderComment(guideExample())}\n`;
  if (process.env.UPDATE_GOLDEN === '1') {
    const guide = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      guide.replace(BETWEEN, (_all, start, _old, end) => start + example + end),
    );
  }
  assert.equal(BETWEEN.exec(readFileSync(path, 'utf8'))?.[2], example);
});

test('The guide explains every verdict, with its sign', () => {
  const guide = readFileSync(path, 'utf8').replace(BETWEEN, '');
  for (const [word, label] of Object.entries(VERDICT_LABEL)) {
    const sign = VERDICT_SIGN[word as keyof typeof VERDICT_SIGN];
    assert.ok(guide.includes(`| ${sign} **${label}** |`), word);
  }
});

test('The guide explains every metric', () => {
  const guide = readFileSync(path, 'utf8').replace(BETWEEN, '');
  const table = guide
    .split('\n')
    .filter((line) => line.startsWith('| **'))
    .join('\n');
  for (const name of MetricName.options) {
    assert.ok(table.includes(`**${metricLabel({ name, work: 'request' })}**`), name);
    if (comparisonOf(name) !== 'none' && name !== 'errors') {
      assert.ok(table.includes(`\`${name}\``), name);
    }
  }
});

test('The guide explains every column of held connections and of scaling', () => {
  const guide = readFileSync(path, 'utf8').replace(BETWEEN, '');
  for (const title of [...HOLD_TITLES.filter((one) => one !== 'Arm'), ...SCALING_TITLES]) {
    assert.ok(guide.includes(`*${title}*`), title);
  }
});

test('The guide explains every column', () => {
  const text = readFileSync(path, 'utf8');
  const guide = text.replace(BETWEEN, '');
  const shown = [...text.matchAll(/^\| Verdict .*$/gm)].map(([line]) => line);
  const full = /^\| Verdict .*$/m.exec(renderSummary(guideExample()))?.[0] ?? '';
  const titles = [...shown, full].flatMap((line) => line.split('|').map((title) => title.trim()));
  const known = new Set(titles.map((title) => title.replaceAll('\u00a0', ' ')));
  assert.ok(known.size > 8, [...known].join());
  for (const title of known) assert.ok(guide.includes(`**${title}**`) || title === '', title);
});
