/** `report.html` in Debian's Chromium: it opens from a file, asks for nothing, and its charts show what was measured. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { judge } from '../../../src/judge/judge.ts';
import type { Verdict } from '../../../src/judge/verdict/verdict.ts';
import { Measurement } from '../../../src/measure/observed/measurement.ts';
import type { SubjectProfile } from '../../../src/measure/profile/profile.ts';
import { renderHtml } from '../../../src/report/html/page.ts';
import { upgraded } from '../../../src/system/shapes/schema-versions.ts';
import {
  axeFindings,
  CHROMIUM,
  LOOKS,
  type Look,
  newPage,
  openBrowser,
} from '../../support/browser.ts';
import { EXAMPLES } from '../examples.ts';
import { VERSUS_EXAMPLES } from '../versus-examples.ts';

const skip =
  CHROMIUM === null ? 'no Chromium here (scripts/test-tools.sh installs it in CI)' : false;
const [WIDE] = LOOKS as [Look];
/** Of the examples those that have something of their own: several subjects, long and hostile names, claims, a ranking. */
const SHOWN = ['regression-several', 'versus-claims', 'versus-hostile'];

function recorded(name: string): Measurement {
  const file = new URL(`../../judge/recordings/${name}.json.gz`, import.meta.url);
  return Measurement.parse(
    upgraded('measurement', JSON.parse(gunzipSync(readFileSync(file)).toString())),
  );
}

const profile: SubjectProfile = {
  ...{ durationMs: 5000, base: null },
  head: { files: ['profiles/server/default/head/cpu.folded'], samples: 4000 },
  rows: [{ name: `${'very_'.repeat(20)}long_name (server.js)`, base: null, head: 0.4 }],
};

