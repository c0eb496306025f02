/** How it was measured, in three sentences: what met, for how long, and on which machine. */
import type { Verdict } from '../../judge/verdict/verdict.ts';
import type { Phrase } from '../markup/phrase.ts';
import { cpusText, serversText } from '../wording/cpus.ts';
import { formatDuration, formatSetting, plural } from '../wording/format.ts';
import { formatQuantity } from '../wording/values.ts';

export function shortMethod(verdict: Verdict): Phrase[] {
  const measured = verdict.subjects.some(({ blocks }) => blocks > 0);
  const design: Phrase[] = measured ? [[designOf(verdict)]] : [];
  return [...design, effortOf(verdict), machineOf(verdict)];
}

/** Once for the whole report: what the figures belong to. */
export function machineOf({ environment, cores }: Verdict): Phrase {
  const { cpuModel, cpuCount, memoryBytes, os, kernel, runnerImage, node } = environment;
  const list = (of: readonly number[] | null) =>
    of === null ? 'any core' : `${of.length === 1 ? 'core' : 'cores'} ${of.join(', ')}`;
  return [
    'Machine: ',
    { quote: cpuModel },
    `, ${cpusText(cpuCount, cores)}, ${formatQuantity('B', memoryBytes)}, `,
    { quote: `${os} ${kernel}` },
    ...(runnerImage === null ? [] : [', image ', { quote: runnerImage }]),
    ', Node ',
    { quote: node },
    `; ${serversText(cores, list)}, load generator on ${list(cores.generator)}.`,
  ];
}

function effortOf(verdict: Verdict): Phrase {
  const { subjects, budgetMs, seed, falseAlarmRate, startedAt, tool } = verdict;
  const most = subjects.reduce((blocks, one) => Math.max(blocks, one.blocks), 0);
  return [
    most === 0 ? 'Effort: nothing was measured; ' : `Effort: ${plural(most, 'block')} at most, `,
    `${formatDuration(budgetMs)} of measuring per comparison at most; false alarms in at most ${formatSetting(falseAlarmRate)} of runs; seed ${seed}; `,
    { quote: `${tool.name} ${tool.version}` },
    ', ',
    { quote: startedAt },
    '.',
  ];
}

function designOf({ design, subjects }: Verdict): string {
  if (design === 'past') return PAST;
  if (design === 'alone') return ALONE;
  const exclusive = subjects.filter(({ pairs }) => pairs === 'exclusive').length;
  if (exclusive === 0) return `${LIVE}.`;
  return exclusive === subjects.length
    ? `Exclusive pairs: ${EXCLUSIVE}.`
    : `${LIVE}. Some were ${EXCLUSIVE}.`;
}

const LIVE =
  'Live pairs: both ran at the same time and were loaded in turn, slice by slice; each block is a fresh pair of processes and counts as one sample';
const EXCLUSIVE =
  'measured one after the other, in random order, because they cannot run side by side; each block is a fresh process of each';
const PAST =
  'Against earlier runs: the new build ran in live pairs with the calibrator, a server that never changes; each earlier run counts as one sample.';
const ALONE = 'One build alone: there was nothing to compare it with.';
