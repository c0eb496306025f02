import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderComment } from '../../../src/report/comment.ts';
import { headline } from '../../../src/report/headline/headline.ts';
import { phraseToText } from '../../../src/report/markup/phrase.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import { mostTelling, rowsOf } from '../../../src/report/tables/rows.ts';
import { renderTerminal } from '../../../src/report/terminal.ts';
import { quoting } from '../../support/english.ts';
import { everyMetric, held, holdMetrics, metric, scaling, subject, verdictOf } from '../build.ts';
import { METRIC_EXAMPLES } from '../metric-examples.ts';

const example = (name: string) =>
  (METRIC_EXAMPLES[name] as NonNullable<(typeof METRIC_EXAMPLES)[string]>)();

const openPart = (comment: string) => comment.slice(0, comment.indexOf('<details>'));

test('What is only shown is folded, in the order of the metrics, and what moved is marked', () => {
  const comment = renderComment(example('tail-latency'));
  assert.match(
    comment,
    /<summary>Also measured \(shown only\): 10 rows, 🔴 1 got worse, 🟢 1 got better<\/summary>/,
  );
  assert.doesNotMatch(openPart(comment), /shown only|p90 latency/);
  const shown = comment
    .slice(comment.indexOf('Also measured'))
    .split('\n')
    .map(
      (line) =>
        /^\| (?:–|(?:⚪|🔴|🟢)\S*) *\| (\S+) *\|/u.exec(line.replaceAll('\u00a0', '_'))?.[1],
    )
    .flatMap((label) => label?.replaceAll('_', ' ') ?? []);
  assert.deepEqual(shown, [
    'p50 latency',
    'p90 latency',
    'p99.9 latency',
    'max latency',
    'memory',
    'memory (PSS)',
    'peak memory',
    'memory growth',
    'longest stall',
    'throughput spread (100 ms)',
  ]);
});

test('What is never judged has no word for its verdict', () => {
  const rows = rowsOf(example('tail-latency')).filter(({ metric }) =>
    ['p999', 'max'].includes(metric?.name ?? ''),
  );
  assert.deepEqual(
    rows.map(({ word }) => word),
    [null, null],
  );
  assert.match(
    renderSummary(example('tail-latency')),
    /^\| –\s\(shown\sonly\) +\| `\S+` +\| p99\.9\slatency /m,
  );
});

test('A metric has one unit over all subjects, and another metric its own', () => {
  const verdict = verdictOf('unchanged', [
    subject('api', 'a', 'unchanged', [
      metric('cpu', 'unchanged', { base: 20e-6, head: 21e-6 }),
      metric('p99', 'unchanged', { base: 900e-6, head: 910e-6 }),
    ]),
    subject('api', 'b', 'unchanged', [metric('p99', 'unchanged', { base: 4e-3, head: 5e-3 })]),
  ]);
  const units = rowsOf(verdict).map(({ base }) => base.replace(/[\d.,]+ /, ''));
  assert.deepEqual(units, ['µs', 'µs', 'µs']);
});

test('Where there is no room, what says most stays, in its order', () => {
  const rows = rowsOf(example('tail-latency'));
  assert.deepEqual(
    mostTelling(rows, 6).map(({ metric }) => metric?.name),
    ['p99', 'throughput', 'cpu', 'errors', 'p90', 'pss'],
  );
  assert.deepEqual(mostTelling(rows, 100), rows);
});

test('Lost connections stand open, a hold without any is folded', () => {
  const comment = renderComment(example('hold'));
  assert.match(openPart(comment), /\*\*Connections held\*\*\n\n`api\/idle`\n\n\| Arm /);
  assert.match(openPart(comment), /\| head \| 100,000 \| 100,000 \| +0 \| +0 \| +100 \| +28\.4 s /);
  assert.doesNotMatch(openPart(comment), /`chat\/idle`\n/);
  assert.match(
    comment,
    /<summary>Connections held: 1 subject, no connection refused, timed out or dropped<\/summary>/,
  );
  const text = renderTerminal(example('hold'), { color: false, width: 100 });
  assert.match(text, /api\/idle: connections held\n +Arm +Asked +Opened +Refused +Timed out/);
});

