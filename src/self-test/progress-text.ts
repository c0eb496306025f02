/** What a self-test does, while it runs: a line before each task and one after it. */

import { formatDuration, plural } from '../report/wording/format.ts';
import type { Begins, Done } from './self-test.ts';

export function beginsLine(begins: Begins): string {
  if (begins.kind === 'calibration') {
    return `First: how much slower the server gets by ${begins.knob}. This takes short runs of its own, some minutes in all.`;
  }
  const { task, asked, position, count } = begins;
  const what =
    task.kind === 'run'
      ? `${plural(task.blocks, 'block')}, every size in turn`
      : `a whole job, ${sizeText(asked ?? 0)}`;
  return `[${position}/${count}] begins: ${what}`;
}

export function selfTestLine({ task, position, count, seconds, blocks, effects }: Done): string {
  const what =
    task.kind === 'run' ? plural(blocks, 'block') : `a whole job (${plural(blocks, 'block')})`;
  const seen = effects.map(({ asked, throughput, cpu }) => {
    const size = sizeText(asked);
    const ofCpu = cpu === null ? '' : `, CPU per request ${percent(Math.expm1(cpu))}`;
    return `${size}: throughput ${percent(Math.expm1(-throughput))}${ofCpu}`;
  });
  return `[${position}/${count}] ${what} in ${formatDuration(1000 * Math.round(seconds))}: ${seen.join('; ')}`;
}

function sizeText(asked: number): string {
  return asked === 0 ? 'unchanged' : `${percent(-asked)} asked for`;
}

function percent(change: number): string {
  return `${change < 0 ? '−' : '+'}${(100 * Math.abs(change)).toFixed(1)} %`;
}
