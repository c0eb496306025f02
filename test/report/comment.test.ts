import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../src/judge/findings/finding.ts';
import type { SubjectVerdict } from '../../src/judge/verdict/verdict.ts';
import { renderComment } from '../../src/report/comment.ts';
import { headline } from '../../src/report/headline/headline.ts';
import { countsLine } from '../../src/report/headline/which.ts';
import { phraseToText } from '../../src/report/markup/phrase.ts';
import { repeatCommands } from '../../src/report/sections/method.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { TYPED_COMMAND } from '../../src/system/program/runtime.ts';
import { quoting } from '../support/english.ts';
import { everyFinding } from '../support/every-finding.ts';
import { burst, metric, subject, verdictOf } from './build.ts';
import { EXAMPLES } from './examples.ts';

const example = (name: string) => (EXAMPLES[name] as NonNullable<(typeof EXAMPLES)[string]>)();

test('The first words say the verdict and what to do', () => {
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
    ['invalid', /^The measurement is broken: .*expected status 200, got 500/],
    ['no-baseline', /^Nothing to compare with: .*has no baseline: there is no folder/],
  ];
  for (const [name, pattern] of words) {
    const { title, action } = headline(example(name));
    assert.match([title, action].map(phraseToText).join(' ').trim(), pattern);
  }
});

test('What is not a pass never reads as one', () => {
  for (const name of ['inconclusive', 'invalid', 'invalid-crash', 'no-baseline']) {
    const { title, detail } = headline(example(name));
    assert.doesNotMatch(JSON.stringify(title), /no action|(is|are) shown to be within/i, name);
    assert.match(JSON.stringify(detail), /not a pass|says nothing about/, name);
  }
});

test('Of subjects whose answers change under load, and others where head alone answers otherwise, the first line says which', () => {
  const of = (scenario: string, code: Finding['code']) =>
    subject('api', scenario, 'inconclusive', [], {
      reasons: everyFinding()
        .filter((one) => one.code === code && one.severity === 'doubt')
        .slice(0, 1),
    });
  const title = (...subjects: SubjectVerdict[]) =>
    phraseToText(headline(verdictOf('inconclusive', subjects)).title);
  const changing = of('list', 'answers-change-under-load');
  const differing = of('item', 'answers-differ');
  assert.match(title(changing), /both builds .* \(api\/list\), so their speed is not compared\.$/);
  assert.match(
    title(changing, differing),
    /^The answers differ: head does not .* \(api\/item\), so its speed is not compared\.$/,
  );
});

test('Significant and large are said apart', () => {
  const detail = (name: string) => JSON.stringify(headline(example(name)).detail);
  assert.match(detail('regression'), /How sure: .*clear of zero\. How large: more than the tol/);
  assert.match(
    detail('regression-small'),
    /clear of zero\. How large: less than the tolerance of 5%, but at least half of it/,
  );
});

test('What to do without a baseline depends on what was to be compared', () => {
  const action = (design: 'pairs' | 'past' | 'alone', form: 'file' | 'inputs' = 'file') => {
    const verdict = example('no-baseline');
    const subjects = verdict.subjects.map((one) => ({ ...one, form }));
    return phraseToText(headline({ ...verdict, subjects, design }).action);
  };
  assert.match(action('pairs'), /^Nothing to do if the server .* is new, or if this change mends/);
  // It is asked for earlier runs where base cannot be built, too.
  assert.match(action('past'), /^Where base can be built, compare with that.*`baseline: rebuild`/);
  assert.match(action('past', 'inputs'), /\(input `baseline: rebuild`\)\.$/);
  assert.equal(action('alone'), 'Nothing to do: this run measured head alone.');
});