describe('report.html', { skip }, () => {
  let folder: string;
  let browser: Browser;
  const quiet = recorded('quiet');
  const verdict = judge(quiet);
  const files = new Map<string, string>();

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'throughput-gate-report-'));
    browser = await openBrowser();
    const [first, ...rest] = verdict.subjects;
    const profiled = { ...verdict, subjects: [{ ...first, profile }, ...rest] } as typeof verdict;
    await keep('measured', renderHtml(profiled, quiet));
    const examples = { ...EXAMPLES, ...VERSUS_EXAMPLES };
    for (const name of SHOWN) await keep(name, renderHtml((examples[name] as () => Verdict)()));
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function keep(name: string, text: string): Promise<void> {
    const file = path.join(folder, `${name}.html`);
    await writeFile(file, text);
    files.set(name, pathToFileURL(file).href);
  }

  /** All folds open, so that nothing is passed over. */
  async function open(name: string, look: Look) {
    const watched = await newPage(browser, look);
    await watched.page.goto(files.get(name) as string);
    for (const fold of await watched.page.locator('details > summary').all()) await fold.click();
    return watched;
  }

  for (const look of LOOKS) {
    test(`It asks for nothing, breaks none of its policy and no rule of axe-core, at ${look.width} pixels, ${look.colours}`, async () => {
      for (const name of files.keys()) {
        const { page, faults, asked } = await open(name, look);
        assert.deepEqual(await axeFindings(page), [], name);
        assert.deepEqual([faults, asked], [[], []], name);
        const width = await page.evaluate('document.documentElement.scrollWidth');
        assert.equal(width, look.width, `${name}: nothing sticks out to the side`);
        assert.deepEqual(await clippedTexts(page), [], `${name}: no text is cut off`);
        await page.context().close();
      }
    });
  }

  test('Its policy lets no script run and nothing be loaded, also where somebody had written one into it', async () => {
    const page = readFileSync(new URL(files.get('measured') as string), 'utf8');
    const file = path.join(folder, 'altered.html');
    const more = `<script>document.title = 'ran'</script><img src="https://example.org/x.png"><p style="color:red" id="p">x</p>`;
    await writeFile(file, page.replace('</main>', `${more}</main>`));
    const watched = await newPage(browser, WIDE);
    const loaded: string[] = [];
    watched.page.on('requestfinished', (request) => void loaded.push(request.url()));
    await watched.page.goto(pathToFileURL(file).href);
    assert.equal(await watched.page.title(), 'Throughput Gate');
    // Chromium tells of what its policy stopped as of a request that failed.
    assert.deepEqual(
      loaded.filter((url) => !url.startsWith('file:')),
      [],
    );
    assert.ok(watched.faults.some((text) => text.includes('Content Security Policy')));
  });

  test('Every chart that is shown has a title and a description, and one layout of the two is shown', async () => {
    for (const look of LOOKS) {
      const { page } = await open('measured', look);
      const charts = await chartsOf(page);
      assert.ok(charts.length >= 6, String(charts.map(({ title }) => title)));
      for (const { title, description, role } of charts) {
        assert.match(title, /\S/);
        assert.match(description, /\d/, title);
        assert.equal(role, 'img');
      }
      const hidden = await page.locator('svg.forest:visible').count();
      assert.equal(2 * hidden, await page.locator('svg.forest').count());
      await page.context().close();
    }
  });

  test('The blocks that it draws are those of the verdict', async () => {
    for (const look of [WIDE, { ...WIDE, width: 400 } as Look]) {
      const { page } = await open('measured', look);
      const [drawn] = (await chartsOf(page)).filter(({ title }) => title === BLOCKS);
      const metric = verdict.subjects[0]?.metrics.find(({ name }) => name === 'throughput');
      const changes = (metric?.blockChanges ?? []).map((change) => 100 * (change ?? Number.NaN));
      assert.ok(changes.length > 3);
      assert.ok(drawn !== undefined);
      closeTo(drawn.dots, changes, drawn.perPixel);
      const rules = [0, ...(metric?.interval ?? []), metric?.change ?? 0].map((one) => 100 * one);
      closeTo(drawn.rules, rules, drawn.perPixel);
      await page.context().close();
    }
  });

  test('The slices and the memory that it draws are those of the measurement', async () => {
    const { page } = await open('measured', WIDE);
    const charts = await chartsOf(page);
    const slices = charts.find(({ title }) => title.startsWith('Slices of a typical block'));
    const index = Number(/block (\d+)/.exec(slices?.title ?? '')?.[1]) - 1;
    const block = quiet.subjects[0]?.blocks.find((one) => one.index === index);
    assert.ok(slices !== undefined && block !== undefined);
    for (const arm of ['base', 'head'] as const) {
      const own = block.sliceUs.flatMap((us, i) =>
        block.sliceOrder[i] === arm[0] ? [(1e6 * (block.sliceGood[i] ?? 0)) / us] : [],
      );
      const drawn = slices.lines[arm] ?? [];
      // Neighbours are drawn as their mean where there are more than the drawing has room for.
      const each = Math.ceil(own.length / 120);
      const means = Array.from({ length: Math.ceil(own.length / each) }, (_, i) =>
        meanOf(own.slice(i * each, (i + 1) * each)),
      );
      const factor = scaleOf(means, drawn);
      closeTo(
        drawn,
        means.map((one) => one / factor),
        slices.perPixel,
      );
    }
    const memory = charts.find(({ title }) => title.startsWith('Resident memory'));
    for (const arm of ['base', 'head'] as const) {
      const own = block.arms[arm]?.rssBytes ?? [];
      const drawn = memory?.lines[arm] ?? [];
      assert.ok(own.length > 1 && memory !== undefined);
      closeTo(
        drawn,
        own.map((one) => one / scaleOf(own, drawn)),
        memory.perPixel,
      );
    }
  });

  test('A fold opens by the keyboard, and what scrolls can be scrolled by it', async () => {
    const watched = await newPage(browser, { width: 400, colours: 'light' });
    await watched.page.goto(files.get('measured') as string);
    const fold = watched.page.locator('details').first();
    assert.equal(await fold.getAttribute('open'), null);
    await watched.page.keyboard.press('Tab');
    const focused = await watched.page.evaluate<string>('document.activeElement.tagName');
    assert.ok(['SUMMARY', 'A'].includes(focused), focused);
    await fold.locator('summary').focus();
    await watched.page.keyboard.press('Enter');
    assert.notEqual(await fold.getAttribute('open'), null);
    assert.equal(await watched.page.locator('pre').first().getAttribute('tabindex'), '0');
  });
});

