import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { annotationsOf } from '../../../src/github/annotations.ts';
import type { SubjectVerdict, Verdict } from '../../../src/judge/verdict/verdict.ts';
import { renderComment } from '../../../src/report/comment.ts';
import { headline } from '../../../src/report/headline/headline.ts';
import { phraseToText } from '../../../src/report/markup/phrase.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import { renderTerminal } from '../../../src/report/terminal.ts';
import { quoting } from '../../support/english.ts';
import { metric, subject, verdictOf } from '../build.ts';

const SLOWER = metric('throughput', 'regression', { change: -0.081, interval: [-0.09, -0.072] });
const FIRST = { change: -0.081, interval: [-0.09, -0.072] as [number, number], blocks: 6 };
const FIRST_RUNNER = { startedAt: '2026-11-23T17:20:00.000Z', cpuModel: 'Intel(R) Xeon(R) 8370C' };

const awaiting = (...others: SubjectVerdict[]) =>
  verdictOf('regression', [subject('api', 'json', 'regression', [SLOWER]), ...others], {
    awaitsConfirmation: true,
  });

function confirmed(changes: Partial<Verdict> = {}): Verdict {
  const second = metric('throughput', 'regression', { change: -0.075, interval: [-0.085, -0.065] });
  const confirmations = [{ metric: 'throughput' as const, first: FIRST, confirmed: true }];
  return verdictOf(
    'regression',
    [subject('api', 'json', 'regression', [second], { confirmations })],
    { confirmationOf: FIRST_RUNNER, ...changes },
  );
}

function notConfirmed(): Verdict {
  const reason = {
    code: 'not-confirmed',
    severity: 'doubt',
    subject: 'throughput',
    data: { first: -0.081, second: -0.003 },
  } as const;
  const second = metric('throughput', 'inconclusive', {
    change: -0.003,
    interval: [-0.012, 0.006],
    reasons: [reason],
  });
  const confirmations = [{ metric: 'throughput' as const, first: FIRST, confirmed: false }];
  return verdictOf(
    'inconclusive',
    [
      subject('api', 'json', 'inconclusive', [second], {
        confirmations,
        reasons: [reason],
      }),
    ],
    { confirmationOf: FIRST_RUNNER },
  );
}

const firstLine = (verdict: Verdict) => {
  const { title, action } = headline(verdict);
  return [title, action].map(phraseToText).join(' ');
};

describe('a regression that awaits its confirmation', () => {
  it('A regression that awaits its confirmation says first that it was measured, that it is measured again, and that nothing is blocked', () => {
    assert.equal(
      firstLine(awaiting()),
      'Regression measured, not confirmed yet: api/json serves 8.1% fewer requests per second. ' +
        'It is to be measured again on a fresh runner; nothing is blocked yet.',
    );
    const [, , box, title] = renderComment(awaiting()).split('\n');
    assert.equal(box, '> [!WARNING]');
    assert.match(title ?? '', /not confirmed yet: `api\/json` .* nothing is blocked yet\.\*\*$/);
    assert.match(
      renderTerminal(awaiting(), { color: false, width: 200 }),
      /nothing is blocked yet/,
    );
    assert.match(renderSummary(awaiting()), /nothing is blocked yet/);
    assert.doesNotMatch(renderComment(awaiting()), /Do not merge/);
  });

  it('A regression that awaits its confirmation does not hide what blocks all the same', () => {
    const broken = subject('api', 'upload', 'invalid', [], { reasons: [quoting('head crashed')] });
    assert.match(
      firstLine(awaiting(broken)),
      /fresh runner; what blocks is the broken measurement of api\/upload\.$/,
    );
  });

  it('A regression that awaits its confirmation is a warning, not an error', () => {
    assert.deepEqual(annotationsOf(awaiting()), [
      {
        level: 'warning',
        title: 'Slowdown, not confirmed yet: api/json',
        message:
          'throughput −8.1% [−9.0%, −7.2%] (tolerance 5%). It is to be measured again on a fresh runner; it does not block yet.',
      },
    ]);
  });
});

