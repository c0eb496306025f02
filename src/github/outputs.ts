/** The action's outputs, for the steps that follow. */
import { randomUUID } from 'node:crypto';
import type { CommandFiles } from './command-files.ts';

/** Every output of `action.yml`, in its order. */
export const OUTPUT_NAMES = [
  'verdict',
  'confirmation',
  'report',
  'comment-body',
  'verdict-file',
  'measurement-file',
  'measurement-digest',
  'plan-file',
  'summary-file',
  'results-dir',
] as const;
export type OutputName = (typeof OUTPUT_NAMES)[number];
export type Outputs = Record<OutputName, string>;

/**
 * What a later step finds when this one ends before it began: nothing was shown, so nothing may pass for `unchanged`, and
 * no path names a file of an earlier run.
 */
export const OUTPUTS_BEFORE_WORK: Outputs = {
  verdict: 'invalid',
  // No word that a secret is likely to be, such as `true`: the runner drops a job output in which it sees a secret.
  confirmation: 'not-needed',
  report: '',
  'comment-body': '',
  'verdict-file': '',
  'measurement-file': '',
  'measurement-digest': '',
  'plan-file': '',
  'summary-file': '',
  'results-dir': '',
};

/**
 * Sets each output that is given; the last value of a name counts.
 *
 * @returns null, or why they could not be written. That is a warning: it changes no verdict.
 */
export function publishOutputs(files: CommandFiles, outputs: Partial<Outputs>): string | null {
  try {
    const entries = OUTPUT_NAMES.flatMap((name) => {
      const value = outputs[name];
      return value === undefined ? [] : [entry(name, value)];
    });
    files.append('GITHUB_OUTPUT', entries.join(''));
    return null;
  } catch (error) {
    return `The outputs could not be set: ${(error as Error).message}`;
  }
}

/** As the runner reads it: nothing in the value can end it, because nobody can guess the delimiter. */
function entry(name: OutputName, value: string): string {
  const delimiter = `end_${randomUUID()}`;
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}
