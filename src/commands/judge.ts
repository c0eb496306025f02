/** `throughput-gate judge`: measurement.json → verdict.json, the same bytes on any machine. */

import { type JudgedFile, judgeInPieces } from '../attempts/in-pieces/judge-file.ts';
import { readMeasurement } from '../attempts/result-files.ts';
import { judge } from '../judge/judge.ts';
import { exitCode } from '../judge/verdict/exit-code.ts';
import { renderTerminal } from '../report/terminal.ts';
import { verdictFile } from '../report/verdict-file.ts';
import { writeWhole } from '../system/files/whole-file.ts';
import { terminalStyle } from './terminal.ts';

export async function judgeCommand(
  file: string,
  flags: { out?: string; format: 'text' | 'json'; details?: boolean },
): Promise<number> {
  const { verdict, experiment } = judgeInPieces(file) ?? (await judgeWhole(file));
  if (flags.out !== undefined) writeWhole(flags.out, verdictFile(verdict));
  if (flags.format === 'json') process.stdout.write(verdictFile(verdict));
  else {
    const { details = false } = flags;
    process.stdout.write(renderTerminal(verdict, { ...terminalStyle(), details }));
  }
  return exitCode(verdict, experiment.gate);
}

/** With the whole file in memory, and a sentence for what is wrong with it. */
async function judgeWhole(file: string): Promise<JudgedFile> {
  const measurement = await readMeasurement(file);
  return { verdict: judge(measurement), experiment: measurement.experiment };
}