test('The first words say that throughput was not judged where it was that of a wait or of the load generator', () => {
  for (const code of ['throughput-of-a-wait', 'throughput-is-generators'] as const) {
    const finding: Finding = { code, severity: 'doubt', subject: 'throughput', data: {} };
    const metrics = [
      metric('throughput', 'inconclusive', { gating: false, reasons: [finding] }),
      metric('cpu', 'unchanged'),
    ];
    const verdict = verdictOf('unchanged', [subject('api', 'x', 'unchanged', metrics)]);
    assert.equal(
      phraseToText(headline(verdict).title),
      'No action needed: api/x is shown to be within tolerance in CPU per request. Not judged: throughput.',
    );
  }
});

describe('what would decide an open verdict', () => {
  const open = (
    interval: [number, number],
    reasons: Finding[],
    changes: Parameters<typeof subject>[4] = {},
  ) => {
    const undecided = metric('throughput', 'inconclusive', { change: 0, interval, reasons });
    const one = subject('api', 'x', 'inconclusive', [undecided], changes);
    return phraseToText(headline(verdictOf('inconclusive', [one])).action);
  };
  const of = (code: 'interval-spans-tolerance' | 'stopped-undecided'): Finding => ({
    ...{ code, severity: 'doubt', subject: 'throughput', data: {} },
  });
  const SEE_REASONS = 'The reasons below say what stands in the way.';

  test('No tolerance, budget or quieter runner is promised to decide what something else than noise keeps open', () => {
    assert.equal(open([-0.04, 0.04], [quoting('head stalls')]), SEE_REASONS);
    assert.equal(open([-0.06, 0.04], [quoting('head stalls')]), SEE_REASONS);
    assert.match(open([-0.06, 0.04], [of('interval-spans-tolerance')]), /a tolerance of about 6% /);
  });

  test('What was stopped needs more time, and no tolerance by the few blocks that it had', () => {
    const stopped = [of('stopped-undecided')];
    const end = 'as it ended before its last block.';
    assert.equal(open([-0.15, 0.19], stopped), `What would decide it: more time, ${end}`);
    const data = { measured: 4, planned: 26, jobBudgetMs: 30_000 };
    const limited: Finding = {
      ...{ code: 'stopped-by-job-budget', severity: 'warning', subject: null, data },
    };
    assert.equal(
      open([-0.15, 0.19], stopped, { warnings: [limited] }),
      `What would decide it: a larger \`job-budget\`, or a smaller \`budget\` for each subject, ${end}`,
    );
    assert.match(
      open([-0.15, 0.19], stopped, { warnings: [limited], form: 'flags' }),
      /a larger `--job-budget`, or a smaller `--budget` for each subject/,
    );
  });

  test('A budget, or a tolerance, that decides some of the subjects is not promised for all', () => {
    const noisy = (name: string, changes: Parameters<typeof subject>[4]) => {
      const reasons = [of('interval-spans-tolerance')];
      const wide = { change: 0, interval: [-0.07, 0.07] as [number, number], reasons };
      return subject('api', name, 'inconclusive', [metric('cpu', 'inconclusive', wide)], changes);
    };
    const said = (other: SubjectVerdict) => {
      const subjects = [noisy('x', { budgetNeededMs: 360_000 }), other];
      return phraseToText(headline(verdictOf('inconclusive', subjects)).action);
    };
    assert.match(
      said(noisy('y', { budgetNeededMs: 120_000 })),
      /a budget of about 6 min per subject \(now 2 min\), or a tolerance/,
    );
    assert.match(
      said(noisy('y', { budgetNeededMs: null })),
      /a budget of about 6 min per subject \(now 2 min\), for 1 of these 2 subjects, or a tolerance/,
    );
    const cores = metric('cpu', 'inconclusive');
    const unfit = { reasons: [quoting('the machine was too disturbed')] };
    assert.equal(said(subject('api', 'y', 'inconclusive', [cores], unfit)), SEE_REASONS);
  });

  test('Of two states, the tolerance that would do lies beyond the worse one', () => {
    const states = [
      { change: 0.001, blocks: 17 },
      { change: -0.18, blocks: 9 },
    ];
    const disagree: Finding = {
      ...{ code: 'states-disagree', severity: 'doubt', subject: 'throughput', data: { states } },
    };
    const groups = states as NonNullable<SubjectVerdict['modes'][number]>['groups'];
    const modes: SubjectVerdict['modes'] = [{ metric: 'throughput', groups }];
    assert.match(
      open([-0.1, -0.02], [disagree], { modes }),
      /a tolerance of about 18% for throughput/,
    );
  });
});

