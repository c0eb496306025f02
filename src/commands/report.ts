/** `throughput-gate report`: verdict.json → a comment, a summary or the terminal's text. */
import { readFileAs } from '../history/file-store.ts';
import { Verdict } from '../judge/verdict.ts';
import { UserError } from '../problem.ts';
import { renderComment } from '../report/comment.ts';
import { renderSummary } from '../report/summary.ts';
import { renderTerminal } from '../report/terminal.ts';
import { writeWhole } from '../results.ts';
import { terminalStyle } from './terminal.ts';

const RENDERERS: Record<string, (verdict: Verdict) => string> = {
  comment: (verdict) => renderComment(verdict),
  summary: (verdict) => renderSummary(verdict),
  text: (verdict) => renderTerminal(verdict, terminalStyle()),
};

export async function reportCommand(
  file: string,
  flags: { as: string; out?: string },
): Promise<number> {
  const render = RENDERERS[flags.as];
  if (render === undefined) {
    throw new UserError({
      where: '--as',
      message: `is \`${flags.as}\``,
      hint: `it may be ${Object.keys(RENDERERS).join(', ')}`,
    });
  }
  const text = render(await readFileAs(file, Verdict, 'verdict'));
  if (flags.out === undefined) process.stdout.write(text);
  else writeWhole(flags.out, text);
  return 0;
}
