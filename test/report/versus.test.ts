/** The report of a versus: what it begins with, what makes it red, what it is safe from. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotationsOf } from '../../src/github/annotations.ts';
import type { Verdict } from '../../src/judge/verdict/verdict.ts';
import { renderComment } from '../../src/report/comment.ts';
import { renderHtml } from '../../src/report/html/page.ts';
import { displayWidth } from '../../src/report/screen/width.ts';
import { repeatCommands } from '../../src/report/sections/method.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { metric } from './build.ts';
import { claim, clear, pair, someClaims, VERSUS_EXAMPLES, versusOf } from './versus-examples.ts';

const example = (name: string): Verdict => (VERSUS_EXAMPLES[name] as () => Verdict)();
const boxOf = (verdict: Verdict) => /^> \[!(\w+)\]\n> (.*)$/m.exec(renderComment(verdict)) ?? [];

test('A comment begins with a sentence that has the names, the difference and its interval', () => {
  const [, alert, sentence] = boxOf(example('versus-clear'));
  assert.equal(alert, 'NOTE');
  assert.equal(
    sentence,
    '**`gleam-mist` serves 43.1% fewer requests per second than `go-http` [−45.0%, −41.0%].**',
  );
});

test('Contenders that cannot be told apart are called that, with what was measured', () => {
  const [, alert, sentence] = boxOf(example('versus-alike'));
  assert.equal(alert, 'NOTE');
  assert.match(sentence ?? '', /cannot be told apart by throughput: −0\.4% \[−3\.1%, \+2\.3%\]/);
});

test('A figure that is in doubt is not told as a difference, and the reason stands with it', () => {
  const [, , sentence] = boxOf(example('versus-doubted'));
  assert.match(
    sentence ?? '',
    /cannot be compared by throughput: the load generator was the limit/,
  );
});

test('What a comparison cannot say is left out where nothing was measured at all', () => {
  const measured = pair(['go-http', 'gleam-mist'], 'plaintext', clear());
  const reports = (blocks: number) => {
    const verdict = versusOf([{ ...measured, blocks }]);
    const wide = { color: false, width: 100, details: true };
    return [renderComment(verdict), renderTerminal(verdict, wide), renderHtml(verdict)];
  };
  for (const report of reports(8)) assert.match(report, /What this cannot say/);
  for (const report of reports(0)) assert.doesNotMatch(report, /cannot say/);
});

test('Only a refuted claim that gates makes a comment red, and the comment says which one and how', () => {
  const withClaims = (gate: boolean) =>
    versusOf([pair(['go-http', 'gleam-mist'], 'plaintext', clear())], { claims: someClaims(gate) });
  assert.equal(boxOf(withClaims(false))[1], 'NOTE');
  assert.equal(boxOf(withClaims(true))[1], 'CAUTION');
  assert.match(
    renderComment(withClaims(true)),
    /The check is red: the claim `gleam-mist\.throughput >= go-http\.throughput \* 1\.12` gates .* measured 0\.57 \[0\.55, 0\.59\], claimed ≥ 1\.12\./,
  );
  assert.doesNotMatch(renderComment(withClaims(false)), /check is (red|green)/);
});

test('A claim that gates and could not be decided makes a comment no red one, and none that looks green where that fails the job', () => {
  const open = (inconclusive: boolean) =>
    versusOf([pair(['go-http', 'gleam-mist'], 'plaintext', clear())], {
      claims: [claim('gleam-mist.p99 <= go-http.p99', { answer: 'undecided', gate: true })],
      failsOn: { inconclusive, noBaseline: false },
    });
  assert.equal(boxOf(open(false))[1], 'NOTE');
  assert.match(renderComment(open(false)), /undecided: `fail-on-inconclusive` is off/);
  assert.equal(boxOf(open(true))[1], 'WARNING');
  assert.match(
    renderComment(open(true)),
    /The check is red: the claim .* undecided, and `fail-on-inconclusive` is on\./,
  );
});

test('A contender that cannot be measured is the first thing that is said, with its cure', () => {
  const [, alert, sentence] = boxOf(example('versus-broken'));
  assert.equal(alert, 'WARNING');
  assert.match(sentence ?? '', /were not compared: gleam-mist: build failed: exit code 127/);
  assert.match(renderComment(example('versus-broken')), /Install it in a step before this one/);
});

test('The claims stand before everything else that was measured', () => {
  const comment = renderComment(example('versus-claims'));
  assert.ok(comment.indexOf('| Claim') < comment.indexOf('```text'));
  assert.match(comment, /\*\*\?\u00a0undecided\*\*/);
  assert.match(comment, /about 45 blocks would probably decide it/);
});

