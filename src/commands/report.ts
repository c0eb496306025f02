/** `throughput-gate report`: verdict.json → a comment, a summary, a page or the terminal's text. */
import { readVerdict } from '../attempts/file-store.ts';
import type { Verdict } from '../judge/verdict.ts';
import { renderComment } from '../report/comment.ts';
import { renderHtml } from '../report/html/page.ts';
import { renderSummary } from '../report/summary.ts';
import { renderTerminal } from '../report/terminal.ts';
import { writeWhole } from '../system/results.ts';
import { terminalStyle } from './terminal.ts';

/** What `--as` may be. */
export const RENDERERS = {
  comment: (verdict: Verdict, _details: boolean) => renderComment(verdict),
  summary: (verdict: Verdict, _details: boolean) => renderSummary(verdict),
  html: (verdict: Verdict, _details: boolean) => renderHtml(verdict),
  text: (verdict: Verdict, details: boolean) =>
    renderTerminal(verdict, { ...terminalStyle(), details }),
} as const;

export async function reportCommand(
  file: string,
  flags: { as: keyof typeof RENDERERS; out?: string; details?: boolean },
): Promise<number> {
  const text = RENDERERS[flags.as](await readVerdict(file), flags.details ?? false);
  if (flags.out === undefined) process.stdout.write(text);
  else writeWhole(flags.out, text);
  return 0;
}
