/** The job summary: the one report that needs no token. */
import { appendFile, stat } from 'node:fs/promises';
import type { Env } from './event.ts';
import { fitSummary, SUMMARY_LIMIT_BYTES } from './size.ts';

export type SummaryOutcome =
  | { kind: 'written' }
  /** Not on a runner. */
  | { kind: 'skipped' }
  | { kind: 'failed'; reason: string };

/**
 * Adds `markdown` to this step's summary, cut to what GitHub takes. Never throws.
 *
 * @param rest where the whole text is, for the note at a cut: "the file summary.md of the results folder".
 */
export async function writeSummary(
  env: Env,
  markdown: string,
  rest: string,
): Promise<SummaryOutcome> {
  const path = env.GITHUB_STEP_SUMMARY;
  if (!path) return { kind: 'skipped' };
  try {
    const room = SUMMARY_LIMIT_BYTES - (await sizeOf(path)) - 2;
    await appendFile(path, `${fitSummary(markdown, Math.max(0, room), rest)}\n`);
    return { kind: 'written' };
  } catch (error) {
    return { kind: 'failed', reason: `The job summary could not be written: ${String(error)}` };
  }
}

/** The limit is per step, and something else may have written before. */
async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
