/** The first line of a report of claims: src/report/claims/sentence.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClaimVerdict } from '../../../src/judge/verdict/claim-verdict.ts';
import { claimsSentence } from '../../../src/report/claims/sentence.ts';
import { renderComment } from '../../../src/report/comment.ts';
import { phraseToText } from '../../../src/report/markup/phrase.ts';
import { claim, clear, pair, versusOf } from '../versus-examples.ts';

const TEXT = 'gleam.throughput >= go.throughput * 1.12';
const verdictOf = (claims: ClaimVerdict[]) =>
  versusOf([pair(['go-http', 'gleam-mist'], 'plaintext', clear())], { claims });
const said = (...claims: ClaimVerdict[]) => {
  const sentence = claimsSentence(verdictOf(claims));
  return sentence && phraseToText(sentence);
};

test('The answer to a single claim is said with its figures, whichever it is', () => {
  const words = { holds: 'holds', refuted: 'is refuted', undecided: 'is undecided' } as const;
  for (const answer of ['holds', 'refuted', 'undecided'] as const) {
    assert.equal(
      said(claim(TEXT, { answer })),
      `The claim ${TEXT} ${words[answer]}: measured 0.57 [0.55, 0.59], claimed ≥ 1.12.`,
    );
  }
});

test('Where nothing was measured, there are no figures', () => {
  const none = { answer: 'undecided', estimate: null, interval: null } as const;
  assert.equal(said(claim(TEXT, none)), `The claim ${TEXT} is undecided.`);
  assert.equal(said(), null);
});

test('Several claims are counted, and the only refuted one is named', () => {
  const [holds, refuted] = [claim('a.x <= b.x', {}), claim(TEXT, { answer: 'refuted' })];
  assert.equal(
    said(holds, holds, refuted),
    `Of 3 claims, 2 hold, 1 is refuted. Refuted is ${TEXT}: measured 0.57 [0.55, 0.59].`,
  );
  assert.equal(said(holds, refuted, refuted), 'Of 3 claims, 1 holds, 2 are refuted.');
});

test('A comment begins with it, and the comparison follows', () => {
  const lines = renderComment(verdictOf([claim(TEXT, { answer: 'refuted' })])).split('\n');
  const first = lines.findIndex((line) => line.includes('The claim'));
  assert.match(lines[first] ?? '', /^> \*\*The claim `gleam\.throughput .* is refuted: measured /);
  const then = lines.findIndex((line) => line.includes('fewer requests per second'));
  assert.ok(first === 3 && then > first, `${first} ${then}`);
});

test('Where nothing could be measured, the reason stands before the claims that are undecided for it', () => {
  const broken = {
    ...pair(['go-http', 'gleam-mist'], 'plaintext', clear()),
    verdict: 'invalid' as const,
  };
  const open = claim(TEXT, { answer: 'undecided', estimate: null, interval: null });
  const lines = renderComment(versusOf([broken], { claims: [open] })).split('\n');
  const at = (text: string) => lines.findIndex((line) => line.includes(text));
  assert.equal(at('were not compared'), 3);
  assert.ok(at('is undecided') > 3);
});