test('Contenders that share a rank are marked in the table and named together in the sentence', () => {
  const comment = renderComment(example('versus-three'));
  assert.match(comment, /by throughput: 1\\\. rust; 2\. go and erlang \(not told apart\)/);
  assert.match(comment, /\| 2 = {2}\| `go` {6}\|/);
});

test('Contenders that share a rank are called alike where every two of them were shown to be', () => {
  const same = [metric('throughput', 'unchanged')];
  const open = [metric('throughput', 'inconclusive')];
  const line = (last: typeof same) =>
    renderComment(
      versusOf([
        pair(['rust', 'go'], 'plaintext', same),
        pair(['rust', 'erlang'], 'plaintext', same),
        pair(['go', 'erlang'], 'plaintext', last),
      ]),
    );
  assert.match(line(same), /1\\\. rust, go and erlang \(alike\)/);
  assert.match(line(open), /1\\\. rust, go and erlang \(not told apart\)/);
});

test('The error rate is said to be shared by the metrics that gate, and by no other', () => {
  const told = (metrics: Parameters<typeof pair>[2], claims = someClaims(false)) =>
    renderComment(versusOf([pair(['go-http', 'gleam-mist'], 'plaintext', metrics)], { claims }));
  assert.match(
    told(clear()),
    /What is told apart by throughput, CPU per request and p99 latency shares an error rate of 1% with the claims\. Any other metric has the level of one of these, on top of that rate\. Each interval/,
  );
  const gating = clear().filter((one) => one.gating);
  assert.match(told(gating, []), /p99 latency shares an error rate of 1%\. Each interval/);
  const aside = clear().map((one) => ({ ...one, gating: false }));
  assert.match(
    told(aside),
    /The claims share an error rate of 1%, and comparisons come on top of that\./,
  );
  assert.match(
    told(aside, []),
    /Each comparison has an error rate of 1% at most, by itself\. Each/,
  );
});

test('One text that is claimed of several scenarios stands there once for each, with the scenario', () => {
  const text = 'gleam-mist.throughput >= go-http.throughput';
  const of = (scenario: string) =>
    claim(text, { of: { left: { server: 'gleam-mist', scenario } } });
  const comment = renderComment(
    versusOf([pair(['go-http', 'gleam-mist'], 'plaintext', clear())], {
      claims: [of('plaintext'), of('json')],
    }),
  );
  assert.ok(comment.includes(`${text} (plaintext)`));
  assert.ok(comment.includes(`${text} (json)`));
});

test('Whatever is compared, a comment stays within what GitHub takes, and plots within their width', () => {
  const names = Array.from({ length: 9 }, (_, i) => `contender-${i}-${'x'.repeat(60)}`);
  const many = names.flatMap((a, i) =>
    names
      .slice(i + 1)
      .flatMap((b) =>
        ['one', 'two', 'three', 'four'].map((scenario) => pair([a, b], scenario, clear())),
      ),
  );
  const comment = renderComment(
    versusOf(many, { claims: Array.from({ length: 300 }, () => someClaims(true)).flat() }),
  );
  assert.ok(comment.length < 60_000, `${comment.length}`);
  for (const [, plot = ''] of comment.matchAll(/```text\n(.*?)```/gs)) {
    for (const line of plot.split('\n')) assert.ok(displayWidth(line) <= 76, line);
  }
});

test('Hostile names and claims stay text in a comment, on a terminal and in the page', () => {
  const hostile = example('versus-hostile');
  const outside = renderComment(hostile)
    .replace(/(`{3,})\w*\n[\s\S]*?\n\1/g, '')
    .replace(/(`+)[^`].*?\1/g, '');
  assert.doesNotMatch(outside, /<img|<script|\]\(https:\/\/evil|@octocat/);
  assert.doesNotMatch(renderHtml(hostile), /<img|<script/);
  assert.ok(!renderTerminal(hostile, { color: false, width: 80 }).includes('\u202e'));
});

test('The command that repeats it has the contenders, the budget and the seed, each quoted', () => {
  assert.match(
    repeatCommands(example('versus-clear')),
    /^node \S+ versus go-http gleam-mist --scenarios-of go-http --budget 120s --seed 20261123$/,
  );
  assert.match(repeatCommands(example('versus-hostile')), / versus '`\|`/);
});

test('A versus is annotated with refuted claims that gate and with what could not be measured, and nothing else', () => {
  const titles = (name: string) =>
    annotationsOf(example(name)).map(({ level, title }) => `${level} ${title}`);
  assert.deepEqual(titles('versus-clear'), []);
  assert.deepEqual(titles('versus-claims'), ['error Claim refuted']);
  assert.deepEqual(titles('versus-broken'), [
    'error Not compared: go-http-vs-gleam-mist/plaintext',
  ]);
  assert.deepEqual(titles('claims'), ['error Claim refuted']);
});
