/** The action's outputs, for the steps that follow. */
import { setOutput } from '@actions/core';

/** Every output of `action.yml`, in its order. */
export const OUTPUT_NAMES = [
  'verdict',
  'confirm',
  'report',
  'comment-body',
  'verdict-file',
  'measurement-file',
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
  confirm: 'no',
  report: '',
  'comment-body': '',
  'verdict-file': '',
  'measurement-file': '',
  'plan-file': '',
  'summary-file': '',
  'results-dir': '',
};

/**
 * Sets each output that is given; the last value of a name counts.
 *
 * @returns null, or why they could not be written. That is a warning: it changes no verdict.
 */
export function publishOutputs(outputs: Partial<Outputs>): string | null {
  try {
    for (const name of OUTPUT_NAMES) {
      const value = outputs[name];
      if (value !== undefined) setOutput(name, value);
    }
    return null;
  } catch (error) {
    return `The outputs could not be set: ${(error as Error).message}`;
  }
}
