/** Colours of the page's style sheet, for what is drawn on a canvas. */

const NAMES = [
  'ink',
  'soft',
  'grid',
  'line',
  'band',
  'worse',
  'better',
  'chosen',
  'ground',
  'machine',
] as const;
export type Colours = Record<(typeof NAMES)[number], string>;

/** As they are now: light and dark may change while the page is open. */
export function colours(): Colours {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as Colours;
}

/** Calls back when the reader's system turns to light or dark. */
export function onColourScheme(redraw: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
}
