/** One line for each task of a self-test, while it runs. */

import { formatDuration, plural } from '../report/format.ts';
import type { Done } from './self-test.ts';

export function selfTestLine({
  task,
  dose,
  position,
  count,
  seconds,
  blocks,
  effect,
}: Done): string {
  const what =
    task.kind === 'blocks' ? plural(blocks, 'block') : `a whole job (${plural(blocks, 'block')})`;
  const size = dose.asked === 0 ? 'unchanged' : `${percent(-dose.asked)} asked for`;
  const cpu = effect.cpu === null ? '' : `, CPU per request ${percent(Math.expm1(effect.cpu))}`;
  const seen = `throughput ${percent(Math.expm1(-effect.throughput))}${cpu}`;
  return `[${position}/${count}] ${size}: ${what} in ${formatDuration(1000 * Math.round(seconds))}: ${seen}`;
}

function percent(change: number): string {
  return `${change < 0 ? '−' : '+'}${(100 * Math.abs(change)).toFixed(1)} %`;
}
