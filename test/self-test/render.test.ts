/**
 * What a reader sees, held to the letter. After a change that is meant:
 * `UPDATE_GOLDEN=1 node --test test/self-test/render.test.ts`, then read the difference.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { renderSelfTestMarkdown, renderSelfTestText } from '../../src/self-test/render.ts';
import { example } from './example.ts';

const RENDERERS = {
  'knob.md': () => renderSelfTestMarkdown(example('knob')),
  'knob.txt': () => renderSelfTestText(example('knob')),
  'pauses.md': () => renderSelfTestMarkdown(example('pauses')),
  'pauses.txt': () => renderSelfTestText(example('pauses')),
};

describe('a self-test in print', () => {
  for (const [name, render] of Object.entries(RENDERERS)) {
    it(name, () => {
      const file = new URL(`./golden/${name}`, import.meta.url);
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, render());
      assert.equal(render(), readFileSync(file, 'utf8'));
    });
  }

  it('A self-test in print never gives a rate without its counts', () => {
    const figures = renderSelfTestMarkdown(example('knob')).match(
      /\S+ of \S+ \([^)]*%\) \[[^\]]*\]/g,
    );
    assert.ok((figures?.length ?? 0) > 20);
    const loose = renderSelfTestText(example('knob')).match(
      /(?:regression|unchanged) \d+(?:\.\d+)?%/,
    );
    assert.equal(loose, null);
  });

  it('A self-test in print stays within its lines, and harmless whatever the names are', () => {
    const hostile = {
      ...example('knob'),
      subject: 'a|b/<img src=x>\u001b[31m`@all',
      knob: '`X`|\n# Y',
    };
    const text = renderSelfTestText(hostile);
    assert.ok(!text.includes('\u001b'));
    assert.ok(text.split('\n').every((line) => line.length <= 100));
    const page = renderSelfTestMarkdown(hostile);
    assert.ok(!page.includes('\u001b'));
    assert.ok(!/^# Y/m.test(page));
    assert.match(page, /^## Self-test of ``a\|b\/<img src=x>`@all``$/m);
  });
});
