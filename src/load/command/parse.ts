/** Reads the output of a load tool, whichever it is. */
import type { CommandOutput } from '../../config/experiment/scenario.ts';
import { type Excerpt, PrintedError } from '../../system/messages/printed.ts';
import { lastLines } from '../../system/output/output-file.ts';
import { parseAutocannon } from './autocannon.ts';
import { parseH2load } from './h2load.ts';
import { parseK6 } from './k6.ts';
import { parseLines } from './lines.ts';
import { parseOha } from './oha.ts';
import { type ToolOutput, type ToolReport, Unreadable } from './report.ts';
import { parseVegeta } from './vegeta.ts';
import { parseWrk } from './wrk.ts';

const PARSERS: Record<CommandOutput, (output: ToolOutput) => ToolReport> = {
  wrk: parseWrk,
  oha: parseOha,
  k6: parseK6,
  h2load: parseH2load,
  vegeta: parseVegeta,
  autocannon: parseAutocannon,
  lines: parseLines,
};

/** What to write, so that the output is in the form that is read. */
const HINTS: Partial<Record<CommandOutput, string>> = {
  oha: 'oha needs `--no-tui --output-format json`',
  k6: 'k6 needs `--summary-export=/dev/stdout`, or a `handleSummary` that returns its data as JSON',
  vegeta: 'vegeta needs `vegeta report -type=json`',
  autocannon: 'autocannon needs `--json`',
};

/** Lines and characters of an output that a message carries. */
const SHOWN = { lines: 12, characters: 1200 };

/**
 * What the tool says of its run. Never a zero for what it did not say.
 * @throws PrintedError saying which line or field is missing or wrong; beside it the beginning of what came
 */
export function parseOutput(tool: CommandOutput, output: ToolOutput): ToolReport {
  try {
    if (output.stdout.trim() === '') throw new Unreadable('is empty');
    return PARSERS[tool]({ ...output, stdout: output.stdout.replaceAll('\r\n', '\n') });
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new PrintedError(described(tool, error.message), excerpts(output));
  }
}

function described(tool: CommandOutput, what: string): string {
  const hint = HINTS[tool];
  return `its output cannot be read as \`${tool}\`: it ${what}${hint === undefined ? '' : ` (${hint})`}`;
}

/** The beginning of its output, and the end of its complaints. */
function excerpts({ stdout, stderr }: ToolOutput): Excerpt[] {
  const beginning = firstLines(stdout);
  return [beginning, lastLines(stderr.slice(-SHOWN.characters))]
    .filter((lines) => lines.length > 0)
    .map((lines) => ({ by: 'load command', lines }));
}

function firstLines(output: string): string[] {
  const shown = output.trim().slice(0, SHOWN.characters).split('\n').slice(0, SHOWN.lines);
  return shown.join('').trim() === '' ? [] : shown;
}
