/** docs/how-it-decides.md must say what the code does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { LIMITS, RARE } from '../../src/judge/findings/thresholds.ts';
import { EFFECT_FLOOR, PASS_ALPHA } from '../../src/judge/rule/decide.ts';
import { oneAttempt } from '../../src/judge/statistics/sequential.ts';
import { looksFor } from '../../src/plan/looks.ts';
import { ownFile } from '../../src/system/program/runtime.ts';
import { criticalValues } from '../support/critical-values.ts';

const page = readFileSync(ownFile('docs/how-it-decides.md'), 'utf8');

it('The table of looks has the code’s critical values', () => {
  const plan = oneAttempt(looksFor(26));
  const shown = [4, 5, 6, 8, 12, 20, 26];
  const row = (name: string, alpha: number) => {
    const bounds = criticalValues(alpha, plan).filter((_, k) =>
      shown.includes(plan.looks[k] as number),
    );
    return `| ${[name, ...bounds.map((t) => t.toFixed(2))].join(' | ')} |`;
  };
  const rows = [
    `| one-sided α | ${shown.map((n) => `${n} blocks`).join(' | ')} |`,
    row('pass side, 5 %', PASS_ALPHA),
    row('fail side, 1 % (one gating metric)', 0.01),
    row('fail side, 1 % ÷ 2', 0.01 / 2),
    row('fail side, 1 % ÷ 4', 0.01 / 4),
    row('fail side, 1 % ÷ 8', 0.01 / 8),
  ];
  const missing = rows.filter((line) => !page.includes(line));
  assert.deepEqual(missing, [], `docs/how-it-decides.md lacks:\n${missing.join('\n')}`);
});

it('The constants that the page names are the code’s', () => {
  assert.equal(EFFECT_FLOOR, 0.5);
  assert.match(page, /at least half the tolerance/);
  assert.ok(page.includes(`more than ${100 * LIMITS.errorShare} %`));
  assert.ok(page.includes(`${100 * LIMITS.generatorBusy} % busy`));
  assert.equal(RARE.share, 0.5);
  assert.ok(page.includes(`more than ${RARE.t} standard errors`));
});
