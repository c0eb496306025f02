import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderComment } from '../../src/report/comment.ts';
import { countsLine, headline, headlineText } from '../../src/report/headline.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { EXAMPLES, metric, subject, verdictOf } from './build.ts';

const example = (name: string) => (EXAMPLES[name] as NonNullable<(typeof EXAMPLES)[string]>)();

test('the first words say the verdict and what to do', () => {
  const words: [string, RegExp][] = [
    ['regression', /^Regression: api\/plaintext serves 8\.1% fewer .*Do not merge/],
    ['regression-several', /^Regression in 2 of 7 subjects\. Worst: web\/search/],
    ['improvement', /^Improvement: .*No action needed\.$/],
    ['unchanged', /^No action needed: api\/plaintext is shown to be within tolerance/],
    ['unchanged-several', /^No action needed: all 2 subjects are shown/],
    [
      'inconclusive',
      /^Could not tell: .*\(throughput\)\. .*a budget of about 6 min .*tolerance of about 7%/,
    ],
    ['invalid', /^The measurement is broken: .*status 500/],
    ['no-baseline', /^Nothing to compare with: .*has no baseline: base has no folder/],
  ];
  for (const [name, pattern] of words) assert.match(headlineText(example(name)), pattern);
});

test('what is not a pass never reads as one', () => {
  for (const name of ['inconclusive', 'invalid', 'invalid-crash', 'no-baseline']) {
    const { title, detail } = headline(example(name));
    assert.doesNotMatch(JSON.stringify(title), /no action|(is|are) shown to be within/i, name);
    assert.match(JSON.stringify(detail), /not a pass|says nothing about/, name);
  }
});

test('significant and large are said apart', () => {
  const detail = (name: string) => JSON.stringify(headline(example(name)).detail);
  assert.match(detail('regression'), /How sure: .*clear of zero\. How large: more than the tol/);
  assert.match(detail('regression-small'), /clear of zero\. How large: real, but smaller than/);
});

test('counts are given when there is something to count', () => {
  assert.equal(countsLine(example('regression')), null);
  assert.equal(
    countsLine(example('regression-several')),
    '7 subjects: 2 regressed, 1 invalid, 1 inconclusive, 1 without a baseline, 1 improved, 1 unchanged.',
  );
});

test('bad rows are open and first, unchanged rows are folded', () => {
  const comment = renderComment(example('regression-several'));
  const open = comment.slice(0, comment.indexOf('<details>'));
  assert.doesNotMatch(open, /⚪ unchanged/);
  const signs = [...open.matchAll(/(🔴|⚠️|🟡|➖|🟢) (regr|inv|inc|no b|impr)/g)].map(
    ([, sign]) => sign,
  );
  assert.deepEqual([...new Set(signs)], ['🔴', '⚠️', '🟡', '➖', '🟢']);
});

test('figures of an invalid subject are never called a regression', () => {
  const broken = verdictOf('invalid', [
    subject('api', 'x', 'invalid', [metric('throughput', 'regression', { change: -0.3 })]),
  ]);
  assert.doesNotMatch(renderComment(broken), /🔴|Regression/);
});

test('a warning that many subjects share is said once', () => {
  const comment = renderComment(example('many'));
  assert.equal(comment.match(/Cores are shared with other work/g)?.length, 1);
  assert.match(comment, /and 197 more|, 197 more:/);
});

test("a metric's reason is said when it tells more than the subject's", () => {
  const metrics = [
    metric('throughput', 'inconclusive', { reason: 'the interval still spans the tolerance' }),
    metric('cpu', 'unchanged', { reason: 'perhaps better' }),
    metric('memory', 'inconclusive', { reason: 'too noisy' }),
  ];
  const said = (reason: string | null) =>
    renderComment(
      verdictOf('inconclusive', [subject('api', 'x', 'inconclusive', metrics, { reason })]),
    ).split('still spans').length - 1;
  assert.equal(said('throughput: the interval still spans the tolerance'), 1);
  assert.equal(said('something else'), 1);
  assert.equal(said(null), 1);
  const comment = renderComment(
    verdictOf('inconclusive', [subject('api', 'x', 'inconclusive', metrics)]),
  );
  assert.doesNotMatch(comment, /perhaps better|too noisy/);
});

test('hundreds of subjects fit: the worst 50 rows open, the others counted', () => {
  const comment = renderComment(example('many'));
  assert.ok(comment.length < 60_000, `${comment.length} characters`);
  const open = comment.slice(0, comment.indexOf('<details>'));
  assert.equal(open.match(/🔴 regression/g)?.length, 50);
  assert.match(comment, /The worst 50 rows are above; 150 more rows/);
  assert.match(comment, /<summary>700 rows unchanged<\/summary>/);
});

test('1,000 subjects stay within the limits of a summary and a comment', () => {
  const crowd = verdictOf(
    'regression',
    Array.from({ length: 1000 }, (_, index) =>
      subject(`a-service-with-a-long-name-${index}`.repeat(4), 'x'.repeat(200), 'regression', [
        metric('throughput', 'regression', { change: -0.08 }),
        metric('cpu', 'regression', { change: 0.08 }),
        metric('memory', 'regression', { change: 0.08 }),
      ]),
    ),
  );
  assert.ok(Buffer.byteLength(renderSummary(crowd)) < 1024 ** 2);
  assert.ok(renderComment(crowd).length < 60_000);
});

const nastyName = fc.string({
  unit: fc.constantFrom(
    ...'`|\\<>&@#*[]()!:/.\n\r -x',
    '\u001b[2J',
    '</details>',
    '```',
    '@octocat',
  ),
  maxLength: 30,
});

test('no name, message or command breaks out, whatever it is', () => {
  fc.assert(
    fc.property(nastyName, nastyName, nastyName, (server, scenario, text) => {
      const verdict = verdictOf(
        'regression',
        [
          subject(server, scenario, 'regression', [metric('cpu', 'regression', { change: 0.1 })], {
            warnings: [`w ${text}`],
            reason: `r ${text}`,
          }),
          subject(scenario, server, 'unchanged', [metric('throughput', 'unchanged')]),
        ],
        { commands: [{ subject: server, build: text, start: text, load: text }] },
      );
      for (const markdown of [renderComment(verdict), renderSummary(verdict)]) {
        const outside = withoutCode(markdown);
        const tags = outside.match(/<[^>\n]*>?/g) ?? [];
        assert.ok(
          tags.every((tag) => /^<\/?(details|summary|sub)>$/.test(tag)),
          `${tags}`,
        );
        assert.equal(outside.split('<details>').length, outside.split('</details>').length);
        assert.doesNotMatch(outside, /@\w/);
        assert.doesNotMatch(outside, /^#{1,6} (?!Throughput Gate|How this was)/m);
        const widths = new Set(
          markdown
            .split('\n')
            .filter((line) => /^\| .*(🔴|⚪)/.test(line))
            .map((line) => line.replaceAll('\\|', '').split('|').length),
        );
        assert.equal(widths.size, 1);
      }
    }),
    { numRuns: 150 },
  );
});

/** Markdown without its fenced blocks and code spans. */
function withoutCode(markdown: string): string {
  return markdown
    .replace(/^ *(`{3,})[a-z]+\n[\s\S]*?\n *\1$/gm, '')
    .replace(/(?<![`\\])(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '');
}