test('One arm of a hold is enough for its table', () => {
  const alone = verdictOf('no-baseline', [
    subject('api', 'idle', 'no-baseline', holdMetrics(), {
      hold: { base: null, head: held({ timedOut: 3, opened: 99_997 }) },
    }),
  ]);
  const comment = openPart(renderComment(alone));
  assert.match(comment, /\n\| head \| 100,000 \| 99,997 \| +0 \| +3 \|/);
  assert.doesNotMatch(comment, /\n\| base /);
});

test('Scaling: bounds are marked, and cores that the machine lacks are named', () => {
  const summary = renderSummary(example('scaling'));
  assert.match(summary, /\| +2 \| 39,800 req\/s \| +93% \| 31,240 req\/s \| +74% \|/);
  assert.match(summary, /\| 15,870 req\/s \| +≥ 87% \|/);
  assert.match(summary, /^4 and 8 cores: not measured, because this machine has fewer/m);
  const one = verdictOf('unchanged', [], { scaling: [scaling('x', { points: [], lacking: [1] })] });
  assert.match(renderComment(one), /^1 core: not measured/m);
  assert.match(renderTerminal(one, { color: false, width: 80 }), /1 core: not measured/);
});

test('One number of cores makes no curve, and no table says 100% of itself', () => {
  const [point] = scaling('x').points;
  assert.ok(point);
  const alone = verdictOf('unchanged', [], { scaling: [scaling('x', { points: [point] })] });
  assert.doesNotMatch(renderTerminal(alone, { color: false, width: 80 }), /scaling|Efficiency/);
  assert.doesNotMatch(renderSummary(alone), /Efficiency/);
});

test('Scaling counts what the subject counts', () => {
  const verdict = verdictOf(
    'unchanged',
    [subject('api', 'chat@2', 'unchanged', [metric('cpu', 'unchanged', { work: 'message' })])],
    { scaling: [scaling('chat')] },
  );
  assert.match(renderSummary(verdict), /39,800 msg\/s/);
});

test('A limit has no tolerance to suggest, and a difference no percentage', () => {
  const advice = (...names: ('throughput' | 'p99' | 'memory-growth' | 'longest-stall')[]) =>
    phraseToText(
      headline(
        verdictOf('inconclusive', [
          subject(
            'api',
            'x',
            'inconclusive',
            names.map((name) =>
              metric(name, 'inconclusive', {
                gating: true,
                ...(name === 'throughput' ? { change: -0.02, interval: [-0.063, 0.02] } : {}),
                ...(name === 'p99' ? { change: 0.1, interval: [-0.1, 0.293] } : {}),
              }),
            ),
            { budgetNeededMs: 300_000 },
          ),
        ]),
      ).action,
    );
  assert.match(
    advice('throughput', 'p99'),
    /or a tolerance of about 7% for throughput and 30% for p99 latency\.$/,
  );
  assert.doesNotMatch(advice('throughput', 'memory-growth'), /tolerance/);
  assert.doesNotMatch(advice('longest-stall'), /tolerance/);
  assert.match(advice('longest-stall'), /a budget of about 5 min/);
});

test('What could have been seen is said per metric', () => {
  const detail = phraseToText(
    headline(
      verdictOf('unchanged', [
        subject('api', 'x', 'unchanged', [
          metric('throughput', 'unchanged', { mde: 0.02 }),
          metric('p99', 'unchanged', { mde: 0.14 }),
          metric('p50', 'unchanged', { mde: 0.9 }),
          metric('dropped', 'unchanged'),
        ]),
        subject('api', 'y', 'unchanged', [metric('throughput', 'unchanged', { mde: 0.031 })]),
      ]),
    ).detail,
  );
  assert.match(detail, /red in 80% of such runs: throughput 3\.1% and p99 latency 14\.0%\.$/);
});

