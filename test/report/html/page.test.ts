/** The page on its own: safe whatever the texts are, whole without any other file. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { renderHtml } from '../../../src/report/html/page.ts';
import { EXAMPLES } from '../examples.ts';
import { VERSUS_EXAMPLES } from '../versus-examples.ts';

const pages = Object.entries({ ...EXAMPLES, ...VERSUS_EXAMPLES }).map(([name, build]) => ({
  name,
  page: renderHtml(build()),
}));
const pageOf = (name: string) => pages.find((one) => one.name === name)?.page ?? '';

test('Every example makes a whole page', () => {
  for (const { name, page } of pages) {
    assert.match(page, /^<!doctype html>\n<html lang="en">/, name);
    assert.match(page, /<\/html>\n$/, name);
    assert.match(page, /<p class="lead">\S/, name);
  }
});

test('Nothing is loaded from anywhere and nothing runs', () => {
  for (const { name, page } of pages) {
    assert.doesNotMatch(
      page,
      /<(script|link|img|iframe|object|embed|form|base|audio|video)\b/i,
      name,
    );
    // What is inside of a quoted value is text: what must not be there is an attribute of such a name.
    const bare = page.replace(/="[^"]*"/g, '=""');
    assert.doesNotMatch(bare, /<[^>]*\s(on\w+|style|src|srcset|background)\s*=/i, name);
    assert.doesNotMatch(page.replace(/<pre[^>]*>.*?<\/pre>/gs, ''), /url\(|@import/, name);
    const targets = [...page.matchAll(/<[^>]*\shref="([^"]*)"/g)].map(([, target]) => target);
    assert.ok(
      targets.every((target) => /^https?:\/\//.test(target ?? '')),
      name,
    );
  }
});

test('The page’s own policy allows its style sheet by its digest, and nothing else', () => {
  const page = pageOf('regression');
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
  const digest = createHash('sha256').update(style).digest('base64');
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  assert.match(policy, /^default-src 'none'; /);
  assert.ok(policy.includes(`style-src 'sha256-${digest}'`), policy);
  assert.doesNotMatch(policy, /unsafe|script-src|https?:|\*/);
});

test('Tags are opened and closed in pairs, whatever the names are', () => {
  for (const { name, page } of pages) {
    const open: string[] = [];
    const text = page.replace(/<style>.*?<\/style>|<!doctype html>/gs, '');
    for (const [, close, tag = '', self] of text.matchAll(
      /<(\/?)([a-z][a-z0-9]*)\b[^<>]*?(\/?)>/gi,
    )) {
      if (self === '/' || tag === 'meta') continue;
      if (close === '') open.push(tag);
      else assert.equal(open.pop(), tag, name);
    }
    assert.deepEqual(open, [], name);
  }
});

test('Hostile names stay text', () => {
  const page = pageOf('hostile');
  assert.match(page, /&lt;img src=x onerror=alert\(1\)&gt;/);
  assert.doesNotMatch(page, /<img/);
  for (const hidden of ['\u001b', '\u202e']) assert.ok(!page.includes(hidden));
});

test('Every plot says what it shows in words, under ids that are unique', () => {
  const page = pageOf('regression-several');
  const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  assert.ok(ids.length >= 8);
  assert.equal(new Set(ids).size, ids.length);
  for (const [, label = ''] of page.matchAll(/aria-labelledby="([^"]+)"/g)) {
    for (const id of label.split(' ')) assert.ok(ids.includes(id), id);
  }
  assert.match(page, /<title id="s0-w-t">head over base, search<\/title>/);
  assert.match(page, /<desc id="s0-w-d">throughput: 0\.38 \[[^\]]+\], base better\./);
});

test('The figures behind a plot are there as a table, the method and the commands below', () => {
  const page = pageOf('regression');
  assert.match(page, /<summary>The figures as a table<\/summary>/);
  assert.match(page, /<h2>How this was measured<\/h2>\n<p>Live pairs: /);
  assert.match(page, /Machine: AMD EPYC 7763/);
  assert.match(page, /<pre tabindex="0">git checkout c9f0f895/);
});

test('The largest verdict makes a page that a browser can still show', () => {
  const sizes = pages.map(({ page }) => page.length);
  assert.ok(Math.max(...sizes) < 4_000_000, `${Math.max(...sizes)}`);
});
