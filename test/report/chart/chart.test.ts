/** Scales and drawings of the charts in report.html. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linearScale, logScale, placeOn } from '../../../src/report/chart/scale.ts';
import { svgCharts } from '../../../src/report/chart/svg.ts';

test('A scale has all values and what must be on it, with round ticks between', () => {
  const scale = linearScale([0.03, -0.021], [0]);
  assert.ok(scale.low < -0.021 && scale.high > 0.03);
  assert.ok(scale.ticks.some((tick) => tick === 0));
  assert.ok(scale.ticks.length >= 2 && scale.ticks.length <= 6, String(scale.ticks));
});

test('One value, no value, and values that are no numbers make a scale too', () => {
  for (const values of [[5], [0], [], [Number.NaN, Infinity, 3], [1e-12, 1e12], [-7, -7]]) {
    const { low, high, ticks } = linearScale(values);
    assert.ok(low < high && ticks.length < 20, String(values));
    const log = logScale(values);
    assert.ok(log.low < log.high && log.ticks.length < 40, String(values));
  }
});

test('On a logarithmic scale a tenth and ten times as much lie equally far', () => {
  const scale = logScale([0.001, 0.1]);
  const at = (value: number) => placeOn(scale, value);
  assert.ok(Math.abs(at(0.01) - at(0.001) - (at(0.1) - at(0.01))) < 1e-9);
  assert.deepEqual([at(0), at(1e9)], [0, 1]);
});

test('A chart says in words what it shows, in both layouts, and no text can become a tag', () => {
  const axis = { scale: linearScale([0, 10]), title: '<script>', text: String };
  const drawn = svgCharts(
    {
      ...{ title: '<img src=x>', description: 'a "quoted" & <b>' },
      ...{ x: axis, y: axis, band: [2, 4], rules: [{ y: 3, kind: 'one' }] },
      series: [
        {
          arm: 'base',
          kind: 'line',
          points: [
            [0, 1],
            [10, 9],
          ],
        },
        { arm: 'open', kind: 'dots', points: [[5, 5]] },
      ],
    },
    'c',
  );
  assert.equal(drawn.match(/<svg /g)?.length, 2);
  assert.match(drawn, /<title id="c-w-t">&lt;img src=x&gt;<\/title>/);
  assert.match(drawn, /<desc id="c-n-d">a &quot;quoted&quot; &amp; &lt;b&gt;<\/desc>/);
  assert.doesNotMatch(drawn, /<(script|img|b)\b|NaN|Infinity/);
});
