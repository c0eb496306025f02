/** What the Markdown reports share: the verdict's box, folds, links, the short reading guide. */

import type { Verdict } from '../judge/verdict.ts';
import type { VerdictWord } from '../terms/verdict-word.ts';
import { escapeText, linkTarget } from './escape.ts';
import { countsLine, headline } from './headline.ts';
import { phraseToMarkdown } from './phrase.ts';

/** Addresses of the surroundings; an address that is absent is not linked. */
export interface Links {
  summaryUrl?: string;
  /** Of `docs/reading-the-report.md` in the release that is running. */
  guideUrl?: string;
}

/** GitHub's alert box: verdict and action first, then how sure and how large. */
export function verdictBox(verdict: Verdict): string {
  const { word, title, detail, action } = headline(verdict);
  const first = [title, action].map(phraseToMarkdown).filter((part) => part !== '');
  const more = [phraseToMarkdown(detail), countsLine(verdict) ?? ''].filter((part) => part !== '');
  const paragraphs = [`**${first.join(' ')}**`, ...more];
  // Red is for what blocks.
  const alert = verdict.awaitsConfirmation ? 'WARNING' : ALERT[word];
  return [`[!${alert}]`, paragraphs.join('\n\n')]
    .join('\n')
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
}

/** Markdown inside, so blank lines around it. `title` is Markdown-free text of ours. */
export function fold(title: string, blocks: readonly string[]): string {
  return `<details>\n<summary>${title}</summary>\n\n${blocks.join('\n\n')}\n\n</details>`;
}

export function readingGuide({ guideUrl }: Links): string {
  const target = linkTarget(guideUrl);
  const name = 'docs/reading-the-report.md';
  const guide = target === null ? `\`${name}\` of Throughput Gate` : `[${name}](${target})`;
  return [
    '**How to read it.** *Change* is head against base; the interval holds the true change with 95% confidence.',
    '*Smallest visible change* is the smallest worsening that this run would have shown four times out of five: a smaller one may be there.',
    'A *limit* is for head alone, whatever base has. What is *shown only* cannot fail the job.',
    '*Unchanged* means shown to be within tolerance; *inconclusive* means that nobody knows.',
    `More: ${guide}.`,
  ].join(' ');
}

export function footer({ tool }: Verdict, { summaryUrl }: Links): string {
  const target = linkTarget(summaryUrl);
  const link = target === null ? '' : ` · [all figures in the job summary](${target})`;
  return `<sub>${escapeText(tool.name)} ${escapeText(tool.version)}${link}</sub>`;
}

const ALERT: Record<VerdictWord, 'CAUTION' | 'WARNING' | 'NOTE' | 'TIP'> = {
  regression: 'CAUTION',
  invalid: 'WARNING',
  inconclusive: 'WARNING',
  'no-baseline': 'NOTE',
  improvement: 'TIP',
  unchanged: 'NOTE',
};
