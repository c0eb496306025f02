/** Sentences about single metrics that depend on the figures. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { findingText } from '../../../src/report/findings/finding.ts';

const tooNoisy = (keeps: number, budgetNeededMs: number | null) =>
  findingText({
    code: 'too-noisy',
    severity: 'warning',
    subject: 'cpu',
    data: { visible: 1.5, tolerance: 0.05, keeps, budgetNeededMs },
  });

test('What is too noisy is advised a tolerance only where somebody could want it', () => {
  assert.match(tooNoisy(0.3, null), /decide it: a tolerance of about 30% \(now 5%\), or a quieter/);
  assert.match(tooNoisy(1.49, null), /What would decide it: a quieter machine\. /);
  assert.match(
    tooNoisy(0.6, 420_000),
    /decide it: a budget of about 7 min, or a quieter machine\./,
  );
});
