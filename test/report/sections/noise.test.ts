import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Noise, SubjectVerdict } from '../../../src/judge/verdict/verdict.ts';
import { renderComment } from '../../../src/report/comment.ts';
import { noiseText } from '../../../src/report/sections/noise.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import { renderTerminal } from '../../../src/report/terminal.ts';
import { metric, steady, subject, verdictOf } from '../build.ts';

const USUAL: Noise = {
  expectedSd: 0.011,
  sd: 0.0126,
  baseCv: 0.031,
  steal: 0.002,
  spin: 1.01,
  replaced: 0,
};

function withNoise(noise: Partial<Noise>, changes: Partial<SubjectVerdict> = {}): SubjectVerdict {
  return subject('api', 'plain', 'unchanged', steady(), {
    noise: { ...USUAL, ...noise },
    ...changes,
  });
}

const words = (...subjects: SubjectVerdict[]) => noiseText({ subjects, design: 'pairs' }) ?? '';

describe('the noise in words', () => {
  it('The noise in words tells what was expected, what came, and what pairing took away', () => {
    assert.equal(
      words(withNoise({})),
      "The blocks' throughput ratios have a standard deviation of 1.3% (the pilot run led to expect 1.1%); base alone varied by 3.1%, which pairing takes away. Steal 0.2%; short spins between the slices took 1.0% longer than their CPU time.",
    );
  });

  it('The noise in words does not say that pairing took away what is still in the ratios', () => {
    assert.match(
      words(withNoise({ sd: 0.138, baseCv: 0.191 })),
      /base alone varied by 19\.1%\. Steal/,
    );
    assert.match(
      words(withNoise({ sd: 0.133, baseCv: 0.007 })),
      /base alone varied by 0\.7%\. Steal/,
    );
    // Of ratios that nobody knows nothing can be said.
    assert.match(words(withNoise({ sd: null })), /base alone varied by 3\.1%\. Steal/i);
  });

  it('The noise in words says when steal is not reported, and when blocks were measured again', () => {
    const text = words(withNoise({ steal: null, spin: 1, replaced: 1 }));
    assert.match(text, /\. This machine does not report steal; short spins .* no longer than/);
    assert.match(text, /\. 1 block was measured again, because the machine was disturbed\.$/);
    assert.match(words(withNoise({ replaced: 1 }), withNoise({ replaced: 2 })), / 3 blocks were /);
  });

  it('The noise in words tells the range over several subjects, and the worst of the machine', () => {
    const text = words(
      withNoise({}),
      withNoise({ sd: 0.03, expectedSd: null, steal: 0.04 }, { pairs: 'exclusive' }),
    );
    assert.match(text, /deviation of 1\.3% to 3\.0% \(the pilot run led to expect 1\.1%\)/);
    assert.match(text, /base alone varied by 3\.1%\. Steal 4\.0%;/);
  });

  it('The noise in words tells by how much runs differ beyond their blocks, where the intervals carry it', () => {
    assert.match(
      words(withNoise({ runSd: 0.0025 })),
      /\. Runs of equal builds differ by about 0\.25% more than the blocks of one run show: the intervals of throughput and CPU time are wider for it\.$/,
    );
    const several = words(withNoise({ runSd: 0.0045 }), withNoise({}));
    assert.match(several, / differ by up to 0\.45% more /);
    assert.doesNotMatch(words(withNoise({})), /Runs of equal builds/);
  });

  it('The noise in words leaves out what is not known, and all where nothing was measured', () => {
    const unknown = { expectedSd: null, sd: null, baseCv: null, steal: null, spin: null };
    assert.equal(words(withNoise(unknown)), 'This machine does not report steal.');
    assert.equal(words(withNoise({ ...unknown, steal: 0.0001 })), 'Steal below 0.1%.');
    assert.equal(noiseText({ subjects: [withNoise({}, { blocks: 0 })], design: 'pairs' }), null);
  });
});

it('The noise of the run is in every report of a run that measured something', () => {
  const verdict = verdictOf('unchanged', [withNoise({ steal: null })]);
  for (const text of [
    renderComment(verdict),
    renderSummary(verdict),
    renderTerminal(verdict, { color: false, width: 1000 }),
  ]) {
    assert.match(text, /Noise\W+The blocks' throughput .* This machine does not report steal; /);
  }
  const nothing = verdictOf('no-baseline', [
    withNoise({}, { blocks: 0, verdict: 'no-baseline', metrics: [metric('cpu', 'no-baseline')] }),
  ]);
  assert.doesNotMatch(renderSummary(nothing), /\*\*Noise\*\*/);
});
