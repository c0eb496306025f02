/** `throughput-gate history page` and `badge`: what they write, and where. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { BADGE } from '../../../src/commands/history/badge.ts';
import { lineText } from '../../../src/history/line.ts';
import { badgePath, linesPath } from '../../../src/history/paths.ts';
import { badgesMadeText, pageMadeText } from '../../../src/report/history/history-text.ts';
import { historyPage } from '../../../src/run/history-pages.ts';
import { UserError } from '../../../src/system/messages/problem.ts';
import { lineOf, lineWith, memoryStore } from '../../support/history.ts';

const PLAIN = { server: 'api', scenario: 'plain' };
const ODD = { server: 'Ä/..', scenario: '<b>' };
const store = () =>
  memoryStore({
    [linesPath(PLAIN)]: `${lineText(lineOf(2))}damaged\n`,
    'api/plain~00001.ndjson': lineText(lineOf(1)),
    [linesPath(ODD)]: lineText(lineWith(1, 'regression', { subject: ODD })),
  });
const given = <Flags extends object>(flags: Flags, cwd = '/nowhere') => ({
  ...{ store: store(), flags, cwd, signal: new AbortController().signal },
  assertMayWrite: async () => {},
  repository: async () => 'Octo/App',
});

/** As shields.io and GitHub Pages take the address apart. */
function fileShownBy(markdown: string): string {
  const [, target = ''] = /\]\((.+)\)$/.exec(markdown) ?? [];
  const asked = new URL(new URL(target).searchParams.get('url') ?? '');
  assert.equal(asked.host, 'octo.github.io');
  return decodeURIComponent(asked.pathname.replace(/^\/App\//, ''));
}

test('The page has all runs of all subjects, older ones too, and counts what could not be read', async () => {
  const asked: number[] = [];
  const trendsOf = (lines: readonly unknown[]) => {
    asked.push(lines.length);
    return {};
  };
  const page = await historyPage(store(), trendsOf, '<!-- overview --><!-- columns -->');
  assert.deepEqual([page.runs, page.subjects, page.unread], [2, 2, 1]);
  assert.deepEqual(asked.sort(), [1, 2]);
  assert.match(page.text, /"scenario":"plain"/);
});

test('What was written is said in one line', () => {
  const made = { places: ['a.html', 'history.html in the memory'], subjects: 1, bytes: 267_000 };
  assert.equal(
    pageMadeText({ ...made, runs: 2, unread: 0 }),
    'Wrote a.html and history.html in the memory: 2 runs of 1 subject, 0.3 MB.\n',
  );
  assert.match(
    pageMadeText({ ...made, runs: 2, unread: 3 }),
    /Not read: 3 lines; `throughput-gate/,
  );
  assert.match(badgesMadeText([], [], null), /no badge/);
});

test('A badge is printed by its subject’s name, and an unknown name says which there are', async () => {
  const { text } = await BADGE.run(given({}), ['api/plain']);
  assert.equal(JSON.parse(text).label, 'api/plain');
  await assert.rejects(BADGE.run(given({}), ['api/other']), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /holds no subject api\/other/);
    return true;
  });
});

test('Badges of all subjects are written into a folder, whatever their names are', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'throughput-gate-badges-'));
  try {
    const { text } = await BADGE.run(given({ out: 'site' }, folder), [undefined]);
    const [first, , heading, ...links] = text.trimEnd().split('\n');
    assert.equal(first, `Wrote 2 badges: ${path.join('site', 'badges')}.`);
    assert.equal(heading, 'In Markdown, once they are on GitHub Pages:');
    assert.deepEqual(links.map(fileShownBy).sort(), [badgePath(PLAIN), badgePath(ODD)].sort());
    const odd = readFileSync(path.join(folder, 'site', badgePath(ODD)), 'utf8');
    assert.equal(JSON.parse(odd).color, 'red');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('Published badges stand in the history beside the lines, which stay as they are', async () => {
  const asked = given({ publish: true });
  await BADGE.run(asked, [undefined]);
  const held = await asked.store.read(async (files) => files.paths);
  assert.ok(held.includes(badgePath(PLAIN)) && held.includes(linesPath(PLAIN)));
});

test('A badge needs either the name of one subject or a place for those of all', async () => {
  for (const [flags, subject] of [
    [{}, undefined],
    [{ publish: true }, 'api/plain'],
  ] as const) {
    await assert.rejects(BADGE.run(given(flags), [subject]), UserError);
  }
});
