/**
 * The whole judge over thousands of synthetic jobs with a fixed seed. docs/how-it-decides.md states
 * these figures; the last test here holds them together.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { judge } from '../../src/judge/judge.ts';
import { looksFor } from '../../src/plan/looks.ts';
import { ownFile } from '../../src/system/program/runtime.ts';
import type { VerdictWord } from '../../src/terms/verdict-word.ts';
import { buildMeasurement, normals } from '../support/measurement.ts';

interface Outcome {
  /** Share of jobs per word. */
  words: Record<VerdictWord, number>;
  /** Share of gating metrics whose printed 95 % interval holds the truth. */
  coverage: number;
  /** Mean number of blocks until the job was decided. */
  blocks: number;
}

/**
 * Jobs of one subject and at most 20 blocks, of which throughput and CPU gate and are correlated
 * (.25, as two views of one process). `sd`: of a block's log-ratio; `effect`: the true log-ratio.
 */
function simulate({
  seed,
  jobs,
  sd,
  effect,
}: Record<'seed' | 'jobs' | 'sd' | 'effect', number>): Outcome {
  const z = normals(seed);
  const counts: Partial<Record<VerdictWord, number>> = {};
  let covered = 0;
  let blocks = 0;
  for (let job = 0; job < jobs; job++) {
    const values = Array.from({ length: 20 }, () => {
      const shared = z();
      const value = () => effect + sd * (0.5 * shared + Math.sqrt(0.75) * z());
      return { throughput: value(), cpu: value(), memory: 0.001 * z() };
    });
    const { verdict, subjects } = judge(
      buildMeasurement({ slices: 4, subjects: [{ blocks: values, looks: looksFor(20) }] }),
    );
    counts[verdict] = (counts[verdict] ?? 0) + 1;
    // Errors gate by themselves, and have no interval.
    const gating = subjects[0]?.metrics.filter((m) => m.gating && m.name !== 'errors') ?? [];
    for (const { name, interval } of gating) {
      const truth = Math.expm1(name === 'throughput' ? -effect : effect);
      const [low, high] = interval as [number, number];
      if (low <= truth && truth <= high) covered++;
    }
    blocks += Math.max(...gating.map((metric) => metric.blocks)) / jobs;
  }
  const share = (word: VerdictWord) => (counts[word] ?? 0) / jobs;
  return {
    words: {
      regression: share('regression'),
      improvement: share('improvement'),
      unchanged: share('unchanged'),
      inconclusive: share('inconclusive'),
      invalid: share('invalid'),
      'no-baseline': share('no-baseline'),
    },
    coverage: covered / (2 * jobs),
    blocks,
  };
}

const SAME = simulate({ seed: 1, jobs: 2000, sd: 0.03, effect: 0 });
const NOISY = simulate({ seed: 2, jobs: 6000, sd: 0.08, effect: 0 });
const SLOWER = simulate({ seed: 3, jobs: 500, sd: 0.03, effect: Math.log(1.08) });
const AT_TOLERANCE = simulate({ seed: 4, jobs: 1000, sd: 0.03, effect: -Math.log(0.95) });

describe('simulated jobs', () => {
  it('Simulated jobs that changed nothing are not failed, and are shown to be unchanged', () => {
    assert.ok(SAME.words.regression <= 0.01, `${SAME.words.regression}`);
    assert.ok(SAME.words.unchanged > 0.98, `${SAME.words.unchanged}`);
    assert.ok(SAME.blocks < 12, `${SAME.blocks}`);
  });

  it('Simulated jobs that changed nothing on a machine so noisy that the pass side cannot help fail at most as promised', () => {
    // 1 % nominal; 6000 jobs have a standard error of .13 %.
    assert.ok(NOISY.words.regression <= 0.015, `${NOISY.words.regression}`);
    // Nothing is promised of "improvement", but it must not be common either.
    assert.ok(NOISY.words.improvement <= 0.015, `${NOISY.words.improvement}`);
    assert.ok(NOISY.words.inconclusive > 0.2, `${NOISY.words.inconclusive}`);
  });

  it('Simulated jobs that became 8 % slower are failed', () => {
    assert.ok(SLOWER.words.regression > 0.98, `${SLOWER.words.regression}`);
  });

  it('Simulated jobs that became slower by the whole tolerance seldom pass', () => {
    // Two metrics at 5 % each; a job passes only when both do.
    assert.ok(AT_TOLERANCE.words.unchanged < 0.05, `${AT_TOLERANCE.words.unchanged}`);
  });

  it('Simulated jobs print intervals that hold the truth, although the run stops when it likes what it sees', () => {
    for (const { coverage } of [SAME, NOISY, SLOWER, AT_TOLERANCE]) {
      assert.ok(coverage >= 0.93, `${coverage}`);
    }
  });

  it('Simulated jobs gave the figures that the page for users states', () => {
    const page = readFileSync(ownFile('docs/how-it-decides.md'), 'utf8');
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const row = (name: string, { words, coverage, blocks }: Outcome) =>
      `| ${[
        name,
        ...[words.regression, words.improvement, words.unchanged, words.inconclusive].map(percent),
        percent(coverage),
        blocks.toFixed(1),
      ].join(' | ')} |`;
    const missing = [
      row('nothing changed, noise 3 %', SAME),
      row('nothing changed, noise 8 %', NOISY),
      row('8 % slower, noise 3 %', SLOWER),
      row('slower by exactly the tolerance, noise 3 %', AT_TOLERANCE),
    ].filter((line) => !page.includes(line));
    assert.deepEqual(missing, [], `docs/how-it-decides.md lacks:\n${missing.join('\n')}`);
  });
});
