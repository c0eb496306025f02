/** Whatever our pages, sources and tests refer to can be opened: files, headings, decisions. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { ownFile } from '../../src/system/program/runtime.ts';

const PAGES = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'fixtures/README.md'],
  ...globSync('docs/**/*.md', { cwd: ownFile('.') }),
].map((path) => path.replaceAll('\\', '/'));
/** Pages that one opens from the README; a decision is opened from the list of decisions. */
const WITH_A_WAY_BACK = PAGES.filter(
  (page) => page !== 'README.md' && !page.startsWith('fixtures/') && !/adr\/\d/.test(page),
);

const texts = new Map(PAGES.map((page) => [page, readFileSync(ownFile(page), 'utf8')]));

test('Every relative link of every page leads to a file or folder of this repository', () => {
  const dead = PAGES.flatMap((page) =>
    linksOf(page).flatMap(({ file, written }) => {
      const isHere = !file.startsWith('..') && existsSync(ownFile(file));
      return isHere ? [] : [`${page}: ${written}`];
    }),
  );
  assert.deepEqual(dead, []);
});

test('Every #anchor of every link is a heading of the page that it leads to', () => {
  const dead = PAGES.flatMap((page) =>
    linksOf(page).flatMap(({ file, anchor, written }) => {
      if (anchor === undefined) return [];
      return texts.has(file) && headingsOf(file).has(anchor) ? [] : [`${page}: ${written}`];
    }),
  );
  assert.deepEqual(dead, []);
});

test('Every page leads back to the README in its last line', () => {
  const without = WITH_A_WAY_BACK.filter((page) => {
    const last = (texts.get(page) ?? '').trimEnd().split('\n').at(-1) ?? '';
    const [, target] = /Back to the \[README\]\(([^)]+)\)\.$/.exec(last) ?? [];
    return target === undefined || normalize(join(dirname(page), target)) !== 'README.md';
  });
  assert.deepEqual(without, []);
});

test('A reader who starts at the README and follows links reaches every page', () => {
  const reached = new Set<string>();
  const waiting = ['README.md'];
  for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
    if (reached.has(page) || !texts.has(page)) continue;
    reached.add(page);
    waiting.push(...linksOf(page).map(({ file }) => file));
  }
  assert.deepEqual(
    PAGES.filter((page) => !reached.has(page)),
    [],
  );
});

test('Every source, test or script that a page names by its path exists', () => {
  const missing = PAGES.flatMap((page) => {
    const named = (texts.get(page) ?? '').matchAll(/`((?:src|test|scripts)\/[\w./-]+)/g);
    return [...named].flatMap(([, path = '']) =>
      existsSync(ownFile(path)) ? [] : [`${page}: ${path}`],
    );
  });
  assert.deepEqual(missing, []);
});

test('The list of decisions names every decision once, in order', () => {
  const listed = linksOf('docs/adr/README.md').flatMap(({ file }) =>
    /adr\/\d{4}-/.test(file) ? [file] : [],
  );
  assert.deepEqual(listed, PAGES.filter((page) => /^docs\/adr\/\d/.test(page)).sort());
});

test('A decision that a later one has changed says so in its first lines, and so does the list', () => {
  const decisions = PAGES.filter((page) => /^docs\/adr\/\d/.test(page));
  const list = (texts.get('docs/adr/README.md') ?? '').split('\n');
  for (const page of decisions) {
    const own = /\/(\d{4})-/.exec(page)?.[1] ?? '';
    const text = texts.get(page) ?? '';
    const first = text.split('\n').slice(0, 4).join('\n');
    const said = /^\*\*(?:Changed since|Superseded)\*\*? by ([^:]*):/m.exec(first)?.[1] ?? '';
    const row = list.find((line) => line.startsWith(`| [${own}](`)) ?? '';
    for (const [, by = ''] of said.matchAll(/\[(\d{4})\]/g)) {
      assert.match(row, new RegExp(`(changed|superseded) by .*${by}`), `${page}: ${by}`);
    }
    for (const [, older = ''] of text.matchAll(/Supersedes \[(\d{4})\]/g)) {
      const theirs = decisions.find((other) => other.includes(`/${older}-`)) ?? '';
      const beginning = (texts.get(theirs) ?? '').split('\n').slice(0, 4).join('\n');
      assert.match(beginning, new RegExp(`[Ss]uperseded.*${own}`), `${page}: ${older}`);
    }
  }
});

test('The README is read in one sitting: at most 200 lines', () => {
  const lines = (texts.get('README.md') ?? '').trimEnd().split('\n').length;
  assert.ok(lines <= 200, `${lines} lines`);
});

test('The pages that sources, tests, benchmarks and workflows refer to are in the repository', () => {
  const files = globSync(
    [
      '{src,test,bench,scripts,fixtures}/**/*.{ts,js,mjs,go,py,rs,sh}',
      ...['action.yml', '.github/workflows/*.yml', ...PAGES],
    ],
    { cwd: ownFile('.'), exclude: (name) => name === 'node_modules' },
  );
  assert.ok(files.length > 500, String(files.length));
  const missing = files.flatMap((file) => {
    if (!statSync(ownFile(file)).isFile()) return [];
    const text = readFileSync(ownFile(file), 'utf8');
    const mentioned = text.matchAll(
      /(?<![\w./-])(?:docs\/(?:adr\/)?[\w-]+|[A-Z]{4,}|research\/[\w-]+)\.md\b/g,
    );
    return [...mentioned].flatMap(([page]) => {
      const beside = join(dirname(file), page);
      return existsSync(ownFile(page)) || existsSync(ownFile(beside)) ? [] : [`${file}: ${page}`];
    });
  });
  assert.deepEqual(missing, []);
});

interface Link {
  /** From the root of the repository; the page itself for `#anchor`. */
  file: string;
  anchor: string | undefined;
  written: string;
}

/** Relative links outside of code. */
function linksOf(page: string): Link[] {
  const prose = (texts.get(page) ?? '').replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '``');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, written = '']) => {
    if (/^[a-z]+:/.test(written)) return [];
    const [path = '', anchor] = written.split('#');
    const file = path === '' ? page : normalize(join(dirname(page), path)).replaceAll('\\', '/');
    return [{ file, anchor, written }];
  });
}

/** The anchors that GitHub gives to headings. */
function headingsOf(page: string): Set<string> {
  const prose = (texts.get(page) ?? '').replace(/^```.*?^```/gms, '');
  const anchors = new Set<string>();
  for (const [, heading = ''] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}
