/** How many CPUs a machine has, and on how many physical cores they are: "4 CPUs = 2 cores × 2". */
import type { Cores } from '../../terms/core-sets.ts';
import { plural } from './format.ts';

/** `count`: the CPUs of the machine, of which those in `physical` were used. */
export function cpusText(count: number, { physical }: Cores): string {
  if (physical === undefined) return plural(count, 'core');
  const used = physical.flat().length;
  const shown = spread(physical, used);
  if (used === count) return shown;
  return `${plural(count, 'CPU')}, of which ${shown} ${used === 1 ? 'was' : 'were'} used`;
}

/** "servers on 2, 3", or each on one of two halves; with what runs beside them. `list`: how CPUs are written. */
export function serversText(
  { servers, halves, beside }: Cores,
  list: (of: readonly number[] | null) => string,
): string {
  const where =
    halves === undefined
      ? `servers on ${list(servers)}`
      : `each server on ${list(halves[0])} or on ${list(halves[1])} (a live pair on one each, changed over in every block)`;
  return beside === undefined ? where : `${where}; what runs beside them on ${list(beside)}`;
}

function spread(physical: readonly (readonly number[])[], used: number): string {
  const [first] = physical;
  const threads = first?.length ?? 1;
  if (physical.some(({ length }) => length !== threads)) {
    return `${plural(used, 'CPU')} on ${plural(physical.length, 'core')}`;
  }
  return threads === 1
    ? plural(used, 'core')
    : `${plural(used, 'CPU')} = ${plural(physical.length, 'core')} × ${threads}`;
}
