import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { annotationsOf } from '../../src/github/annotations.ts';
import type { Finding } from '../../src/judge/findings/finding.ts';
import { metric, subject, verdictOf } from '../report/build.ts';
import { quoting } from '../support/english.ts';

test('An error for each gating metric that got worse, with its interval; none for what is only shown', () => {
  const verdict = verdictOf('regression', [
    subject('api', 'json', 'regression', [
      metric('throughput', 'regression', { change: -0.081, interval: [-0.09, -0.072] }),
      metric('cpu', 'unchanged'),
      metric('memory', 'regression', { change: 0.12, gating: false }),
    ]),
  ]);
  assert.deepEqual(
    annotationsOf(verdict).map(({ level, title }) => [level, title]),
    [['error', 'Regression: api/json']],
  );
  assert.equal(
    annotationsOf(verdict)[0]?.message,
    'throughput −8.1% [−9.0%, −7.2%] (tolerance 5%).',
  );
});

test('Each other verdict has its level; unchanged says nothing', () => {
  const of = (...args: Parameters<typeof subject>) =>
    annotationsOf(verdictOf(args[2], [subject(...args)]));
  assert.deepEqual(of('api', 'x', 'unchanged', [metric('cpu', 'unchanged')]), []);
  assert.deepEqual(
    of('api', 'x', 'invalid', [], { reasons: [quoting('head crashed\n::error::no')] }),
    [{ level: 'error', title: 'Invalid: api/x', message: 'head crashed\n::error::no' }],
  );
  const lines = Array.from({ length: 40 }, (_, index) => `  line ${index}`);
  const [broken] = of('api', 'x', 'invalid', [], {
    reasons: [quoting(['head fails', ...lines].join('\n'))],
  });
  assert.deepEqual(broken?.message.split('\n'), ['head fails', ...lines.slice(-10)]);
  assert.deepEqual(
    of('api', 'x', 'no-baseline', [], { reasons: [quoting('base has no such server')] }),
    [{ level: 'notice', title: 'No baseline: api/x', message: 'base has no such server' }],
  );
  const [better] = of('api', 'x', 'improvement', [
    metric('cpu', 'improvement', { change: -0.1, interval: null }),
  ]);
  assert.deepEqual(better, {
    level: 'notice',
    title: 'Improvement: api/x',
    message: 'CPU per request −10.0% (tolerance 5%).',
  });
});

test('Annotations inconclusive: what could be seen, and what would decide it', () => {
  const [only, ...more] = annotationsOf(
    verdictOf('inconclusive', [
      subject(
        'api',
        'x',
        'inconclusive',
        [
          metric('throughput', 'inconclusive', {
            change: -0.02,
            interval: [-0.08, 0.04],
            mde: 0.07,
          }),
          metric('cpu', 'unchanged'),
        ],
        { budgetNeededMs: 301_000 },
      ),
    ]),
  );
  assert.deepEqual(more, []);
  assert.equal(only?.level, 'warning');
  assert.equal(
    only?.message,
    'throughput −2.0% [−8.0%, +4.0%] (tolerance 5%, smallest visible change 7.0%). ' +
      'A budget of 6 min would probably decide it.',
  );
});

test('A reason ends before the figures of what is open begin', () => {
  const tooDisturbed: Finding = {
    code: 'machine-too-disturbed',
    severity: 'doubt',
    subject: null,
    data: { disturbed: 4, blocks: 4, example: { kind: 'steal', share: 0.2 } },
  };
  const open = [metric('throughput', 'inconclusive', { change: -0.02, interval: [-0.08, 0.04] })];
  const [only] = annotationsOf(
    verdictOf('inconclusive', [
      subject('api', 'x', 'inconclusive', open, { reasons: [tooDisturbed] }),
    ]),
  );
  assert.match(only?.message ?? '', /Run again on a quieter machine\. throughput −2\.0%/);
});

test('Limits and differences are said in their own terms', () => {
  const verdict = verdictOf('regression', [
    subject('api', 'idle', 'regression', [
      metric('dropped', 'regression', { head: 0.001 }),
      metric('longest-stall', 'regression', { head: 0.152, gating: true }),
      metric('memory-growth', 'regression', {
        change: 412_000,
        interval: [388_000, 436_000],
        gating: true,
      }),
      metric('max', 'regression', { change: 3 }),
    ]),
    subject('api', 'x', 'inconclusive', [
      metric('memory-growth', 'inconclusive', {
        change: 11_300,
        interval: [-96_000, 118_600],
        mde: 160_000,
        gating: true,
      }),
      metric('dropped', 'inconclusive', { head: null }),
    ]),
  ]);
  assert.deepEqual(
    annotationsOf(verdict).map(({ message }) => message),
    [
      'connections dropped 0.10% (limit 0%).',
      'longest stall 152 ms (limit 100 ms).',
      'memory growth +402 [+379, +426] KiB/1,000 (tolerance 100 KiB/1,000).',
      'memory growth +11 [−94, +116] KiB/1,000 (tolerance 100 KiB/1,000, smallest visible change 156 KiB/1,000); ' +
        'connections dropped – (limit 0%).',
    ],
  );
});

test('At most ten, the gravest first, and the last counts the rest', () => {
  const notices = Array.from({ length: 8 }, (_, index) =>
    subject('new', `n${index}`, 'no-baseline', []),
  );
  const errors = Array.from({ length: 7 }, (_, index) =>
    subject('old', `e${index}`, 'regression', [metric('cpu', 'regression')]),
  );
  const all = annotationsOf(verdictOf('regression', [...notices, ...errors]));
  assert.equal(all.length, 10);
  assert.deepEqual(
    all.slice(0, 7).map(({ level }) => level),
    Array.from({ length: 7 }, () => 'error'),
  );
  assert.deepEqual([all[9]?.level, all[9]?.title], ['notice', '6 more']);
  assert.equal(annotationsOf(verdictOf('regression', errors)).length, 7);
});

test('They are written as the runner’s commands, and no text can add one', () => {
  const module = new URL('../../src/github/annotations.ts', import.meta.url);
  const annotations = [
    { level: 'error', title: 'a: b, c', message: 'one\n::add-path::/tmp/evil 100%' },
    { level: 'notice', title: 'n', message: 'm' },
  ];
  const script = `import { emitAnnotations } from ${JSON.stringify(module.href)};
    emitAnnotations(${JSON.stringify(annotations)});`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  assert.deepEqual(output.trim().split(/\r?\n/), [
    '::error title=a%3A b%2C c::one%0A::add-path::/tmp/evil 100%25',
    '::notice title=n::m',
  ]);
});