test('The lines that repeat a run hold its flags, and placeholders only for what nobody knows', () => {
  const last = (changes: Parameters<typeof verdictOf>[2]) =>
    repeatCommands(verdictOf('unchanged', [subject('api', 'x', 'unchanged', [])], changes))
      .split('\n')
      .at(-1);
  const end = '--budget 120s --seed 20261123';
  const base = '--base 8f14e45fceea167a5a36dedd4bea2543b1a7c9d0';
  assert.equal(
    last({ flags: ['--config', 'ci/gate.yml', '--start', "node 'a b.js'", '--body', ''] }),
    `${TYPED_COMMAND} run ${base} --config ci/gate.yml --start 'node '\\''a b.js'\\''' --body '' ${end}`,
  );
  const { sources } = verdictOf('unchanged', []);
  const folder = { commit: null, description: 'a folder' };
  assert.equal(
    last({ sources: { ...sources, head: folder } }),
    `${TYPED_COMMAND} run ${base} --head-dir HEAD_FOLDER ${end}`,
  );
  assert.equal(
    last({ sources: { ...sources, base: folder } }),
    `${TYPED_COMMAND} run --base-dir BASE_FOLDER ${end}`,
  );
  assert.equal(last({ design: 'past' }), `${TYPED_COMMAND} run --baseline stored ${end}`);
  assert.equal(
    last({ design: 'alone', sources: { base: null, head: folder } }),
    `${TYPED_COMMAND} run --head-dir HEAD_FOLDER ${end}`,
  );
});

test('The lines that repeat a run fetch a commit that no clone has, and never check out what was never committed', () => {
  const { sources } = verdictOf('unchanged', []);
  const lines = (isSnapshot: boolean) =>
    repeatCommands(
      verdictOf('unchanged', [subject('api', 'x', 'unchanged', [])], {
        sources: {
          ...sources,
          head: {
            ...sources.head,
            commit: 'c9f0f895',
            description: 'HEAD',
            ...(isSnapshot && { isSnapshot }),
          },
        },
      }),
    ).split('\n');
  const [checkout = '', ...run] = lines(false);
  assert.equal(
    checkout,
    'git checkout c9f0f895 || git fetch origin c9f0f895 && git checkout c9f0f895 &&',
  );
  assert.deepEqual(lines(true), run);
});

test('No flag gets out of its quotation marks, whatever it holds', () => {
  const flag = "x\u001b]0;' ; reboot\u0007'; reboot #";
  const line = repeatCommands(
    verdictOf('unchanged', [subject('a', 'x', 'unchanged', [])], { flags: ['--start', flag] }),
  );
  // What is left outside the quotes is ours.
  const outside = line.replaceAll("'\\''", '').replace(/'[^']*'/g, '');
  assert.doesNotMatch(outside, /reboot/);
});

test("Autocannon's answers are shown by status, its timeouts once", () => {
  const slow = burst(10, { completed: 52, errors: 7, timeouts: 7, statuses: { 200: 40, 503: 12 } });
  const summary = renderSummary(
    verdictOf('unchanged', [
      subject('api', 'x', 'unchanged', [], { burst: { base: null, head: slow } }),
    ]),
  );
  assert.match(summary, /\| 40 × 200, 12 × 503 \| +7 \|/);
});

test('Counts are given when there is something to count', () => {
  assert.equal(countsLine(example('regression')), null);
  assert.equal(
    countsLine(example('regression-several')),
    '7 subjects: 2 regressed, 1 invalid, 1 inconclusive, 1 without a baseline, 1 improved, 1 unchanged.',
  );
});

