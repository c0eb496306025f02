/** What becomes of a verdict on servers that had not done with their work when the load was over. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { judge } from '../../../src/judge/judge.ts';
import { type BlockRatios, repeat } from '../../support/block.ts';
import type { Gate } from '../../support/draft.ts';
import { reasonOf, warningsOf } from '../../support/english.ts';
import { measurementOf } from '../../support/measurement.ts';

type Cores = Partial<Record<'base' | 'head', number>>;

function judged(cores: Cores | null, gate: Partial<Gate> = {}, change: BlockRatios = {}) {
  const measurement = measurementOf({
    gate,
    subjects: [{ blocks: repeat(change, 10) }],
  });
  const pilot = measurement.subjects[0]?.pilot;
  assert.ok(pilot);
  if (cores !== null) pilot.goesOn = { waitedMs: 3040, cores };
  const [subject] = judge(measurement).subjects;
  assert.ok(subject);
  return subject;
}

const codes = ({ reasons }: { reasons: readonly { code: string }[] }) =>
  reasons.map(({ code }) => code);

it('Two builds that both put work off may not pass, as more of it would not show', () => {
  const subject = judged({ base: 0.48, head: 0.5 });
  assert.equal(subject.verdict, 'inconclusive');
  assert.deepEqual(codes(subject), ['work-put-off']);
  assert.match(
    reasonOf(subject) ?? '',
    /^3 s after the load was over the servers still worked \(cores in use: base 0\.48, head 0\.5\).*eager or inline mode.*`env`; or leave what does it later out of `start`/,
  );
  assert.equal(judged(null).verdict, 'unchanged');
});

it('A head that looks better for it is not called so', () => {
  const better = { throughput: -0.3, cpu: -0.3 };
  assert.equal(judged(null, {}, better).verdict, 'improvement');
  for (const cores of [{ head: 0.9 }, { base: 0.5, head: 0.5 }]) {
    assert.equal(judged(cores, {}, better).verdict, 'inconclusive');
  }
  // Work that is done before the answer again is no doubt of what is better all the same.
  assert.equal(judged({ base: 0.9 }, {}, better).verdict, 'improvement');
});

it('A head that is worse is red, with a warning', () => {
  const subject = judged({ base: 0.5, head: 0.5 }, {}, { throughput: 0.3, cpu: 0.3 });
  assert.equal(subject.verdict, 'regression');
  assert.ok(warningsOf(subject).some((text) => /still worked/.test(text)));
});

it('Where CPU time cannot fail the job, only what head alone puts off withholds a word', () => {
  const gate: Partial<Gate> = { metrics: ['throughput'] };
  const both = judged({ base: 0.5, head: 0.5 }, gate);
  assert.equal(both.verdict, 'unchanged');
  assert.match(warningsOf(both).join(' '), /still worked.*is in no figure\./);
  assert.equal(judged({ head: 0.5 }, gate).verdict, 'inconclusive');
});
