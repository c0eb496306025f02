import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMENT_LIMIT, fit, fitSummary } from '../../src/github/truncate.ts';
import { renderComment } from '../../src/report/comment.ts';
import { metric, subject, verdictOf } from '../report/build.ts';
import { fc } from '../support/properties.ts';

const NOTE = /\n\n> \*\*Cut here\*\* .*\.\n$/;

function lines(count: number, text = 'a line of text'): string {
  return Array.from({ length: count }, (_, index) => `${text} ${index}`).join('\n');
}

/** What was kept of the original. */
function kept(cut: string): string {
  assert.match(cut, NOTE);
  return cut.replace(NOTE, '');
}

test('What fits stays as it is', () => {
  for (const text of ['', 'short', 'x'.repeat(100)]) assert.equal(fit(text, 100), text);
});

test('A cut falls between lines and says where the rest is', () => {
  const text = lines(100);
  const cut = fit(text, 500, '[the run](https://example.test)');
  assert(cut.length <= 500);
  assert(cut.length > 400, 'the room is used');
  assert(text.startsWith(`${kept(cut)}\n`));
  assert.match(cut, /The rest is in \[the run\]\(https:\/\/example\.test\)\.\n$/);
});

test('A table keeps whole rows, and never loses the rule under its head', () => {
  const table = `Table:\n\n| name | value |\n| --- | --: |\n${lines(40).replace(/^.*$/gm, '| $& | 1 |')}`;
  const rows = new Set(table.split('\n'));
  for (let limit = 90; limit < 600; limit++) {
    const text = kept(fit(table, limit));
    for (const line of text.split('\n')) assert(rows.has(line), `${limit}: ${line}`);
    assert(!text.endsWith('| name | value |'), `${limit}: head without rule`);
  }
});

test('Open details are closed, the inner first', () => {
  const text = `top\n\n<details><summary>one</summary>\n\n<details>\n<summary>two</summary>\n\n${lines(50)}`;
  const cut = kept(fit(text, 300));
  assert.match(cut, /a line of text \d+\n\n<\/details>\n\n<\/details>$/);
});

test('An open code block is closed by its own fence, and holds no tags', () => {
  const text = `<details>\n\n~~~~sh\n</details>\n~~~\n\`\`\`\n${lines(50)}`;
  assert.match(kept(fit(text, 300)), /a line of text \d+\n~~~~\n\n<\/details>$/);
});

test('A closed block and a tag in code need no closing', () => {
  const text = `\`\`\`\n<details>\n\`\`\`\nsee \`<details>\` and <!-- <details> -->\n${lines(50)}`;
  assert.match(kept(fit(text, 300)), /a line of text \d+$/);
});

test('A text is cut never inside an HTML comment or a summary', () => {
  const text = `top\n<!--\n${lines(10)}\n-->\n${lines(50)}`;
  assert.equal(kept(fit(text, 150)), 'top');
  const summary = `top\n<details>\n<summary>\n${lines(10)}\n</summary>\n${lines(50)}`;
  assert.doesNotMatch(kept(fit(summary, 170)), /<summary>/);
});

test('One line that is too long is cut between characters and outside of a tag', () => {
  const faces = '😀'.repeat(500);
  for (const limit of [200, 201]) {
    const cut = fit(faces, limit);
    assert(cut.length <= limit);
    assert(cut.isWellFormed());
    assert.match(kept(cut), /^(😀)+$/u);
  }
  const tagged = kept(fit(`${'x'.repeat(30)}<details open="${'y'.repeat(500)}">`, 140));
  assert.equal(tagged, 'x'.repeat(30));
});

const markdown = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.constantFrom(
        '```',
        '~~~~',
        '````md',
        '<details>',
        '</details>',
        '<details><summary>x</summary>',
        '<summary>',
        '</summary>',
        '<!-- a -->',
        '<!--',
        '-->',
        '| a | b |',
        '| --- | --- |',
        '',
        '> [!NOTE]',
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join('\n'));

test('Any text: within the limit, well formed, and a beginning of the original', () => {
  fc.assert(
    fc.property(markdown, fc.integer({ min: 0, max: 1200 }), (text, limit) => {
      const cut = fit(text, limit);
      assert(cut.length <= limit);
      assert(cut.isWellFormed());
      if (text.length <= limit) assert.equal(cut, text);
      const bytes = fitSummary(text, limit, 'summary.md');
      assert(Buffer.byteLength(bytes) <= limit);
    }),
  );
});

test('Details balance in any cut of balanced details', () => {
  const nested = fc.letrec<{ block: string }>((tie) => ({
    block: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('some text', '| a | b |\n| --- | --- |\n| 1 | 2 |', '```\n<details>\n```'),
      fc
        .array(tie('block'), { minLength: 1, maxLength: 4 })
        .map(
          (blocks) => `<details>\n<summary>more</summary>\n\n${blocks.join('\n\n')}\n\n</details>`,
        ),
    ),
  })).block;
  fc.assert(
    fc.property(
      fc.array(nested, { maxLength: 10 }),
      fc.integer({ min: 100, max: 900 }),
      (all, limit) => {
        const cut = fit(all.join('\n\n'), limit).replace(/```\n<details>\n```/g, '');
        const count = (tag: string) => cut.split(tag).length - 1;
        assert.equal(count('<details>'), count('</details>'));
        assert.equal(count('```') % 2, 0);
        assert.equal(count('<summary>'), count('</summary>'));
      },
    ),
  );
});

test('A real comment, cut anywhere, keeps its verdict and its structure', () => {
  const subjects = Array.from({ length: 100 }, (_, index) =>
    subject('api', `path-${index}`, 'regression', [
      metric('throughput', 'regression', { change: -0.081 }),
      metric('cpu', 'regression', { change: 0.085 }),
    ]),
  );
  const whole = renderComment(verdictOf('regression', subjects));
  assert(whole.length < COMMENT_LIMIT, 'the report limits its own rows');
  for (let limit = 1000; limit < whole.length; limit += 997) {
    const cut = fit(whole, limit);
    assert(cut.length <= limit);
    assert(cut.startsWith('### Throughput Gate\n\n> [!CAUTION]\n'));
    const text = kept(cut);
    const count = (tag: RegExp) => text.match(tag)?.length ?? 0;
    assert.equal(count(/<details/g), count(/<\/details>/g), `${limit}: details`);
    for (const row of text.split('\n').filter((line) => line.startsWith('|'))) {
      assert(row.endsWith('|'), `${limit}: ${row}`);
    }
  }
});
