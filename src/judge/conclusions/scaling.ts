/** The curve of a scenario over numbers of server cores. */
import type { SubjectId } from '../../config/experiment/experiment.ts';
import type { MeasurementHead } from '../../measure/observed/measurement.ts';
import type { Replay } from '../looks/replay.ts';
import type { Scaling, SubjectVerdict } from '../verdict/verdict.ts';

/** A curve while its points are gathered. */
interface Drawn extends Pick<Scaling, 'server' | 'scenario'> {
  points: Scaling['points'][number][];
  lacking: number[];
}

/** One for each server and scenario with `cores`, in the order of the experiment. */
export function scalingOf(
  { experiment, plan }: MeasurementHead,
  { subjects: states }: Replay,
  subjects: readonly SubjectVerdict[],
): Scaling[] {
  const curves = new Map<string, Drawn>();
  const curveOf = ({ server, scenario }: SubjectId): Drawn => {
    const name = scenario.replace(/@\d+$/, '');
    const key = `${server}/${name}`;
    const curve = curves.get(key) ?? { server, scenario: name, points: [], lacking: [] };
    curves.set(key, curve);
    return curve;
  };
  for (const [index, subject] of subjects.entries()) {
    const scenario = experiment.scenarios.find(({ name }) => name === subject.scenario);
    const cores = scenario?.serverCores ?? null;
    const throughput = subject.metrics.find(({ name }) => name === 'throughput');
    if (cores === null || throughput === undefined) continue;
    curveOf(subject).points.push({
      cores,
      base: throughput.base,
      head: throughput.head,
      baseEfficiency: null,
      headEfficiency: null,
      limited: states[index]?.health.spare?.finding.code === 'generator-limit',
    });
  }
  for (const { cores, ...subject } of plan.lacking) curveOf(subject).lacking.push(cores);
  return [...curves.values()].map(withEfficiency);
}

/** Throughput per core over that with the fewest cores. */
function withEfficiency({ points, lacking, ...curve }: Scaling): Scaling {
  const sorted = points.toSorted((a, b) => a.cores - b.cores);
  const [fewest] = sorted;
  const efficiency = (arm: 'base' | 'head', point: Scaling['points'][number]) => {
    const [from, to] = [fewest?.[arm] ?? null, point[arm]];
    if (fewest === undefined || from === null || to === null) return null;
    return to / point.cores / (from / fewest.cores);
  };
  return {
    ...curve,
    points: sorted.map((point) => ({
      ...point,
      baseEfficiency: efficiency('base', point),
      headEfficiency: efficiency('head', point),
    })),
    lacking: lacking.toSorted((a, b) => a - b),
  };
}
