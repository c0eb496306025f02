import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { impossibleIn } from '../../src/attempts/checks/measurement.ts';
import { parseFileAs } from '../../src/attempts/read-file.ts';
import { judge } from '../../src/judge/judge.ts';
import { mirrored } from '../../src/judge/mirror.ts';
import { Measurement } from '../../src/measure/measurement.ts';
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
