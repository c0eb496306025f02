import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Verdict } from '../../src/judge/verdict/verdict.ts';
import { clipToWidth, displayWidth, padToWidth, wrapWords } from '../../src/report/screen/width.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { metric, subject, verdictOf } from './build.ts';
import { EXAMPLES } from './examples.ts';

const every = Object.entries(EXAMPLES).map(([name, build]) => [name, build()] as const);

test('Without colour there is no control character, with it only colour', () => {
  for (const [name, verdict] of every) {
    const plain = renderTerminal(verdict, { color: false, width: 100 });
    assert.doesNotMatch(plain.replaceAll('\n', ''), /\p{Cc}/u, name);
    const coloured = renderTerminal(verdict, { color: true, width: 100 });
    assert.ok(coloured.includes('\u001b[1m'), name);
    const stripped = stripVTControlCharacters(coloured).replace(/ +$/gm, '');
    assert.equal(stripped, plain, name);
  }
});

test('Table lines fit the width', () => {
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

test('Columns go in order of use, and the legend with its column', () => {
  const verdict = EXAMPLES.regression?.() as Verdict;
  const wide = renderTerminal(verdict, { color: false, width: 120 });
  assert.match(wide, /Base +Head +Change +95% interval +Visible +Verdict/);
  assert.match(wide, /^Visible: /m);
  const narrow = renderTerminal(verdict, { color: false, width: 56 });
  assert.match(narrow, /Metric +Change +95% interval/);
  assert.doesNotMatch(narrow, /Base|Visible: /);
});

test('Columns are aligned under wide characters too', () => {
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

test('The terminal report says which of the files to open, and names the others', () => {
  const verdict = EXAMPLES.unchanged?.() as Verdict;
  const files = ['out/summary.md', 'out/plan.json', 'out/verdict.json'];
  const text = renderTerminal(verdict, { color: false, width: 80, files });
  assert.match(
    text,
    /\nOpen out\/summary\.md: the whole report\.\nBeside it: plan\.json, verdict\.json\.\n/,
  );
  assert.doesNotMatch(renderTerminal(verdict, { color: false, width: 80 }), /Open/);
});

test('The first line stands last too, as soon as the report is longer than a look', () => {
  const long = renderTerminal(EXAMPLES['regression-several']?.() as Verdict, {
    color: false,
    width: 300,
  });
  const lines = long.trimEnd().split('\n');
  assert.match(lines[0] ?? '', /^Regression in 2 of 7 subjects\..*Do not merge/);
  assert.equal(lines.at(-1), lines[0]);
  const short = renderTerminal(EXAMPLES.unchanged?.() as Verdict, { color: false, width: 300 });
  assert.equal(short.split('No action needed').length, 2);
});

test('What cannot fail the job is shown on request, and counted else', () => {
  const verdict = EXAMPLES['tail-latency']?.() as Verdict;
  const brief = renderTerminal(verdict, { color: false, width: 100, details: false });
  assert.match(
    brief,
    /^10 more rows \(1 got worse\) cannot fail the job: `--details` shows them\.$/m,
  );
  assert.doesNotMatch(brief, /p90 latency|shown only/);
  const whole = renderTerminal(verdict, { color: false, width: 100, details: true });
  assert.match(whole, /shown only:\n {2}p50 latency/);
  assert.doesNotMatch(whole, /--details/);
});

test('Widths count what the eye sees', () => {
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

test('The terminal report says how the arms met', () => {
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
