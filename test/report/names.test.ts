/** In a versus everything that is said names the contenders, whatever was found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotationsOf } from '../../src/github/annotations.ts';
import { Finding } from '../../src/judge/findings/finding.ts';
import type { Verdict } from '../../src/judge/verdict/verdict.ts';
import { ONLY_ONCE } from '../../src/load/shared/resend.ts';
import { renderComment } from '../../src/report/comment.ts';
import { findingText } from '../../src/report/findings/finding.ts';
import { renderHtml } from '../../src/report/html/page.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { verdictFile } from '../../src/report/verdict-file.ts';
import { isVersus } from '../../src/report/wording/names.ts';
import { everyFinding } from '../support/every-finding.ts';
import { held, scaling } from './build.ts';
import { clear, pair, someClaims, VERSUS_EXAMPLES, versusOf } from './versus-examples.ts';

const NAMES = { base: 'go', head: 'gleam' };
const BUILD_WORDS = /\b(base|head)\b/i;

test('There is an example of every finding', () => {
  const codes = new Set(everyFinding().map(({ code }) => code));
  assert.deepEqual(
    Finding.options.map(({ shape }) => shape.code.value).filter((code) => !codes.has(code)),
    [],
  );
});

test('No finding says base or head where the contenders have names', () => {
  for (const finding of everyFinding()) {
    assert.doesNotMatch(findingText(finding, NAMES), BUILD_WORDS, finding.code);
  }
});

test('A finding about one contender says its name, and the other one’s where it compares', () => {
  const data = { more: 0.2, less: 0.1, limit: 0.3 };
  assert.match(
    findingText({ code: 'errors-differ', severity: 'warning', subject: 'head', data }, NAMES),
    /^gleam fails more often than go does/,
  );
  assert.match(
    findingText({ code: 'errors-differ', severity: 'warning', subject: 'base', data }, NAMES),
    /^go fails more often than gleam does/,
  );
});

test('What neither contender answers is told of both by their names', () => {
  const counts = { failed: 5, attempted: 100, example: 'expected status 200, got 500' };
  const data = {
    work: 'request',
    load: 'GET /',
    base: counts,
    head: counts,
    isHttp: true,
  } as const;
  const finding = { code: 'answers-broken', severity: 'error', subject: null, data } as const;
  assert.match(findingText(finding, NAMES), /^go and gleam did not answer as expected/);
  assert.match(findingText(finding), /^both builds did not answer as expected/);
});

test('Requests that fail as their connection ends are told with what to look for, and not with `expect`', () => {
  const told = (example: string) => {
    const counts = { failed: 5, attempted: 100, example };
    const data = {
      ...({ work: 'request', load: 'GET /', isHttp: true } as const),
      base: counts,
      head: counts,
    };
    return findingText({ code: 'answers-broken', severity: 'error', subject: null, data });
  };
  const cut = told('read ECONNRESET; status 200 and 2 bytes of its body came, 3 are missing');
  assert.match(cut, /one that crashes or is replaced.*`limits: \{ errors/);
  assert.doesNotMatch(cut, /`expect`/);
  const wrong = told('expected status 200, got 500');
  assert.match(wrong, /set `expect`/);
  assert.doesNotMatch(wrong, /crashes/);
  const left = told('the server takes no more requests on this connection (GOAWAY, NO_ERROR)');
  assert.match(left, /mend the errors\. By NO_ERROR .*a limit of requests for each.*`streams`/);
  assert.match(
    told('the server reset the stream (ENHANCE_YOUR_CALM); no status of an answer came'),
    /By ENHANCE_YOUR_CALM .*too much at once/,
  );
  // It has its own cure.
  assert.doesNotMatch(told(`the server closed the connection; ${ONLY_ONCE}`), /crashes/);
});

test('A finding of two builds says base and head', () => {
  assert.match(
    findingText({
      code: 'rare-stalls',
      severity: 'warning',
      subject: 'head',
      data: { share: 0.1 },
    }),
    /^head stalls more than base does/,
  );
});

const OUTPUTS: Record<string, (verdict: Verdict) => string> = {
  comment: (verdict) => renderComment(verdict),
  summary: (verdict) => renderSummary(verdict),
  terminal: (verdict) => renderTerminal(verdict, { color: false, width: 100, details: true }),
  page: (verdict) =>
    renderHtml(verdict).replace(
      /<style>.*?<\/style>|<\/?head>|<\/?thead>|<meta[^>]*>|class="[^"]*"/gs,
      '',
    ),
  file: (verdict) =>
    [...verdictFile(verdict).matchAll(/"message": (".*")/g)].map(([, text]) => text).join('\n'),
  'list of annotations': (verdict) => JSON.stringify(annotationsOf(verdict)),
};

/** Every finding there is, in every place where a verdict may have one. */
function withEverything(): Verdict {
  const findings = everyFinding();
  const metrics = clear().map((metric, i) => ({
    ...metric,
    reasons: findings.filter((_, at) => at % clear().length === i),
  }));
  const own = pair(['go', 'gleam'], 'plaintext', metrics, {
    verdict: 'inconclusive',
    reasons: findings.filter(({ severity }) => severity === 'doubt'),
    warnings: findings,
    pictures: [{ arm: 'head', of: 'block', perSecond: [1, 2, 3] }],
    hold: { base: held(), head: held({ dropped: 3 }) },
    reach: { base: 1, head: 0.9 },
  });
  const broken = pair(['go', 'gleam'], 'json', [], {
    verdict: 'invalid',
    reasons: findings.filter(({ severity }) => severity === 'error'),
  });
  return versusOf([own, broken], {
    claims: someClaims(true).map((one) => ({ ...one, reasons: findings })),
    scaling: [scaling('plaintext', { server: 'go-vs-gleam' })],
  });
}

for (const [name, render] of Object.entries(OUTPUTS)) {
  test(`A ${name} of a versus says the contenders’ names, and neither base nor head, whatever was found`, () => {
    const text = render(withEverything());
    assert.deepEqual(text.match(/.{0,60}\b(base|head)\b.{0,30}/gi) ?? [], []);
    if (name !== 'list of annotations') assert.match(text, /gleam/);
  });

  test(`A ${name} of a versus calls nothing a regression or an improvement`, () => {
    for (const [example, build] of Object.entries(VERSUS_EXAMPLES).filter(([, build]) =>
      isVersus(build()),
    )) {
      assert.doesNotMatch(render(build()), /regress|improve/i, example);
    }
  });
}
