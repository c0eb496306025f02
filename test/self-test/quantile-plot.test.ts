import assert from 'node:assert/strict';
import { it } from 'node:test';
import { quantilePlot } from '../../src/self-test/quantile-plot.ts';

const points = (text: string) => text.split('o').length - 1;

it('Even p-values lie on the diagonal, and the axes are labelled', () => {
  const even = Array.from({ length: 21 }, (_, i) => (i + 0.5) / 21);
  const lines = quantilePlot(even).split('\n');
  assert.equal(lines.length, 23);
  assert.match(lines[0] ?? '', /^ 1\.00 \|/);
  assert.match(lines[20] ?? '', /^ 0\.00 \|/);
  assert.match(lines[22] ?? '', /^ {7}0 +0\.25 +0\.5 +0\.75 +1$/);
  for (const line of lines.slice(0, 21)) {
    const [dot, point] = [line.lastIndexOf('.'), line.indexOf('o')];
    if (point !== -1) assert.ok(Math.abs(dot - point) <= 2, line);
  }
});

it('P-values that are too small lie below the diagonal, each as a point', () => {
  const text = quantilePlot([0.001, 0.01, 0.02, 0.03]);
  assert.equal(points(text), 4);
  assert.equal(points(text.split('\n').slice(18).join('\n')), 4);
});
