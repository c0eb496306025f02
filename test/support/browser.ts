/** Debian's Chromium, driven without a window; null where there is none. Nothing that a page asks for is let out. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const CHROMIUM = PLACES.find((place) => existsSync(place)) ?? null;

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM ?? '',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}

export interface Look {
  width: 1280 | 400;
  colours: 'light' | 'dark';
}

export const LOOKS: readonly Look[] = ([1280, 400] as const).flatMap((width) =>
  (['light', 'dark'] as const).map((colours): Look => ({ width, colours })),
);

/** What a page did that it should not: errors, what its policy refused, and addresses that it asked for. */
export interface Watched {
  page: Page;
  faults: string[];
  asked: string[];
}

export async function newPage(browser: Browser, { width, colours }: Look): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: colours,
    // The page's own policy must hold while it is tested.
    bypassCSP: false,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  const asked: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(file|data|about):/.test(request.url())) asked.push(request.url());
  });
  return { page, faults, asked };
}

/** What axe-core finds; by the debugger, so that the page's policy need not let it in. */
export async function axeFindings(page: Page): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: `${source};0` });
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => JSON.stringify(
      violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 160) + ' ' + failureSummary))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  return JSON.parse(String(result.value)) as string[];
}
