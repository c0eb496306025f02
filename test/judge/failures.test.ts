/** Failures → words: only a base whose head was seen to work is a missing baseline; and what would mend it goes along. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { judge } from '../../src/judge/judge.ts';
import { exitCode } from '../../src/judge/verdict/exit-code.ts';
import { repeat } from '../support/block.ts';
import type { Failure, Measurement } from '../support/draft.ts';
import { reasonOf } from '../support/english.ts';
import { httpRequest, httpScenario, measurementOf, observed } from '../support/measurement.ts';

const failed = (arm: Failure['arm'], stage: Failure['stage'] = 'pilot'): Measurement => {
  const cure = { code: 'command-not-found' } as const;
  const failure = { arm, stage, message: 'it does not work', cure };
  return measurementOf({ subjects: [{ blocks: [], unplanned: true, failure }] });
};

it('Both, head or nobody in particular is invalid and exits with 3; base is no baseline and exits with 0', () => {
  for (const stage of ['build', 'before', 'pilot', 'block'] as const) {
    for (const arm of ['both', 'head', null, 'base'] as const) {
      const measurement = failed(arm, stage);
      const verdict = judge(measurement);
      const word = arm === 'base' ? 'no-baseline' : 'invalid';
      assert.equal(verdict.verdict, word, `${arm} at ${stage}`);
      assert.equal(exitCode(verdict, measurement.experiment.gate), arm === 'base' ? 0 : 3);
      assert.equal(reasonOf(verdict.subjects[0]), 'it does not work');
      // Where nothing need be mended there is no cure.
      assert.equal(
        verdict.subjects[0]?.cure?.code,
        arm === 'base' ? undefined : 'command-not-found',
      );
    }
  }
});

it('A failure of an older version has no cure, and the same word', () => {
  const measurement = failed('head');
  delete measurement.subjects[0]?.failure?.cure;
  const [subject] = judge(measurement).subjects;
  assert.deepEqual([subject?.verdict, subject?.cure], ['invalid', null]);
});

it('429 in the blocks of both, after good answers, is invalid, and a rate limiter', () => {
  const measurement = measurementOf({
    subjects: [
      {
        blocks: repeat({}, 6),
        edit: (block) => {
          for (const arm of ['base', 'head'] as const) {
            const seen = observed(block, arm);
            seen.errors.status += seen.good - 10;
            seen.good = 10;
          }
        },
      },
    ],
  });
  for (const arm of ['base', 'head'] as const) {
    measurement.subjects[0]?.errorSamples.push({
      arm,
      kind: 'status',
      message: 'expected status 200, got 429',
      answer: { status: 429, contentType: null, location: null },
    });
  }
  const [subject] = judge(measurement).subjects;
  assert.equal(subject?.verdict, 'invalid');
  assert.match(reasonOf(subject) ?? '', /^both builds did not answer as expected .*got 429/);
  assert.deepEqual(subject?.cure, {
    code: 'rate-limited',
    answer: { status: 429, contentType: null, location: null },
    good: 60,
  });
});

it('One kind of request is said to fail alone only where others are answered and chance would not single it out', () => {
  const requests = [
    { path: '/items', weight: 8 },
    { path: '/reports', weight: 2 },
  ].map((one) => httpRequest(one));
  const cureOf = (request: string, { good, samples }: { good: number; samples: number }) => {
    const measurement = measurementOf({
      load: (name) => httpScenario(name, { requests }),
      subjects: [
        {
          blocks: repeat({}, 6),
          edit: (block) => {
            const seen = observed(block, 'head');
            seen.errors.status += seen.good - good;
            seen.good = good;
          },
        },
      ],
    });
    const answer = { status: 500, contentType: null, location: null };
    const sample = { arm: 'head', kind: 'status', message: 'got 500', answer, request } as const;
    measurement.subjects[0]?.errorSamples.push(...repeat(sample, samples));
    return judge(measurement).subjects[0]?.cure?.code;
  };
  assert.equal(cureOf('GET /reports', { good: 10, samples: 3 }), 'one-kind-fails');
  assert.equal(cureOf('GET /reports', { good: 10, samples: 1 }), 'server-error');
  assert.equal(cureOf('GET /items', { good: 10, samples: 3 }), 'server-error');
  assert.equal(cureOf('GET /reports', { good: 0, samples: 3 }), 'server-error');
});

it('A request without an answer is no reason to wait longer where the server ends connections as well', () => {
  const cureOf = (kinds: readonly ('closed' | 'timeout')[]) => {
    const measurement = measurementOf({
      subjects: [
        {
          blocks: repeat({}, 6),
          edit: (block) => {
            const seen = observed(block, 'head');
            seen.errors.timeout += seen.good - 10;
            seen.good = 10;
          },
        },
      ],
    });
    const words = {
      closed: 'read ECONNRESET; no byte of an answer came',
      timeout: 'no complete answer after 5000 ms; no byte of an answer came',
    };
    measurement.subjects[0]?.errorSamples.push(
      ...kinds.map((kind) => ({ arm: 'head', kind, message: words[kind], answer: null }) as const),
    );
    return judge(measurement).subjects[0]?.cure?.code;
  };
  assert.equal(cureOf(['timeout']), 'late-answer');
  assert.notEqual(cureOf(['closed', 'timeout']), 'late-answer');
});
