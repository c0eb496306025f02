/** What makes a comment fit on a screen: few rows, short cells, no column of dashes, links that work. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Finding } from '../../src/judge/findings/finding.ts';
import { renderComment } from '../../src/report/comment.ts';
import { headline } from '../../src/report/headline/headline.ts';
import { phraseToText } from '../../src/report/markup/phrase.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { TYPED_COMMAND } from '../../src/system/program/runtime.ts';
import { metric, subject, verdictOf } from './build.ts';
import { EXAMPLES } from './examples.ts';
import { guideExample } from './guide-example.ts';

const every = Object.entries({ ...EXAMPLES, guide: guideExample }).map(
  ([name, build]) => [name, build()] as const,
);
const example = (name: string) => (EXAMPLES[name] as NonNullable<(typeof EXAMPLES)[string]>)();
const openPart = (comment: string) => comment.slice(0, comment.indexOf('<details>'));
const rowsIn = (markdown: string) =>
  [...markdown.matchAll(/^\| (?![:V]).*$/gm)].map(([row]) => row.replaceAll('\u00a0', ' '));

test('The comment is shorter than the summary, whatever the verdict', () => {
  for (const [name, verdict] of every.filter(([one]) => one !== 'many')) {
    const [comment, summary] = [renderComment(verdict).length, renderSummary(verdict).length];
    assert.ok(comment < summary, `${name}: ${comment} against ${summary}`);
  }
});

test('A subject has one open row, the one of its worst metric, and the folds count the others', () => {
  const comment = renderComment(example('regression-several'));
  const subjects = rowsIn(openPart(comment)).map((row) => /`(\S+)`/.exec(row)?.[1]);
  assert.deepEqual(subjects, [
    'web/search',
    'api/plaintext',
    'web/health',
    'web/upload',
    'web/new-page',
    'web/login',
  ]);
  assert.match(rowsIn(openPart(comment))[1] ?? '', /CPU per request +\| +\+8\.4%/);
  assert.match(
    comment,
    /<summary>3 more rows of these: 2 🔴 regression, 1 🟢 improvement<\/summary>/,
  );
});

test('No cell of the measured table can break but at a name, as GitHub breaks cells at spaces', () => {
  for (const [name, verdict] of every.filter(([one]) => one !== 'hostile')) {
    const tables =
      renderComment(verdict).match(/(^\| Verdict .*\n|^\| (?:\S+\s)?Subject .*\n)(^\|.*\n)+/gm) ??
      [];
    for (const cell of tables.join('').split(/[|\n]/)) {
      const text = cell.replace(/`[^`]*`/g, '').replace(/^ +| +$/g, '');
      assert.ok(!text.includes(' '), `${name}: ${cell}`);
    }
  }
});

test('Where nothing was measured there is no table, and the cause stands in the first line', () => {
  for (const name of ['invalid-crash', 'invalid-both']) {
    const comment = renderComment(example(name));
    assert.deepEqual(rowsIn(openPart(comment)), [], name);
    assert.match(
      comment.split('\n')[3] ?? '',
      /^> \*\*The measurement is broken: `api\/plaintext`: \S/,
    );
  }
});

test('What is unchanged is printed with the bound that decided, which is within the tolerance', () => {
  const wide = metric('p99', 'unchanged', {
    gating: true,
    change: -0.051,
    interval: [-0.272, 0.236],
    bound: 0.178,
  });
  const slower = metric('throughput', 'unchanged', { change: -0.019, bound: -0.0451 });
  const comment = renderComment(
    verdictOf('unchanged', [subject('api', 'x', 'unchanged', [wide, slower])]),
  );
  const rows = rowsIn(comment).join('\n');
  assert.match(rows, /p99 latency +\| +−5\.1% \| +at most \+17\.8% /);
  assert.match(rows, /throughput +\| +−1\.9% \| at least −4\.5% /);
  assert.doesNotMatch(rows, /23\.6/);
  const { bound: _, ...older } = wide;
  const old = verdictOf('unchanged', [subject('api', 'x', 'unchanged', [older])]);
  assert.match(renderComment(old), /\[−27\.2%,\s\+23\.6%\]/);
});

test('An interval that lies on the slow side is said to look slower, and what is open is said', () => {
  const title = (
    changes: Parameters<typeof metric>[2],
    name: 'throughput' | 'cpu' = 'throughput',
  ) =>
    phraseToText(
      headline(
        verdictOf('inconclusive', [
          subject('api', 'one', 'inconclusive', [metric(name, 'inconclusive', changes)]),
        ]),
      ).title,
    );
  assert.equal(
    title({ change: -0.064, interval: [-0.104, -0.021] }),
    'Could not tell: api/one looks slower, by 2.1% to 10.4% (throughput): whether by more than 5% is open.',
  );
  assert.equal(
    title({ change: 0.066, interval: [0.031, 0.102] }, 'cpu'),
    'Could not tell: api/one looks worse, by 3.1% to 10.2% (CPU per request): whether by more than 5% is open.',
  );
  assert.match(title({ change: -0.02, interval: [-0.06, 0.02] }), /neither shown to be worse nor/);
});

test('Figures of a machine that was too disturbed are not told as a finding, wherever their interval lies', () => {
  const reasons: Finding[] = [
    {
      code: 'machine-too-disturbed',
      severity: 'doubt',
      subject: null,
      data: { disturbed: 4, blocks: 4, example: { kind: 'foreign', share: 0.66 } },
    },
  ];
  const changes = { change: -0.038, interval: [-0.067, -0.008] as const };
  const open = metric('throughput', 'inconclusive', changes);
  const disturbed = subject('api', 'one', 'inconclusive', [open], { reasons });
  const comment = renderComment(verdictOf('inconclusive', [disturbed]));
  assert.match(comment, /Could not tell: `api\/one` is neither shown to be worse nor/);
  assert.doesNotMatch(comment, /looks slower/);
});

test('Above a doubling the smallest visible change is no information', () => {
  const blind = metric('p99', 'inconclusive', {
    gating: true,
    change: 0.1,
    interval: [-0.6, 3],
    mde: 5.97,
  });
  const comment = renderComment(
    verdictOf('inconclusive', [subject('api', 'x', 'inconclusive', [blind])]),
  );
  assert.match(comment, /&gt;\s100%/);
  assert.doesNotMatch(comment, /597/);
});

test('What regressed was seen: its row has no smallest visible change', () => {
  const comment = renderComment(example('regression'));
  assert.doesNotMatch(openPart(comment), /Visible/);
  assert.match(renderSummary(example('regression')), /Visible\sfrom/);
});

test('All blocks of a subject are one number, also where a word stands on the first of them', () => {
  const early = metric('throughput', 'regression', {
    change: -0.1,
    interval: [-0.12, -0.08],
    blocks: 7,
  });
  const late = metric('cpu', 'regression', { change: 0.1, blocks: 9 });
  const verdict = verdictOf('regression', [subject('api', 'x', 'regression', [early, late])]);
  assert.match(renderComment(verdict), /throughput over 7 of 9 blocks is/);
  assert.match(renderSummary(verdict).replaceAll('\u00a0', ' '), /\| 7 of 9 \|/);
});

test('Links stand where they are known, and at a desk there is none', () => {
  const verdict = example('regression');
  const links = {
    summaryUrl: 'https://github.com/octo/shop/actions/runs/1',
    guideUrl: 'https://github.com/octo/gate/blob/v1/docs/reading-the-report.md',
    acceptUrl: 'https://github.com/octo/gate/blob/v1/docs/workflows.md#to-accept-a-slowdown',
    compareUrl: 'https://github.com/octo/shop/compare/a...b',
  };
  const comment = renderComment(verdict, links);
  for (const url of Object.values(links)) assert.ok(comment.includes(`](${url})`), url);
  assert.match(comment, /\[8f14e45fce…c9f0f895fb\]\(/);
  assert.doesNotMatch(renderComment(verdict), /\]\(/);
  assert.doesNotMatch(renderSummary(verdict), /\]\(/);
});

test('The section that says how to accept a slowdown is where the link leads', () => {
  const workflows = readFileSync(new URL('../../docs/workflows.md', import.meta.url), 'utf8');
  assert.match(workflows, /^## To accept a slowdown$/m);
});

test('What readers are told to type works today: from a clone, as there is no package', () => {
  for (const path of [
    'README.md',
    'docs/reading-the-report.md',
    'docs/accuracy.md',
    'docs/workflows.md',
  ]) {
    const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
    assert.doesNotMatch(text, /npx throughput-gate/, path);
    const isBeside = /clone this repository beside yours/i.test(text);
    const known = [TYPED_COMMAND, 'node dist/cli.cjs'];
    if (isBeside) known.push('node ../throughput-gate/dist/cli.cjs');
    for (const [typed] of text.matchAll(/^node \S*cli\.cjs/gm)) {
      assert.ok(known.includes(typed), `${path}: ${typed}`);
    }
  }
  assert.ok(renderComment(example('regression')).includes(`${TYPED_COMMAND} run --base `));
});

test('Where several subjects are open and none regressed, the table says what could have been seen', () => {
  const wide = (change: number) => [
    metric('throughput', 'inconclusive', { change, interval: [change - 0.08, change + 0.08] }),
  ];
  const open = ['x', 'y'].map((name) => subject('api', name, 'inconclusive', wide(-0.02)));
  const headOf = (...more: typeof open) =>
    renderComment(verdictOf('inconclusive', [...open, ...more]))
      .replaceAll('\u00a0', ' ')
      .split('<details>')[0] ?? '';
  assert.match(headOf(), /^\| Verdict.*\| Visible from \|$/m);
  const slower = subject('api', 'z', 'regression', [metric('throughput', 'regression')]);
  assert.doesNotMatch(headOf(slower), /^\| Verdict.*\| Visible from \|$/m);
});