test('Bad rows are open and first, unchanged rows are folded', () => {
  const comment = renderComment(example('regression-several'));
  const open = comment.slice(0, comment.indexOf('<details>'));
  assert.doesNotMatch(open, /⚪\sunchanged/);
  const signs = [...open.matchAll(/(🔴|⚠️|🟡|➖|🟢)\s(regr|inv|inc|no\sb|impr)/g)].map(
    ([, sign]) => sign,
  );
  assert.deepEqual([...new Set(signs)], ['🔴', '⚠️', '🟡', '➖', '🟢']);
});

test('Figures of an invalid subject are never called a regression', () => {
  const broken = verdictOf('invalid', [
    subject('api', 'x', 'invalid', [metric('throughput', 'regression', { change: -0.3 })]),
  ]);
  assert.doesNotMatch(renderComment(broken), /🔴|Regression/);
});

test('A warning that many subjects share is said once', () => {
  const comment = renderComment(example('many'));
  assert.equal(comment.match(/head stalls more than base does/g)?.length, 1);
  assert.match(comment, /and 197 more|, 197 more:/);
});

test("A metric's reason is said when it tells more than the subject's", () => {
  const stopped = {
    code: 'stopped-undecided',
    severity: 'doubt',
    subject: 'throughput',
    data: {},
  } as const;
  const metrics = [
    metric('throughput', 'inconclusive', { reasons: [stopped] }),
    metric('cpu', 'unchanged', {
      reasons: [{ code: 'perhaps-better', severity: 'note', subject: 'cpu', data: {} }],
    }),
    metric('memory', 'inconclusive', { reasons: [quoting('too noisy')] }),
  ];
  const said = (...reasons: Finding[]) =>
    renderComment(
      verdictOf('inconclusive', [subject('api', 'x', 'inconclusive', metrics, { reasons })]),
    ).split('stopped before').length - 1;
  assert.equal(said(stopped), 1);
  assert.equal(said(quoting('something else')), 1);
  assert.equal(said(), 1);
  const comment = renderComment(
    verdictOf('inconclusive', [subject('api', 'x', 'inconclusive', metrics)]),
  );
  assert.doesNotMatch(comment, /perhaps better|too noisy/);
});

test('That an interval spans the tolerance is in the word, and only the side that it leans to is said', () => {
  const spans = { code: 'interval-spans-tolerance', severity: 'doubt', data: {} } as const;
  const reasons: Finding[] = [{ ...spans, subject: 'throughput' }];
  const open = (scenario: string, interval: [number, number]) =>
    subject(
      'api',
      scenario,
      'inconclusive',
      [metric('throughput', 'inconclusive', { change: -0.04, interval, reasons })],
      { reasons },
    );
  const one = renderComment(verdictOf('inconclusive', [open('a', [-0.1, 0.02])]));
  assert.doesNotMatch(one, /spans the tolerance|Reasons and warnings/);
  const two = [open('a', [-0.1, 0.02]), open('b', [-0.104, -0.021])];
  const comment = renderComment(verdictOf('inconclusive', two));
  assert.match(
    comment,
    /^- `api\/b`: looks slower, by 2\.1% to 10\.4% \(throughput\): whether by more than 5% is open$/m,
  );
  assert.equal(comment.match(/^- /gm)?.length, 1 + (comment.match(/^- \*\*/gm)?.length ?? 0));
});

test('Hundreds of subjects fit: the worst 50 are open, the others counted', () => {
  const comment = renderComment(example('many'));
  assert.ok(comment.length < 60_000, `${comment.length} characters`);
  const open = comment.slice(0, comment.indexOf('<details>'));
  assert.equal(open.match(/🔴\sregression/g)?.length, 50);
  assert.match(comment, /The worst 50 subjects are above; 50 more subjects to look at/);
  assert.match(comment, /<summary>400 rows unchanged<\/summary>/);
  assert.match(comment, /<summary>Also measured \(shown only\): 300 rows<\/summary>/);
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
