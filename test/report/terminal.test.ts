import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Verdict } from '../../src/judge/verdict.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { clipToWidth, displayWidth, padToWidth, wrapWords } from '../../src/report/width.ts';
import { metric, subject, verdictOf } from './build.ts';
import { EXAMPLES } from './examples.ts';

const every = Object.entries(EXAMPLES).map(([name, build]) => [name, build()] as const);

test('without colour there is no control character, with it only colour', () => {
  for (const [name, verdict] of every) {
    const plain = renderTerminal(verdict, { color: false, width: 100 });
    assert.doesNotMatch(plain.replaceAll('\n', ''), /\p{Cc}/u, name);
    const coloured = renderTerminal(verdict, { color: true, width: 100 });
    assert.ok(coloured.includes('\u001b[1m'), name);
    const stripped = stripVTControlCharacters(coloured).replace(/ +$/gm, '');
    assert.equal(stripped, plain, name);
  }
});

test('table lines fit the width', () => {
  for (const width of [60, 80, 100, 200]) {
    for (const [name, verdict] of every) {
      const lines = renderTerminal(verdict, { color: false, width }).split('\n');
      for (const line of lines.filter((text) =>
        /^ {2}(throughput|CPU per|memory|p99|errors|connections|Metric|Cores|Arm)/.test(text),
      )) {
        assert.ok(displayWidth(line) <= width, `${name} at ${width}: ${line}`);
      }
    }
  }
});

test('columns go in order of use, and the legend with its column', () => {
  const verdict = EXAMPLES.regression?.() as Verdict;
  const wide = renderTerminal(verdict, { color: false, width: 120 });
  assert.match(wide, /Base +Head +Change +95% interval +Visible +Verdict/);
  assert.match(wide, /^Visible: /m);
  const narrow = renderTerminal(verdict, { color: false, width: 56 });
  assert.match(narrow, /Metric +Change +95% interval/);
  assert.doesNotMatch(narrow, /Base|Visible: /);
});

test('columns are aligned under wide characters too', () => {
  const text = renderTerminal(
    verdictOf('unchanged', [
      subject('漢字', '🔴', 'unchanged', [
        metric('throughput', 'unchanged'),
        metric('cpu', 'unchanged'),
      ]),
    ]),
    { color: false, width: 100 },
  );
  const ends = text
    .split('\n')
    .filter((line) => line.endsWith('unchanged') && line.startsWith('  '));
  assert.equal(ends.length, 2);
  assert.equal(new Set(ends.map((line) => displayWidth(line))).size, 1);
});

test('names the files that were written', () => {
  const verdict = EXAMPLES.unchanged?.() as Verdict;
  const text = renderTerminal(verdict, { color: false, width: 80, files: ['out/verdict.json'] });
  assert.match(text, /\n {2}out\/verdict\.json\n$/);
});

test('widths count what the eye sees', () => {
  assert.equal(displayWidth('abc'), 3);
  assert.equal(displayWidth('−8.1% µs'), 8);
  assert.equal(displayWidth('漢字'), 4);
  assert.equal(displayWidth('🔴'), 2);
  assert.equal(displayWidth('⚠️'), 2);
  assert.equal(displayWidth('e\u0301'), 1);
  assert.equal(clipToWidth('漢字漢字', 5), '漢字…');
  assert.equal(clipToWidth('abc', 3), 'abc');
  assert.equal(padToWidth('漢', 4, 'r'), '  漢');
  assert.deepEqual(wrapWords('aa bb cc', 5), ['aa bb', 'cc']);
  assert.deepEqual(wrapWords('', 5), []);
});

test('says how the arms met', () => {
  const met = (...pairs: ('live' | 'exclusive')[]) =>
    renderTerminal(
      verdictOf(
        'unchanged',
        pairs.map((each, i) => subject('api', `s${i}`, 'unchanged', [], { pairs: each })),
      ),
      { color: false, width: 100 },
    );
  assert.match(met('live', 'live'), /blocks in live pairs,/);
  assert.match(met('exclusive', 'exclusive'), /blocks in exclusive pairs,/);
  assert.match(met('exclusive', 'live'), /blocks in live and exclusive pairs,/);
});
