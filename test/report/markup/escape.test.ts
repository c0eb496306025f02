import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  codeBlock,
  codeSpan,
  escapeText,
  linkTarget,
  oneLine,
  sentenceText,
  splitMessage,
  tableCell,
} from '../../../src/report/markup/escape.ts';
import { fc } from '../../support/properties.ts';

/** Text rich in what Markdown, HTML, GitHub and terminals give a meaning to. */
const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'`|\\<>&@#*_[]()!~$:/.\n\r\t -=+1a'),
    fc.constantFrom(
      '\u001b[31m',
      '\u202e',
      '\u200b',
      '\u2028',
      '\ud800',
      '漢',
      '🔴',
      'www.',
      '](x)',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 40,
});

test('One line holds no control, format or line-separating character', () => {
  fc.assert(
    fc.property(nasty, (text) => {
      assert.doesNotMatch(oneLine(text), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
  );
});

test('Text is clipped by characters, and says so', () => {
  assert.equal(oneLine('🔴'.repeat(10), 4), '🔴🔴🔴…');
  assert.ok(oneLine('x'.repeat(1e6)).length <= 600);
});

test('A code span is one span: its ticks occur nowhere inside', () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const span = codeSpan(text);
      const ticks = /^`+/.exec(span)?.[0] as string;
      const inside: string = span.slice(ticks.length, -ticks.length);
      assert.ok(span.endsWith(ticks));
      assert.ok(inside.length > 0 && !inside.startsWith('`') && !inside.endsWith('`'));
      assert.ok((inside.match(/`+/g) ?? []).every((run) => run !== ticks));
    }),
  );
});

test('Escaped text has no live Markdown, HTML, mention, reference or link, and a sentence none but code of plain words', () => {
  fc.assert(
    fc.property(nasty, fc.boolean(), (text, isSentence) => {
      const spans = /(?<!\\)`[\w .,:;{}=/'"%+()-]+`/g;
      const escaped = isSentence ? sentenceText(text).replace(spans, '·') : escapeText(text);
      // A sign in its place, so that what stood on either side does not seem to touch.
      const live = escaped.replace(/\\[\\`*_[\]~$]/g, '·');
      assert.doesNotMatch(live, /[`*_[\]~$<>]/);
      assert.doesNotMatch(live, /&(?!amp;|lt;|gt;)/);
      assert.doesNotMatch(live, /@\w|#\d|:\/\/|www\./i);
      assert.doesNotMatch(escaped, /^[#+\-=]|^\d+[.)](\s|$)/);
    }),
  );
});

test('A sentence of ours has its keys and flags as code, and what is foreign in it as text', () => {
  assert.equal(
    sentenceText('Set `--timeout 20s`, or `headers: { a: "b" }` in a_file'),
    'Set `--timeout 20s`, or `headers: { a: "b" }` in a\\_file',
  );
  for (const foreign of ['`a|b`', '`@me`', '`<b>`', '`$x$`', '`a', '``']) {
    assert.equal(sentenceText(foreign), escapeText(foreign));
  }
});

test('Plain sentences stay as they are', () => {
  const sentence = 'head answered 312 of 40,000 requests with status 500 (expected 200).';
  assert.equal(escapeText(sentence), sentence);
  assert.equal(escapeText('0.1.0'), '0.1.0');
});

test('A cell holds no free bar', () => {
  fc.assert(
    fc.property(nasty, (text) => {
      for (const cell of [tableCell(codeSpan(text)), tableCell(escapeText(text))]) {
        assert.doesNotMatch(cell, /(?<!\\)\||\\\\\|/);
      }
    }),
  );
});

test("A block's fence is longer than any run inside", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const [opening = '', ...lines] = codeBlock(text).split('\n');
      const fence = /^`+/.exec(opening)?.[0] as string;
      assert.equal(lines.pop(), fence);
      assert.ok(lines.every((line) => !line.includes(fence)));
    }),
  );
  assert.match(codeBlock('a\n'.repeat(100)), /… 60 more lines\n```$/);
});

test('Only web addresses become links, and cannot end them', () => {
  assert.equal(linkTarget('javascript:alert(1)'), null);
  assert.equal(linkTarget('nonsense'), null);
  assert.equal(linkTarget(undefined), null);
  assert.equal(linkTarget('https://a.example/x) [y](z'), 'https://a.example/x%29%20[y]%28z');
});

test('A message is split after its first line', () => {
  assert.deepEqual(splitMessage('one:\n\ntwo\nthree\n'), { first: 'one:', rest: 'two\nthree' });
  assert.deepEqual(splitMessage('one'), { first: 'one', rest: '' });
});
