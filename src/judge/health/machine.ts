/** The machine did something else. Blind to what the arms did. */
import type { BlockMeasurement, SubjectMeasurement } from '../../measure/measurement.ts';
import { disturbance } from '../disturbed.ts';
import { DISTURBED, UNUSABLE, UNUSABLE_AT_MOST } from '../thresholds.ts';

/**
 * A disturbed block of a pair is a noisy sample, and its noise is in the interval; only where the machine did little else
 * than disturb is nothing believed, but that head is worse (docs/adr/0023-disturbed-is-not-undecided.md, 0026-no-excuse.md).
 */
export function machineFindings({
  blocks,
  replaced,
}: Pick<SubjectMeasurement, 'blocks' | 'replaced'>): {
  inconclusive: string | null;
  warnings: string[];
} {
  const unusable = blocks.flatMap(({ runner }) => disturbance(runner, UNUSABLE) ?? []);
  if (unusable.length > UNUSABLE_AT_MOST * blocks.length) {
    return {
      inconclusive: `the machine was too disturbed during ${unusable.length} of ${blocks.length} blocks, for example: ${unusable[0]}. Run again on a quieter machine`,
      warnings: [],
    };
  }
  const left = blocks.flatMap(({ runner }) => disturbance(runner) ?? []);
  return {
    inconclusive: null,
    warnings: [
      ...(replaced.length === 0
        ? []
        : [
            `${counted(replaced.length)} measured again because the machine was disturbed, for example: ${replaced[0]?.reason}.`,
          ]),
      ...(left.length === 0
        ? []
        : [
            `${counted(left.length)} kept although the machine was disturbed, for example: ${left[0]}.${hasNeighbour(blocks) ? NEIGHBOUR : ''} Both arms met the same, and the interval holds what noise is left; a quieter machine would make it narrower.`,
          ]),
    ],
  };
}

/** In most blocks it is other processes. */
function hasNeighbour(blocks: readonly BlockMeasurement[]): boolean {
  const busy = blocks.filter(({ runner: { foreign } }) => (foreign ?? 0) > DISTURBED.foreign);
  return busy.length > blocks.length / 2;
}

const NEIGHBOUR =
  ' What the server asks and the gate did not start, such as a database, counts as other processes.';

function counted(blocks: number): string {
  return blocks === 1 ? '1 block was' : `${blocks} blocks were`;
}
