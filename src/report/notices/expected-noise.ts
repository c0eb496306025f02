/** What is said of the noise after the pilot run, before any budget is spent. */
import type { RunnerObservation } from '../../measure/observed/measurement.ts';
import type { Forecast } from '../../plan/plan.ts';
import { isWorthProposing } from '../wording/changes.ts';
import {
  formatDuration,
  formatRoughDuration,
  formatSetting,
  formatSize,
} from '../wording/format.ts';

/**
 * One sentence: what was seen, what this budget can show, what would do. Null where the tolerance can be reached.
 * `spentMs`: what all planned blocks take.
 */
export function outOfReach(
  { resolvable, budgetNeededMs }: Pick<Forecast, 'resolvable' | 'budgetNeededMs'>,
  { sliceSd, spentMs, tolerance }: { sliceSd: number; spentMs: number; tolerance: number },
): string | null {
  if (resolvable <= tolerance) return null;
  const seen = `one and the same build differs by ${formatSize(sliceSd)} from one slice to the next`;
  const shown = `so ${formatDuration(spentMs)} of measuring will show a throughput tolerance of ${formatSetting(tolerance)} to be kept in fewer than 80 of 100 runs`;
  const wider = Math.ceil(resolvable * 200) / 200;
  const options = [
    budgetNeededMs === null ? '' : `a budget of about ${formatRoughDuration(budgetNeededMs)}`,
    isWorthProposing(wider, tolerance) ? `a tolerance of ${formatSetting(wider)}` : '',
  ].filter((option) => option !== '');
  const would =
    options.length === 0
      ? 'only a quieter machine or a heavier scenario would do'
      : `${options.join(' or ')} would do`;
  return `${seen}, ${shown}: ${would}`;
}

/** Null where the machine reports it. */
export function unreportedSteal({
  steal,
  spinWallUs,
}: Pick<RunnerObservation, 'steal' | 'spinWallUs'>): string | null {
  if (steal !== null) return null;
  const instead =
    spinWallUs.length === 0
      ? 'nothing else shows it here either'
      : 'short spins between the slices stand in for it';
  return `this machine does not report steal, the time that it gives to other machines: ${instead}`;
}
