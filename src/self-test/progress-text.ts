/** One line for each task of a self-test, while it runs. */

import { formatDuration, plural } from '../report/format.ts';
import type { Done } from './self-test.ts';

export function selfTestLine({ task, position, count, seconds, blocks, effects }: Done): string {
  const what =
    task.kind === 'run' ? plural(blocks, 'block') : `a whole job (${plural(blocks, 'block')})`;
  const seen = effects.map(({ asked, throughput, cpu }) => {
    const size = asked === 0 ? 'unchanged' : `${percent(-asked)} asked for`;
    const ofCpu = cpu === null ? '' : `, CPU per request ${percent(Math.expm1(cpu))}`;
    return `${size}: throughput ${percent(Math.expm1(-throughput))}${ofCpu}`;
  });
  return `[${position}/${count}] ${what} in ${formatDuration(1000 * Math.round(seconds))}: ${seen.join('; ')}`;
}

function percent(change: number): string {
  return `${change < 0 ? '−' : '+'}${(100 * Math.abs(change)).toFixed(1)} %`;
}
