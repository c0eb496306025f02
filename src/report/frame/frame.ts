/** What the Markdown reports share: the verdict's box, links, the short reading guide. */

import { EXIT } from '../../judge/verdict/exit-code.ts';
import type { Verdict } from '../../judge/verdict/verdict.ts';
import { shortCommit } from '../../terms/short-commit.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import { checkInMarkdown, checkOf } from '../headline/check-text.ts';
import { headline } from '../headline/headline.ts';
import { countsLine } from '../headline/which.ts';
import type { HistoryTold } from '../history/told.ts';
import { escapeText, linkTarget } from '../markup/escape.ts';
import { phraseToMarkdown } from '../markup/phrase.ts';

/** GitHub's limit is 65,536 characters a comment; a step may still add to this one. */
export const LONGEST_COMMENT = 60_000;

/** Addresses of the surroundings; an address that is absent is not linked. */
export interface Links {
  summaryUrl?: string;
  /** Of `docs/reading-the-report.md` in the release that is running. */
  guideUrl?: string;
  /** Of the part of `docs/workflows.md` that says how a slowdown is accepted. */
  acceptUrl?: string;
  /** What the change is: base…head. */
  compareUrl?: string;
  /** What became of the run's history. */
  history?: HistoryTold;
}

/** GitHub's alert box: verdict and action first, then how sure and how large. */
export function verdictBox(verdict: Verdict, links: Links): string {
  const { word, title, detail, action, accept } = headline(verdict);
  const first = [title, action].map(phraseToMarkdown).filter((part) => part !== '');
  const check = [checkInMarkdown(verdict), acceptInMarkdown(accept, links)];
  const more = [
    phraseToMarkdown(detail),
    countsLine(verdict) ?? '',
    check.filter((part) => part !== '').join(' '),
  ].filter((part) => part !== '');
  const paragraphs = [`**${first.join(' ')}**`, ...more];
  const alert = alertOf(verdict, word);
  return [`[!${alert}]`, paragraphs.join('\n\n')]
    .join('\n')
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
}

/** Red is for what blocks, and nothing that blocks looks as if all were well. */
function alertOf(verdict: Verdict, word: VerdictWord): Alert {
  const code = checkOf(verdict)?.code;
  if (code === EXIT.regression) return 'CAUTION';
  return verdict.awaitsConfirmation || code === EXIT.undecided ? 'WARNING' : ALERT[word];
}

function acceptInMarkdown(accept: string | undefined, { acceptUrl }: Links): string {
  if (accept === undefined) return '';
  const target = linkTarget(acceptUrl);
  return `${target === null ? 'To accept it' : `[To accept it](${target})`}: ${accept}`;
}

export function readingGuide({ guideUrl }: Links): string {
  const target = linkTarget(guideUrl);
  const name = 'docs/reading-the-report.md';
  const guide = target === null ? `\`${name}\` of Throughput Gate` : `[${name}](${target})`;
  return [
    '**How to read it.** *Change* is head against base; the interval contains the true change with 95% confidence.',
    'An unchanged metric has one bound in its place: *at most* so much more cost, or *at least* this change of throughput.',
    '*Visible from*: a worsening of this size would be red in 80% of such runs; a smaller one may be there.',
    'A *limit* is for the value of head alone. What is *shown only* cannot fail the job.',
    '*Unchanged* means shown to be within tolerance; *inconclusive* means that the run could not tell.',
    `More: ${guide}.`,
  ].join(' ');
}

/** Where to read on, and what made this. */
export function footer({ tool, sources }: Verdict, links: Links): string {
  const change = [sources.base?.commit, sources.head.commit].map(commitText).join('…');
  const linked = [
    ['all figures and the run', links.summaryUrl],
    [change, links.compareUrl],
    ['how to read this', links.guideUrl],
  ].flatMap(([text, url]) => {
    const target = linkTarget(url);
    return target === null ? [] : [`[${text}](${target})`];
  });
  return `<sub>${[...linked, `${escapeText(tool.name)} ${escapeText(tool.version)}`].join(' · ')}</sub>`;
}

/** A verdict file may hold anything. */
function commitText(commit: string | null | undefined): string {
  return /^[0-9a-f]{7,64}$/.test(commit ?? '') ? shortCommit(commit ?? '') : '';
}

type Alert = 'CAUTION' | 'WARNING' | 'NOTE' | 'TIP';

const ALERT: Record<VerdictWord, Alert> = {
  regression: 'CAUTION',
  invalid: 'WARNING',
  inconclusive: 'WARNING',
  'no-baseline': 'NOTE',
  improvement: 'TIP',
  unchanged: 'NOTE',
};
