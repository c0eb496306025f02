import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../../src/judge/findings/finding.ts';
import { renderComment } from '../../../src/report/comment.ts';
import { sparkline } from '../../../src/report/sections/pictures.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import { renderTerminal } from '../../../src/report/terminal.ts';
import { fc } from '../../support/properties.ts';
import { metric, steady, subject, verdictOf } from '../build.ts';

const FALLING = Array.from({ length: 16 }, (_, i) => 48_000 - 1000 * i);
const REASON = {
  code: 'never-steady',
  severity: 'doubt',
  subject: null,
  data: {
    drifts: [{ arm: 'head', perSecond: Math.log(1 - 0.041), blocks: { drifting: 7, of: 20 } }],
  },
} satisfies Finding;

const unsteady = verdictOf('inconclusive', [
  subject(
    'api',
    'plain',
    'inconclusive',
    [metric('throughput', 'inconclusive', { change: -0.08 }), metric('cpu', 'inconclusive')],
    { reasons: [REASON], pictures: [{ arm: 'head', of: 'block', perSecond: FALLING }] },
  ),
]);

test('A series is drawn between its lowest and its highest value', () => {
  assert.equal(sparkline(FALLING), '██▇▇▆▆▅▅▄▄▃▃▂▂▁▁');
  assert.equal(sparkline([5, 5, 5]), '▅▅▅');
  assert.equal(sparkline([]), '');
});

test('A picture has at most so many characters, each of a known height', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 80 }), (values, most) => {
      const picture = sparkline(values, most);
      assert.ok(picture.length <= most);
      assert.match(picture, /^[▁▂▃▄▅▆▇█]*$/);
    }),
  );
});

test('An unsteady server is shown in comment and summary', () => {
  const line =
    '- `api/plain`, head, slices of a typical block: `██▇▇▆▆▅▅▄▄▃▃▂▂▁▁` 33,000 req/s to 48,000 req/s';
  for (const text of [renderComment(unsteady), renderSummary(unsteady)]) {
    assert.ok(text.includes(`**Not steady**\n\n${line}`), text);
    assert.ok(text.includes('never becomes steady'));
    // No budget and no tolerance mends it.
    assert.match(text, /The reasons below say what stands in the way\./);
    assert.doesNotMatch(text, /What would decide it/);
  }
});

test('And at a terminal, however narrow', () => {
  const text = renderTerminal(unsteady, { color: false, width: 40 });
  assert.ok(text.includes('  ██▇▇▆▆▅▅▄▄▃▃▂▂▁▁\n'), text);
  assert.ok(text.split('\n').every((line) => line.length <= 60));
});

test('Where every server was steady there is no such section', () => {
  const fine = verdictOf('unchanged', [subject('api', 'plain', 'unchanged', steady())]);
  assert.doesNotMatch(renderComment(fine), /Not steady/);
});