test('Every metric of many hostile subjects, their holds and scalings fit', () => {
  for (const mark of ['`', '&', '@', '|', '🔴', 'x']) {
    const text = mark.repeat(300);
    const subjects = Array.from({ length: 60 }, (_, index) =>
      subject(
        `${index}${text}`,
        text,
        'regression',
        [
          ...everyMetric(
            metric('memory-growth', 'regression', {
              gating: true,
              reasons: [quoting(`${index} ${text}`)],
            }),
            metric('p90', 'regression'),
          ),
          ...holdMetrics().filter(({ name }) => /connect|refused|dropped/.test(name)),
        ],
        {
          reasons: [quoting(`${index} ${text}\n${`${text}\n`.repeat(40)}`)],
          warnings: [quoting(`${index} ${text}\n${`${text}\n`.repeat(40)}`)],
          hold: { base: held({ dropped: index % 2 }), head: held() },
        },
      ),
    );
    const points = Array.from({ length: 64 }, (_, index) => ({
      cores: index + 1,
      base: 1e9,
      head: 1e9,
      baseEfficiency: 1,
      headEfficiency: 1,
      limited: true,
    }));
    const lacking = points.map(({ cores }) => cores + 64);
    const verdict = verdictOf('regression', subjects, {
      scaling: subjects.map(({ server }) => scaling(text, { server, points, lacking })),
    });
    const comment = renderComment(verdict);
    assert.ok(comment.length < 60_000, `${mark}: ${comment.length} characters`);
    assert.match(comment, /Also measured \(shown only\): [\d,]+ rows, 🔴 60 got worse/);
    for (const width of [40, 80]) {
      for (const line of renderTerminal(verdict, { color: false, width }).split('\n')) {
        assert.ok(!line.trimStart().startsWith('::'), line);
      }
    }
  }
});

test('1,000 subjects with every metric stay within the limits', () => {
  const crowd = verdictOf(
    'regression',
    Array.from({ length: 1000 }, (_, index) =>
      subject(
        `service-${index}`.repeat(9),
        'x'.repeat(200),
        'regression',
        [
          ...everyMetric(metric('p99', 'regression', { change: 0.4 })),
          ...holdMetrics().filter(({ name }) => /connect|refused|dropped/.test(name)),
        ],
        { hold: { base: held(), head: held({ dropped: 1 }) } },
      ),
    ),
    { scaling: Array.from({ length: 300 }, (_, index) => scaling(`${index}`.repeat(80))) },
  );
  const bytes = Buffer.byteLength(renderSummary(crowd));
  assert.ok(bytes < 1024 ** 2, `${bytes} bytes`);
  assert.ok(renderComment(crowd).length < 60_000);
});

test('No efficiency is told where the load generator was the limit at the fewest cores already', () => {
  const points = (limited: readonly boolean[]) =>
    scaling('plaintext').points.map((point, i) => ({ ...point, limited: limited[i] === true }));
  const shown = (...limited: boolean[]) =>
    renderTerminal(
      verdictOf('unchanged', [subject('api', 'plaintext@1', 'unchanged', [])], {
        scaling: [scaling('plaintext', { points: points(limited) })],
      }),
      { color: false, width: 100 },
    );
  assert.match(shown(false, true), /39,800 req\/s +≥ 93% .*≥ 74%\n.*efficiency is at least this/s);
  for (const limited of [[true, true], [true]]) {
    const text = shown(...limited);
    assert.match(text, /39,800 req\/s +– +31,240 req\/s +–\n/);
    assert.match(text, /At the fewest cores .* was the limit, so no efficiency can be told\./);
    assert.doesNotMatch(text, /≥/);
  }
});
