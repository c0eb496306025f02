/** What the commands share of the terminal: progress on standard error, results on standard output. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Verdict } from '../judge/verdict/verdict.ts';
import type { Emit, GateEvent } from '../measure/told/events.ts';
import { keepPrinted } from '../measure/told/keep-printed.ts';
import { createProgress } from '../report/progress/progress.ts';
import { renderTerminal, type TerminalOptions } from '../report/terminal.ts';
import { wayInside } from '../system/files/inside.ts';
import { RESULT_FILES } from '../system/results/results.ts';

export interface Terminal {
  emit: Emit;
  /** Ends the live lines. */
  close(): void;
  say(line: string): void;
  /** What could not be written. */
  warn(troubles: readonly string[]): void;
  /** `dir`: where the files are; null when they are not kept. */
  show(verdict: Verdict, dir: string | null, details?: boolean): void;
}

export function openTerminal(): Terminal {
  const groups = process.env.GITHUB_ACTIONS === 'true';
  let progress: ReturnType<typeof createProgress> | null = null;
  const close = () => {
    progress?.[Symbol.dispose]();
    progress = null;
  };
  const { emit, printed } = keepPrinted((event) => {
    progress ??= createProgress(process.stderr, { groups });
    progress.onEvent({ ...event, atMs: performance.now() } as GateEvent);
  });
  return {
    emit,
    close,
    warn: (troubles) => {
      close();
      for (const trouble of troubles) process.stderr.write(`throughput-gate: ${trouble}\n`);
    },
    say: (line) => process.stdout.write(`${line}\n`),
    show: (verdict, dir, details) => {
      close();
      // Not those that could not be written, on a full disk for example.
      const files = READ_FIRST.flatMap((name) =>
        dir !== null && existsSync(path.join(dir, name)) ? [readable(dir, name)] : [],
      );
      const style = {
        ...terminalStyle(),
        files,
        printed,
        ...(details === undefined ? {} : { details }),
      };
      process.stdout.write(`\n${renderTerminal(verdict, style)}`);
    },
  };
}

export function terminalStyle(): Pick<TerminalOptions, 'color' | 'width'> {
  const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
  return { color, width: process.stdout.columns || 100 };
}

/** The whole report, and what else there is. */
const READ_FIRST = [RESULT_FILES.summary, ...Object.values(RESULT_FILES)].filter(
  (file, index, all) => all.indexOf(file) === index,
);

/** Relative below the current folder, absolute elsewhere. */
function readable(dir: string, file: string): string {
  const whole = path.join(dir, file);
  return wayInside(process.cwd(), whole) ?? whole;
}
