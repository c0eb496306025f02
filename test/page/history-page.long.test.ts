/** `history.html` in Debian's Chromium: it opens offline, says no more than it should, and works without a mouse. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { historyPage as template } from '../../scripts/history-page.ts';
import { type HistoryLine, lineText } from '../../src/history/line.ts';
import { linesPath } from '../../src/history/paths.ts';
import { filesIn } from '../../src/history/stores/store.ts';
import { historyPage } from '../../src/run/history-pages.ts';
import { axeFindings, CHROMIUM, LOOKS, newPage, openBrowser } from '../support/browser.ts';
import { lineOf } from '../support/history.ts';
import { madeUpCommit, madeUpHistory } from '../support/made-up-history.ts';

const skip =
  CHROMIUM === null ? 'no Chromium here (scripts/test-tools.sh installs it in CI)' : false;
const SUBJECT = '#subject-server=gateway&subject=scenario-1&metric=throughput';
const HOSTILE = '</script><img src=x onerror="document.title=1">';

describe('history.html', { skip }, () => {
  let folder: string;
  let browser: Browser;
  let ordinary: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'throughput-gate-page-'));
    browser = await openBrowser();
    const history = madeUpHistory({
      ...{ commits: 120, subjects: 6, repository: 'https://github.com/octo/app' },
    });
    ordinary = await fileOf('ordinary', history.lines, history.changePoints);
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function fileOf(
    name: string,
    lines: readonly HistoryLine[],
    changePoints: ReturnType<typeof madeUpHistory>['changePoints'] = [],
  ): Promise<string> {
    const nameOf = ({ subject }: Pick<HistoryLine, 'subject'>) => JSON.stringify(subject);
    const subjects = grouped(lines, nameOf);
    const trends = grouped(changePoints, nameOf);
    const files = new Map(
      [...subjects.values()].map((own) => [
        linesPath((own[0] as HistoryLine).subject),
        own.map(lineText).join(''),
      ]),
    );
    const { text } = await historyPage(
      { read: (look) => Promise.resolve(look(filesIn(files))) },
      ([first]) => ({ changePoints: (first && trends.get(nameOf(first))) ?? [] }),
      await template(),
    );
    const file = path.join(folder, `${name}.html`);
    await writeFile(file, text);
    return pathToFileURL(file).href;
  }

  async function open(address: string, look = LOOKS[0] as (typeof LOOKS)[number]) {
    const watched = await newPage(browser, look);
    await watched.page.goto(address);
    await watched.page.locator('html[data-ready]').waitFor({ state: 'attached' });
    return watched;
  }
  const textOf = async (place: Locator) => (await place.textContent()) ?? '';
  const state = (page: Page) => new URLSearchParams(new URL(page.url()).hash.slice(1));
  /** Of a chosen run, whose name has its number behind. */
  const commitIn = (page: Page, key: 'a' | 'b') => state(page).get(key)?.split('@')[0];

  for (const look of LOOKS) {
    test(`It asks for nothing, breaks none of its policy and no rule of axe-core, at ${look.width} pixels, ${look.colours}`, async () => {
      for (const hash of ['', `${SUBJECT}&a=${madeUpCommit(3)}&b=${madeUpCommit(100)}`]) {
        const { page, faults, asked } = await open(ordinary + hash, look);
        assert.deepEqual(await axeFindings(page), []);
        assert.deepEqual([faults, asked], [[], []]);
        const width = await page.evaluate('document.documentElement.scrollWidth');
        assert.equal(width, look.width, 'nothing sticks out to the side');
        await page.context().close();
      }
    });
  }

  test('What got worse comes first, and its row leads to its chart', async () => {
    const { page } = await open(ordinary);
    const first = page.locator('tbody tr').first();
    assert.match(await textOf(first), /worse[\s\S]*scenario-5/);
    await first.locator('button').click();
    assert.equal(state(page).get('subject'), 'scenario-5');
    assert.equal(await textOf(page.locator('h2')), 'gateway/scenario-5');
    await page.goBack();
    assert.equal(await textOf(page.locator('h2')), 'Overview');
  });

  test('The keyboard reads runs aloud, goes to change points and chooses two to compare', async () => {
    const { page, faults } = await open(ordinary + SUBJECT);
    const spoken = page.locator('[aria-live=polite]');
    await page.locator('.chart').focus();
    await page.keyboard.press('n');
    await spoken
      .filter({ hasText: madeUpCommit(72).slice(0, 10) })
      .waitFor({ state: 'attached', timeout: 10_000 });
    await page.keyboard.press('Enter');
    assert.equal(commitIn(page, 'a'), madeUpCommit(72));
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    assert.equal(commitIn(page, 'b'), madeUpCommit(0));
    assert.match(await textOf(page.locator('#comparison + p')), /^throughput: −[45]\.\d%/);
    assert.match((await spoken.getAttribute('class')) ?? '', /hidden/);
    await page.keyboard.press('Escape');
    assert.equal(state(page).get('a'), null);
    assert.deepEqual(faults, []);
  });

  test('After a run was chosen by the keyboard, the next key goes on from there, and it is read aloud', async () => {
    const { page, faults } = await open(ordinary + SUBJECT);
    const spoken = page.locator('[aria-live=polite]');
    const isSpoken = (number: number) =>
      spoken
        .filter({ hasText: madeUpCommit(number).slice(0, 10) })
        .waitFor({ state: 'attached', timeout: 10_000 });
    await page.locator('.chart').focus();
    await page.keyboard.press('n');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
    await isSpoken(73);
    await page.keyboard.press('PageUp');
    await isSpoken(63);
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowLeft');
    await isSpoken(62);
    const focused = await page.evaluate<string>('document.activeElement.className');
    assert.equal(focused, 'chart');
    assert.deepEqual(faults, []);
  });

  test('A run that is chosen in the table leaves the table on its page, and the focus on its button', async () => {
    const { page } = await open(ordinary + SUBJECT);
    await page.locator('#runs .turn button', { hasText: 'Next page' }).focus();
    await page.keyboard.press('Enter');
    const where = page.locator('#runs [role=status]');
    assert.match(await textOf(where), /^26 to 50 of 120 runs/);
    await page.locator('#runs tbody tr').nth(2).locator('button').focus();
    await page.keyboard.press('Enter');
    assert.match(await textOf(where), /^26 to 50 of 120 runs/);
    const focused = await page.evaluate<string>('document.activeElement.textContent');
    assert.equal(focused, 'A');
  });

  test('Two clicks compare two runs, and the view that an address names is the one that it came from', async () => {
    const { page } = await open(ordinary + SUBJECT);
    const box = await page.locator('.u-over').boundingBox();
    assert.ok(box !== null);
    for (const share of [0.2, 0.9]) {
      await page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
    }
    const chosen = await textOf(page.locator('#comparison + p'));
    const again = await open(page.url());
    assert.equal(await textOf(again.page.locator('#comparison + p')), chosen);
  });

  test('A closer look stays when a run is chosen in it, and the table and the dates follow it', async () => {
    const { page, faults } = await open(ordinary + SUBJECT);
    const dates = () =>
      page.evaluate<string>(
        '[...document.querySelectorAll(".field input")].map(({ value }) => value).join(" to ")',
      );
    const [whole, first] = [await textOf(page.locator('#runs [role=status]')), await dates()];
    await page.locator('.chart').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await page.waitForURL(/from=/);
    const from = state(page).get('from');
    assert.notEqual(await textOf(page.locator('#runs [role=status]')), whole);
    assert.notEqual(await dates(), first);
    await page.keyboard.press('Enter');
    assert.deepEqual([commitIn(page, 'a'), state(page).get('from')], [madeUpCommit(119), from]);
    await page.keyboard.press('Escape');
    assert.deepEqual([state(page).get('a'), state(page).get('from')], [null, from]);
    assert.deepEqual(faults, []);
  });

  test('Behind the chart is a table of its runs, and the filter of time holds for it', async () => {
    const { page } = await open(`${ordinary}${SUBJECT}&from=2026-01-02&to=2026-01-02`);
    assert.match(await textOf(page.locator('#runs')), /2026-01-02 23:00 UTC/);
    const shown = await page.locator('#runs tbody tr').count();
    assert.equal(shown, 24);
    assert.equal(await page.locator('.chart').getAttribute('role'), 'application');
  });

  test('Nothing that a line says becomes a tag, a script or an address', async () => {
    const hostile = (number: number) =>
      lineOf(number, {
        subject: { server: HOSTILE, scenario: 'javascript:alert(1)' },
        fingerprint: {
          hash: 'a'.repeat(12),
          parts: { cpu: HOSTILE, kernel: `${HOSTILE}${number}` },
        },
        tool: HOSTILE,
        accepted: { reason: HOSTILE },
        metrics: Object.fromEntries(
          Object.entries(lineOf(number).metrics).map(([name, one]) => [
            name,
            { ...one, unit: HOSTILE },
          ]),
        ),
      });
    const address = await fileOf('hostile', [hostile(1), hostile(2), hostile(3)]);
    const query = new URLSearchParams({
      ...{ 'subject-server': HOSTILE, subject: 'javascript:alert(1)', metric: 'cpu' },
      ...{ a: lineOf(1).commit, b: lineOf(3).commit },
    });
    for (const hash of [
      '',
      `#${query}`,
      `#subject-server=${encodeURIComponent(HOSTILE)}&subject=x`,
    ]) {
      const { page, faults, asked } = await open(address + hash);
      assert.equal(await page.locator('img, main script, iframe').count(), 0);
      const links = await page.evaluate<string[]>(
        '[...document.querySelectorAll("a")].map((one) => one.href)',
      );
      assert.ok(links.every((href) => href.startsWith('https://github.com/octo/app/')));
      assert.equal(await page.title(), 'Throughput Gate: history');
      assert.match(await textOf(page.locator('main')), /<\/script><img/);
      assert.deepEqual([faults, asked], [[], []]);
    }
  });

  test('A history without runs says so', async () => {
    const { page, faults } = await open(await fileOf('empty', []));
    assert.match(await textOf(page.locator('#about')), /no runs yet/);
    assert.deepEqual(faults, []);
  });
});

function grouped<One>(all: readonly One[], nameOf: (one: One) => string): Map<string, One[]> {
  const groups = new Map<string, One[]>();
  for (const one of all) groups.set(nameOf(one), [...(groups.get(nameOf(one)) ?? []), one]);
  return groups;
}