describe('a confirmation', () => {
  it('A confirmation that confirms names both runners and both figures, and which of them to quote', () => {
    assert.match(
      firstLine(confirmed()),
      /^Regression, confirmed on a second runner: api\/json serves 7\.5% fewer .* Do not merge/,
    );
    assert.equal(
      phraseToText(headline(confirmed()).detail).replace(/ To accept it: .*$/, ''),
      'On the first runner (Intel(R) Xeon(R) 8370C) throughput was −8.1% [−9.0%, −7.2%]; ' +
        'on this one (AMD EPYC 7763 64-Core Processor) it is −7.5% [−8.5%, −6.5%].',
    );
    for (const text of [renderComment(confirmed()), renderSummary(confirmed())]) {
      assert.match(text, /\*\*Confirmation\*\*/);
      assert.match(text, /First runner: Intel\(R\) Xeon\(R\) 8370C \| +This runner: AMD EPYC 7763/);
      assert.match(
        text,
        /`api\/json` \| throughput \| .*−8\.1% \[−9\.0%, −7\.2%\] \| .*−7\.5% \[−8\.5%, −6\.5%\] \| confirmed/,
      );
      assert.match(text, /Quote this runner's figure/);
    }
    const terminal = renderTerminal(confirmed(), { color: false, width: 200 });
    assert.match(
      terminal,
      /api\/json throughput: −8\.1% \[−9\.0%, −7\.2%\] there, −7\.5% \[−8\.5%, −6\.5%\] here: confirmed/,
    );
    assert.deepEqual(
      annotationsOf(confirmed()).map(({ level, title }) => [level, title]),
      [['error', 'Regression, confirmed on a second runner: api/json']],
    );
  });

  it('A confirmation that does not confirm is neither a regression nor a pass', () => {
    const verdict = notConfirmed();
    assert.equal(
      firstLine(verdict),
      'Not confirmed: api/json was worse on the first runner, and is not shown to be worse on this one. No regression is reported.',
    );
    const detail = phraseToText(headline(verdict).detail);
    assert.match(detail, /−8\.1% \[−9\.0%, −7\.2%\]; .* −0\.3% \[−1\.2%, \+0\.6%\]\./);
    assert.match(detail, /not a pass/);
    const comment = renderComment(verdict);
    assert.match(comment, /\| not confirmed/);
    assert.doesNotMatch(comment, /Quote this/);
    const [annotation] = annotationsOf(verdict);
    assert.equal(annotation?.level, 'warning');
    assert.equal(annotation?.title, 'Not confirmed: api/json');
    assert.match(annotation?.message ?? '', /−8\.1% on the first runner, −0\.3% on this one/);
  });

  it('A confirmation that broke has no figure to set beside the first', () => {
    const confirmations = [{ metric: 'throughput' as const, first: FIRST, confirmed: false }];
    const broken = verdictOf(
      'invalid',
      [
        subject('api', 'json', 'invalid', [metric('throughput', 'invalid', { change: -0.5 })], {
          reasons: [quoting('head crashed')],
          confirmations,
        }),
      ],
      { confirmationOf: FIRST_RUNNER },
    );
    assert.match(renderComment(broken), /−8\.1% \[−9\.0%, −7\.2%\] \| +invalid \| not confirmed/);
  });

  it('A confirmation of a limit tells the value that there is', () => {
    const dropped = metric('dropped', 'regression', { head: 0.01 });
    const verdict = verdictOf(
      'regression',
      [
        subject('api', 'idle', 'regression', [dropped], {
          confirmations: [
            {
              metric: 'dropped',
              first: { change: null, interval: null, blocks: 6 },
              confirmed: true,
            },
          ],
        }),
      ],
      { confirmationOf: FIRST_RUNNER },
    );
    assert.match(
      renderTerminal(verdict, { color: false, width: 200 }),
      /connections dropped: over the limit there, 1\.\d*% \(limit 0%\) here: confirmed/,
    );
  });

  it('A confirmation takes no markup from the first measurement', () => {
    const hostile = confirmed({
      confirmationOf: { startedAt: '<b>|@now', cpuModel: 'a|b<script>@all](x)\u001b[31m' },
    });
    for (const text of [renderComment(hostile), renderSummary(hostile)]) {
      assert.doesNotMatch(text, /<script>|<b>|@all/);
      assert.ok(!text.includes('\u001b'));
      const row = text.split('\n').find((line) => line.includes('First runner')) as string;
      assert.equal(row.split(/(?<!\\)\|/).length, 7);
    }
    assert.ok(!renderTerminal(hostile, { color: false, width: 100 }).includes('\u001b'));
  });
});
