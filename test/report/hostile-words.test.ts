/** Words of strangers, of any length and any characters: a comment keeps its size and its shape. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderComment } from '../../src/report/comment.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { quoting } from '../support/english.ts';
import { fc } from '../support/properties.ts';
import { metric, subject, verdictOf } from './build.ts';

test('Hostile notes, names and commands of any length fit into a comment', () => {
  for (const mark of ['`', '&', '@', '|', '🔴', 'x']) {
    const text = mark.repeat(2000);
    const crowd = Array.from({ length: 60 }, (_, index) =>
      subject(
        `${index}${text}`,
        text,
        'regression',
        [
          metric('throughput', 'regression', {
            change: -0.08,
            reasons: [quoting(`${index} ${text}`)],
          }),
        ],
        {
          reasons: [quoting(`${index} ${text}\n${`${text}\n`.repeat(40)}`)],
          warnings: [quoting(`${index} ${text}\n${`${text}\n`.repeat(40)}`)],
        },
      ),
    );
    const comment = renderComment(
      verdictOf('regression', crowd, {
        commands: crowd.map(() => ({ subject: text, build: text, start: text, load: text })),
        flags: [text, text],
        sources: {
          base: { commit: null, description: text },
          head: { commit: null, description: text },
        },
      }),
    );
    assert.ok(comment.length < 60_000, `${mark}: ${comment.length} characters`);
    assert.match(comment, /How this was measured/);
    assert.match(comment, /🔴\sregression/);
  }
});

test('Fifteen notes of 2,000 characters each leave room for how it was measured', () => {
  const subjects = Array.from({ length: 15 }, (_, index) =>
    subject(`s${index}`, 'x', 'invalid', [], {
      reasons: [
        quoting(
          `${index}: it ended with code 1. Its last lines:\n${'error at line\n'.repeat(140)}`,
        ),
      ],
    }),
  );
  const comment = renderComment(verdictOf('invalid', subjects));
  assert.ok(comment.length < 60_000, `${comment.length} characters`);
  assert.match(comment, /<summary>How this was measured<\/summary>/);
});

const nastyName = fc.string({
  unit: fc.constantFrom(
    ...'`|\\<>&@#*[]()!:/.\n\r -x',
    '\u001b[2J',
    '</details>',
    '```',
    '@octocat',
  ),
  maxLength: 30,
});

test('No name, message or command breaks out, whatever it is', () => {
  fc.assert(
    fc.property(nastyName, nastyName, nastyName, (server, scenario, text) => {
      const verdict = verdictOf(
        'regression',
        [
          subject(server, scenario, 'regression', [metric('cpu', 'regression', { change: 0.1 })], {
            warnings: [quoting(`w ${text}`)],
            reasons: [quoting(`r ${text}`)],
          }),
          subject(scenario, server, 'unchanged', [metric('throughput', 'unchanged')]),
        ],
        { commands: [{ subject: server, build: text, start: text, load: text }] },
      );
      for (const markdown of [renderComment(verdict), renderSummary(verdict)]) {
        const outside = withoutCode(markdown);
        const tags = outside.match(/<[^>\n]*>?/g) ?? [];
        assert.ok(
          tags.every((tag) => /^<\/?(details|summary|sub)>$/.test(tag)),
          `${tags}`,
        );
        assert.equal(outside.split('<details>').length, outside.split('</details>').length);
        assert.doesNotMatch(outside, /@\w/);
        assert.doesNotMatch(outside, /^#{1,6} (?!Throughput Gate|How this was)/m);
        const tables = withoutFences(markdown).match(/(^\|.*\n)+/gm) ?? [];
        assert.ok(tables.length > 0);
        for (const table of tables) {
          const widths = table
            .trim()
            .split('\n')
            .map((line) => line.replaceAll('\\|', '').split('|').length);
          assert.equal(new Set(widths).size, 1, table);
        }
      }
    }),
    // A name of several lines, which a command repeats in its fence.
    { numRuns: 150, examples: [['\n||\n|', '', '']] },
  );
});

/** Markdown without its fenced blocks and code spans. */
function withoutCode(markdown: string): string {
  return withoutFences(markdown).replace(/(?<![`\\])(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '');
}

function withoutFences(markdown: string): string {
  return markdown.replace(/^ *(`{3,})[a-z]+\n[\s\S]*?\n *\1$/gm, '');
}