const BLOCKS = 'What each block showed';

interface DrawnChart {
  title: string;
  description: string;
  role: string;
  /** Values as the ticks beside them say, in the order in which they are drawn. */
  dots: number[];
  rules: number[];
  lines: Partial<Record<'base' | 'head', number[]>>;
  /** What a pixel of the drawing stands for. */
  perPixel: number;
}

/** What a reader would read off: the ticks' texts and their places give every other place its value. */
async function chartsOf(page: Page): Promise<DrawnChart[]> {
  return await page.evaluate<DrawnChart[]>(`
    [...document.querySelectorAll('svg.forest')].filter((svg) => svg.getBoundingClientRect().width > 0).map((svg) => {
      const number = (text) => Number(text.replace('−', '-').replace(/[^0-9.-]/g, ''));
      const ticks = [...svg.querySelectorAll('text.axis[text-anchor=end]')]
        .filter((one) => one.previousElementSibling?.matches('line.tick'))
        .map((one) => [Number(one.previousElementSibling.getAttribute('y1')), number(one.textContent)]);
      const [first, last] = [ticks[0], ticks.at(-1)];
      const perPixel = ticks.length < 2 ? 0 : Math.abs((last[1] - first[1]) / (last[0] - first[0]));
      const valueAt = (y) => ticks.length < 2 ? NaN : first[1] + ((y - first[0]) / (last[0] - first[0])) * (last[1] - first[1]);
      const line = (arm) => [...(svg.querySelector('path.series.' + arm)?.getAttribute('d') ?? '').matchAll(/[ML][\\d.]+ ([\\d.]+)/g)]
        .map(([, y]) => valueAt(Number(y)));
      return {
        title: svg.querySelector('title').textContent,
        description: svg.querySelector('desc').textContent,
        role: svg.getAttribute('role'),
        dots: [...svg.querySelectorAll('circle.dot')].map((one) => valueAt(Number(one.getAttribute('cy')))),
        rules: [...svg.querySelectorAll('line.one, line.end, line.whisker')].map((one) => valueAt(Number(one.getAttribute('y1')))),
        lines: { base: line('base'), head: line('head') },
        perPixel,
      };
    })`);
}

/** Texts of drawings that reach beyond their drawing. */
async function clippedTexts(page: Page): Promise<string[]> {
  return await page.evaluate<string[]>(`
    [...document.querySelectorAll('svg.forest text')].flatMap((one) => {
      const [own, all] = [one.getBoundingClientRect(), one.closest('svg').getBoundingClientRect()];
      const isOut = own.left < all.left - 1 || own.right > all.right + 1 || own.bottom > all.bottom + 1 || own.top < all.top - 1;
      return all.width > 0 && isOut ? [one.textContent] : [];
    })`);
}

/** A drawing rounds to a tenth of its pixels. */
function closeTo(drawn: readonly number[], real: readonly number[], perPixel: number): void {
  assert.equal(drawn.length, real.length);
  assert.ok(perPixel > 0);
  drawn.forEach((value, i) => {
    const off = Math.abs(value - (real[i] as number));
    assert.ok(off <= 0.3 * perPixel, `${value} in place of ${real[i]}, a pixel being ${perPixel}`);
  });
}

/** The power by which the axis writes its values. */
function scaleOf(real: readonly number[], drawn: readonly number[]): number {
  const ratio = meanOf(real) / meanOf(drawn);
  const factors = [1, 1000, 1e6, 1024, 1024 ** 2, 1024 ** 3];
  return factors.reduce((best, one) =>
    Math.abs(Math.log(ratio / one)) < Math.abs(Math.log(ratio / best)) ? one : best,
  );
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}
