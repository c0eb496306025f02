/** `throughput-gate report`: verdict.json → a comment, a summary, a page or the terminal's text. */
import { readMeasurement, readVerdict } from '../attempts/result-files.ts';
import type { Verdict } from '../judge/verdict/verdict.ts';
import type { Measurement } from '../measure/observed/measurement.ts';
import { renderComment } from '../report/comment.ts';
import { renderHtml } from '../report/html/page.ts';
import { renderSummary } from '../report/summary.ts';
import { renderTerminal } from '../report/terminal.ts';
import { writeWhole } from '../system/files/whole-file.ts';
import { UserError } from '../system/messages/problem.ts';
import { terminalStyle } from './terminal.ts';

interface Beside {
  details: boolean;
  measurement: Measurement | null;
}

/** What `--as` may be. */
export const RENDERERS = {
  comment: (verdict: Verdict) => renderComment(verdict),
  summary: (verdict: Verdict) => renderSummary(verdict),
  html: (verdict: Verdict, { measurement }: Beside) => renderHtml(verdict, measurement),
  text: (verdict: Verdict, { details }: Beside) =>
    renderTerminal(verdict, { ...terminalStyle(), details }),
} as const;

export async function reportCommand(
  file: string,
  flags: { as: keyof typeof RENDERERS; out?: string; details?: boolean; measurement?: string },
): Promise<number> {
  const verdict = await readVerdict(file);
  const measurement = await measurementOf(verdict, flags.measurement);
  const text = RENDERERS[flags.as](verdict, { details: flags.details ?? false, measurement });
  if (flags.out === undefined) process.stdout.write(text);
  else writeWhole(flags.out, text);
  return 0;
}

/** What the verdict is of; another run's slices beside its words would mislead. */
async function measurementOf(
  { startedAt, seed }: Verdict,
  file: string | undefined,
): Promise<Measurement | null> {
  if (file === undefined) return null;
  const measurement = await readMeasurement(file);
  if (measurement.startedAt === startedAt && measurement.plan.seed === seed) return measurement;
  throw new UserError({
    where: file,
    message: `is of the run of ${measurement.startedAt}, and the verdict of that of ${startedAt}`,
    hint: 'name the measurement.json that lies beside the verdict',
  });
}
