/** How a step ends: is its verdict to be believed, which exit code has it, and where is it told what went wrong. */
import type { Gate } from '../config/experiment/experiment.ts';
import { EXIT, exitCode } from '../judge/verdict/exit-code.ts';
import type { Verdict } from '../judge/verdict/verdict.ts';
import { undecidedText } from '../report/headline/undecided.ts';
import { codeBlock } from '../report/markup/escape.ts';
import { type Judged, takenBack } from '../run/judged.ts';
import { cleanedUp } from '../system/cleanup/leftovers.ts';
import { userErrorOf } from '../system/files/machine-problem.ts';
import { ours } from '../system/messages/printed.ts';
import { publicProblem } from '../system/messages/problem.ts';
import { Interrupted } from '../system/program/interrupt.ts';
import type { Results } from '../system/results/results.ts';
import { announceError } from './announce.ts';
import { tamperedText } from './command-files.ts';
import { publishOutputs } from './outputs.ts';
import type { Step } from './step.ts';
import { writeSummary } from './summary.ts';

/** All mistakes are told at once, and a generated file may have one in each line. */
const LINES_AT_MOST = 400;

type HasFiles = Pick<Step, 'files'>;

/** The verdict, unless something that ran beside the measurement wrote where only this step may. */
export function trusted(
  { files }: HasFiles,
  judged: Judged & { results: Pick<Results, 'write'> },
): Verdict {
  const reason = tamperedText(files.restore());
  return reason === null ? judged.verdict : takenBack(judged, reason);
}

/** The last look, for what was written since: such a step is not believed, whatever it came to. */
export function settled({ files }: HasFiles, code: number): number {
  const reason = tamperedText(files.restore());
  if (reason === null || code > EXIT.undecided) return code;
  if (code === EXIT.invalid) return code;
  announceError(reason, { title: 'Throughput Gate: invalid' });
  publishOutputs(files, { verdict: 'invalid', confirmation: 'not-needed' });
  return EXIT.invalid;
}

export function enforce(verdict: Verdict, gate: Gate): number {
  const code = exitCode(verdict, gate);
  if (code === EXIT.undecided) {
    announceError(undecidedText(verdict, gate), { title: 'Throughput Gate' });
  }
  const awaiting = verdict.awaitsConfirmation ? ', to be confirmed on a fresh runner' : '';
  process.stdout.write(`Verdict: ${verdict.verdict}${awaiting}, exit code ${code}\n`);
  return code;
}

/** What went wrong, where a person will look for it, and the exit code that it has. */
export function report(problem: unknown, { files }: HasFiles): number {
  if (problem instanceof Interrupted) {
    process.stdout.write(`${problem.message}; ${cleanedUp()}\n`);
    return problem.exitCode;
  }
  const mendable = userErrorOf(problem);
  if (mendable !== null) {
    for (const one of mendable.problems) {
      announceError(publicProblem(one), {
        title: 'Throughput Gate cannot run',
        ...placeOf(one.where),
      });
    }
    // Names in it are those of a config file and of branches, which anybody may send.
    const text = `## Throughput Gate cannot run\n\n${codeBlock(mendable.message, 'text', LINES_AT_MOST)}`;
    writeSummary(files, text, 'the log');
    return EXIT.usage;
  }
  const text = problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
  announceError(ours(text), { title: 'Throughput Gate failed unexpectedly, please report it' });
  return EXIT.invalid;
}

/** `file:line:column`, where a problem has one, puts the annotation beside the line. */
function placeOf(where: string | undefined): { file?: string; line?: number } {
  const [, file, line] = /^(.+\.ya?ml):(\d+)/.exec(where ?? '') ?? [];
  return file === undefined ? {} : { file, line: Number(line) };
}
