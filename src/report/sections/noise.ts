/** The noise of the machine as this run met it, in a line: what was expected, what came, what pairing took away. */
import type { Noise, SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { formatSetting, formatSize, plural } from '../wording/format.ts';

/** Sentences; null when no block was measured. */
export function noiseText({
  subjects,
  design,
}: Pick<Verdict, 'subjects' | 'design'>): string | null {
  const measured = subjects.filter(({ blocks }) => blocks > 0);
  if (measured.length === 0) return null;
  const noises = measured.map(({ noise }) => noise);
  const first = [...blockSd(noises), ...ownSpread(measured, design)];
  const second = [stealText(noises), ...spins(noises)];
  const sentences = [first, second].flatMap((parts) =>
    parts.length === 0 ? [] : [sentence(parts.join('; '))],
  );
  return [...sentences, ...carried(noises), ...measuredAgain(noises)].join(' ');
}

function blockSd(noises: readonly Noise[]): string[] {
  const seen = range(noises, 'sd');
  if (seen === null) return [];
  const led = range(noises, 'expectedSd');
  const expected = led === null ? '' : ` (the pilot run led to expect ${led})`;
  return [`the blocks' throughput ratios have a standard deviation of ${seen}${expected}`];
}

function ownSpread(measured: readonly SubjectVerdict[], design: Verdict['design']): string[] {
  const noises = measured.map(({ noise }) => noise);
  const spread = range(noises, 'baseCv');
  if (spread === null) return [];
  const isPaired =
    design === 'pairs' && measured.every(({ pairs }) => pairs === 'live') && noises.every(isLess);
  return [`base alone varied by ${spread}${isPaired ? ', which pairing takes away' : ''}`];
}

/** The ratios have much less than base by itself; of arms that have nothing in common they would have more. */
function isLess({ sd, baseCv }: Noise): boolean {
  return baseCv === null || (sd !== null && sd <= baseCv / 2);
}

function stealText(noises: readonly Noise[]): string {
  const most = worst(noises, 'steal');
  if (most === null) return 'this machine does not report steal';
  return `steal ${most > 0 && most < 0.0005 ? 'below 0.1%' : formatSize(most)}`;
}

function spins(noises: readonly Noise[]): string[] {
  const most = worst(noises, 'spin');
  if (most === null) return [];
  const more = most - 1;
  return [
    more < 0.0005
      ? 'short spins between the slices took no longer than their CPU time'
      : `short spins between the slices took ${formatSize(more)} longer than their CPU time`,
  ];
}

/** By which equal builds differ from run to run, whatever their blocks say. */
function carried(noises: readonly Noise[]): string[] {
  const most = worst(noises, 'runSd');
  if (most === null) return [];
  const size = `${noises.every(({ runSd }) => runSd === most) ? 'about' : 'up to'} ${formatSetting(most)}`;
  return [
    `Runs of equal builds differ by ${size} more than the blocks of one run show: the intervals of throughput and CPU time are wider for it.`,
  ];
}

function measuredAgain(noises: readonly Noise[]): string[] {
  const count = noises.reduce((sum, { replaced }) => sum + replaced, 0);
  if (count === 0) return [];
  const were = count === 1 ? 'was' : 'were';
  return [`${plural(count, 'block')} ${were} measured again, because the machine was disturbed.`];
}

type Figure = 'expectedSd' | 'sd' | 'baseCv' | 'steal' | 'spin' | 'runSd';

/** "1.2%", or "1.2% to 3.1%" over several subjects. */
function range(noises: readonly Noise[], figure: Figure): string | null {
  const known = noises.flatMap((noise) => noise[figure] ?? []);
  if (known.length === 0) return null;
  const ends = [Math.min(...known), Math.max(...known)].map(formatSize);
  return [...new Set(ends)].join(' to ');
}

function worst(noises: readonly Noise[], figure: Figure): number | null {
  const known = noises.flatMap((noise) => noise[figure] ?? []);
  return known.length === 0 ? null : Math.max(...known);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
