/** The machine did something else. Blind to what the arms did. */
import type { BlockMeasurement, SubjectMeasurement } from '../../measure/observed/measurement.ts';
import { MIN_BLOCKS } from '../../plan/looks.ts';
import type { Finding } from '../findings/finding.ts';
import { DISTURBED, UNUSABLE, UNUSABLE_AT_MOST } from '../findings/thresholds.ts';
import { disturbance } from './disturbed.ts';

/**
 * A disturbed block of a pair is a noisy sample, and its noise is in the interval; only where the machine did little else
 * than disturb is nothing believed, but that head is worse (docs/adr/0023-disturbed-is-not-undecided.md, 0026-no-excuse.md).
 */
export function machineFindings({
  blocks,
  replaced,
}: Pick<SubjectMeasurement, 'blocks' | 'replaced'>): {
  doubt: Finding | null;
  warnings: Finding[];
} {
  const [unusable, ...others] = blocks.flatMap(({ runner }) => disturbance(runner, UNUSABLE) ?? []);
  if (unusable !== undefined && 1 + others.length > UNUSABLE_AT_MOST * blocks.length) {
    const data = { disturbed: 1 + others.length, blocks: blocks.length, example: unusable };
    return {
      doubt: { code: 'machine-too-disturbed', severity: 'doubt', subject: null, data },
      warnings: [],
    };
  }
  return { doubt: null, warnings: [...replacedWarnings(replaced), ...leftWarnings(blocks)] };
}

/**
 * Whether others left the machine to the run. What head can bring about itself does not count as theirs: it may use up its quota, and
 * its own work makes others wait for a core.
 */
export function isQuiet({ runner: { steal, foreign } }: Pick<BlockMeasurement, 'runner'>): boolean {
  return (steal ?? 0) <= UNUSABLE.steal && (foreign ?? 0) <= UNUSABLE.foreign;
}

/** Whether there are as many quiet blocks as a verdict needs, and these are sound by themselves. */
export function hasQuietEnough(blocks: readonly BlockMeasurement[]): boolean {
  const quiet = blocks.filter(isQuiet);
  return (
    quiet.length >= MIN_BLOCKS && machineFindings({ blocks: quiet, replaced: [] }).doubt === null
  );
}

export function replacedWarnings(replaced: SubjectMeasurement['replaced']): Finding[] {
  const [first] = replaced;
  if (first === undefined) return [];
  // Older files do not keep what it was; the block still tells what the machine did in it.
  const example = first.disturbance ?? disturbance(first.block.runner);
  const data = { blocks: replaced.length, example };
  return [{ code: 'blocks-replaced', severity: 'warning', subject: null, data }];
}

function leftWarnings(blocks: readonly BlockMeasurement[]): Finding[] {
  const left = blocks.flatMap(({ runner }) => disturbance(runner) ?? []);
  const [example] = left;
  if (example === undefined) return [];
  const data = { blocks: left.length, example, isNeighbour: hasNeighbour(blocks) };
  return [{ code: 'blocks-disturbed', severity: 'warning', subject: null, data }];
}

/** In most blocks it is other processes. */
function hasNeighbour(blocks: readonly BlockMeasurement[]): boolean {
  const busy = blocks.filter(({ runner: { foreign } }) => (foreign ?? 0) > DISTURBED.foreign);
  return busy.length > blocks.length / 2;
}
