/** Who runs beside the servers of a pair that is alive. */
import type { Arm } from '../../terms/arm.ts';
import type { Neighbours } from '../beside/neighbours.ts';
import type { RunContext } from '../context/run-context.ts';
import type { BlockMeasurement } from '../observed/measurement.ts';
import type { LiveArms } from './running-arms.ts';

/** Not under load: it costs tens of milliseconds. */
export function lookBeside(
  { neighbours }: Pick<RunContext, 'neighbours'>,
  { servers }: Pick<LiveArms, 'servers'>,
  server: string,
): void {
  const trees = [...servers].map(([arm, running]): [Arm, number[]] => [arm, running.tree()]);
  neighbours.look({ server, trees: new Map(trees) });
}

/** As a measurement keeps it; nothing where there is nobody. */
export function besideOf(
  neighbours: Pick<Neighbours, 'of'>,
  server: string,
): Pick<BlockMeasurement, 'beside'> {
  const beside = neighbours.of(server).map(({ name, places, how, arms, cores }) => {
    return { name, places: [...places], how, arms: [...arms], cores: cores && [...cores] };
  });
  return beside.length === 0 ? {} : { beside };
}
