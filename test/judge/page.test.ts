/** docs/how-it-decides.md must say what the code does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { EFFECT_FLOOR, PASS_ALPHA } from '../../src/judge/decide.ts';
import { BETWEEN_RUNS_SD } from '../../src/judge/estimate.ts';
import { oneAttempt } from '../../src/judge/sequential.ts';
import { LIMITS, RARE } from '../../src/judge/thresholds.ts';
import { BLOCKS_WANTED } from '../../src/plan/block-size.ts';
import { looksFor } from '../../src/plan/looks.ts';
import { ownFile } from '../../src/system/runtime.ts';
import { criticalValues } from '../support/critical-values.ts';

const page = readFileSync(ownFile('docs/how-it-decides.md'), 'utf8');

it('The table of looks has the code’s critical values', () => {
  const looks = looksFor(BLOCKS_WANTED);
  const row = (name: string, alpha: number) =>
    `| ${[name, ...criticalValues(alpha, oneAttempt(looks)).map((t) => t.toFixed(2))].join(' | ')} |`;
  const rows = [
    `| one-sided α | ${looks.map((n) => `${n} blocks`).join(' | ')} |`,
    row('pass side, 5 %', PASS_ALPHA),
    row('fail side, 1 % (one gating metric)', 0.01),
    row('fail side, 1 % ÷ 2', 0.01 / 2),
    row('fail side, 1 % ÷ 3', 0.01 / 3),
    row('fail side, 1 % ÷ 6', 0.01 / 6),
  ];
  const missing = rows.filter((line) => !page.includes(line));
  assert.deepEqual(missing, [], `docs/how-it-decides.md lacks:\n${missing.join('\n')}`);
});

it('The constants that the page names are the code’s', () => {
  assert.ok(page.includes(`${100 * BETWEEN_RUNS_SD} %`));
  assert.equal(EFFECT_FLOOR, 0.5);
  assert.match(page, /at least half the tolerance/);
  assert.ok(page.includes(`more than ${100 * LIMITS.errorShare} %`));
  assert.ok(page.includes(`${100 * LIMITS.generatorBusy} % busy`));
  assert.equal(RARE.share, 0.5);
  assert.ok(page.includes(`more than ${RARE.t} standard errors`));
});
