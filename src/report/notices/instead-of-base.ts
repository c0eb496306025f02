/** What is told when head is compared with earlier runs although nobody asked for that. */
import type { Gate } from '../../config/experiment/experiment.ts';
import { joinList } from '../wording/verdict-labels.ts';

/** Base cannot be built. `why`: what became of its build; `from`: where the earlier runs are. */
export function insteadText(why: string, from: string): string {
  return `base cannot be built (${why}), so head is compared with earlier runs instead, those of ${from}: that sees only larger slowdowns. \`baseline: rebuild\` would give no verdict here`;
}

/** The run is one of those that write the history. `gate`: as the user has it. */
export function forHistoryText(
  { failOnInconclusive, failOnNoBaseline, onRegression }: Gate,
  from: string,
): string {
  const unused = [
    ...(failOnInconclusive ? ['`fail-on-inconclusive`'] : []),
    ...(failOnNoBaseline ? ['`fail-on-no-baseline`'] : []),
    ...(onRegression === 'fail' ? [] : [`\`on-regression: ${onRegression}\``]),
  ];
  const idle =
    unused.length === 0
      ? ''
      : ` There is nothing to block, so ${joinList(unused)} ${unused.length === 1 ? 'does' : 'do'} not count here.`;
  return `this run will be kept in the history, so that later runs can be compared with it: head takes turns with the calibrator, a server that never changes, and, once ten of them count, is compared with earlier runs, those of ${from}. Base is not built.${idle} With \`baseline: rebuild\` it would be compared with base, and later runs could not be compared with it`;
}

/** The same run, where an attempt before it was to be continued. */
export function notContinuedText(file: string): string {
  return `${file} is not continued: a run that is kept in the history is measured as a whole`;
}
