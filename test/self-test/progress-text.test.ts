/** What a self-test says before each part of it. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { beginsLine } from '../../src/self-test/progress-text.ts';

it('A self-test says what it begins, and how much there is of it', () => {
  assert.equal(
    beginsLine({ kind: 'calibration', knob: 'KNOB' }),
    'First: how much slower the server gets by KNOB. This takes short runs of its own, some minutes in all.',
  );
  const place = { position: 2, count: 5 };
  const run = { kind: 'run', index: 1, blocks: 24 } as const;
  assert.equal(
    beginsLine({ kind: 'task', task: run, asked: null, ...place }),
    '[2/5] begins: 24 blocks, every size in turn',
  );
  const job = { kind: 'job', dose: 'any', index: 1 } as const;
  const about = (asked: number) => beginsLine({ kind: 'task', task: job, asked, ...place });
  assert.equal(about(0), '[2/5] begins: a whole job, unchanged');
  assert.equal(about(0.05), '[2/5] begins: a whole job, −5.0 % asked for');
});
