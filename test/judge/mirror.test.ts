import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { impossibleIn } from '../../src/attempts/checks/measurement.ts';
import { parseFileAs } from '../../src/attempts/read-file.ts';
import { judge } from '../../src/judge/judge.ts';
import { mirrored } from '../../src/judge/mirror.ts';
import { Measurement } from '../../src/measure/observed/measurement.ts';
import { measurementOf, normals } from '../support/measurement.ts';

function noisy(effect: number, seed: number) {
  const draw = normals(seed);
  const blocks = Array.from({ length: 10 }, () => ({
    throughput: effect + 0.01 * draw(),
    cpu: effect + 0.01 * draw(),
    p99: 0.03 * draw(),
  }));
  return measurementOf({ slices: 16, subjects: [{ blocks }] });
}

it('A mirrored measurement is one that can be, and mirrored again it is the first', () => {
  const folder = new URL('recordings/', import.meta.url);
  for (const name of readdirSync(folder)) {
    const text = gunzipSync(readFileSync(new URL(name, folder)));
    const measurement = parseFileAs(name, text, Measurement, 'measurement');
    if (measurement.plan.arms.length < 2) continue;
    assert.equal(impossibleIn(mirrored(measurement)), null, name);
    assert.deepEqual(mirrored(mirrored(measurement)), measurement, name);
  }
});

it('What is slower is faster when it is mirrored, by as much', () => {
  const measurement = noisy(0.08, 1);
  const [there, back] = [judge(measurement), judge(mirrored(measurement))];
  assert.deepEqual([there.verdict, back.verdict], ['regression', 'improvement']);
  const figures = [there, back].map(({ subjects }) =>
    subjects[0]?.metrics.find(({ name }) => name === 'throughput'),
  );
  const [slower, faster] = figures;
  assert.equal(slower?.base, faster?.head);
  assert.equal(slower?.sd?.toFixed(12), faster?.sd?.toFixed(12));
  const product = (1 + (slower?.change ?? 0)) * (1 + (faster?.change ?? 0));
  assert.ok(Math.abs(product - 1) < 1e-12, String(product));
});

it('What each arm answered is mirrored too', () => {
  const measurement = noisy(0, 1);
  const [subject] = measurement.subjects;
  assert.ok(subject !== undefined);
  const difference = { request: 'GET /', of: 'content', at: 'status', base: '200', head: '404' };
  subject.answers = {
    ...{ kinds: 1, compared: 1, starts: 5, content: 1, form: 0 },
    answers: { base: 9, head: 8 },
    unloadedSizes: { base: [3], head: [4, 5] },
    differences: [{ ...difference, of: 'content' }],
  };
  const seen = mirrored(measurement).subjects[0]?.answers;
  assert.deepEqual(seen?.answers, { base: 8, head: 9 });
  assert.deepEqual(seen?.unloadedSizes, { base: [4, 5], head: [3] });
  assert.deepEqual(seen?.differences, [{ ...difference, base: '404', head: '200' }]);
  assert.deepEqual(mirrored(mirrored(measurement)), measurement);
});
