/** Two runs of one line against each other. Pure. */
import type { LineKind, PageChangePoint, PageMachine } from '../history/page/model.ts';
import { halfBetween } from '../history/page/summary.ts';

export interface ComparedRun {
  readonly place: number;
  readonly figure: number;
  /** Half the 95 % interval of ln(figure). */
  readonly half: number | null;
  readonly machine: PageMachine | null;
}

export interface Comparison {
  /** ln(later / earlier); null where one of them is nothing. */
  readonly log: number | null;
  /** 95 %, by what each run knows of itself; null where one of them has none. */
  readonly interval: readonly [number, number] | null;
  readonly difference: number;
  /** Runs from the earlier to the later one, the later one included. */
  readonly runs: number;
  /** Names of what differs between the two machines, with both values; null: it is not known of one of them. */
  readonly differs: readonly (readonly [name: string, earlier: string, later: string])[] | null;
  /** Those after the earlier run, up to the later one. */
  readonly changePoints: readonly PageChangePoint[];
}

/** In the order of time, whichever was chosen first. `kind`: of the line that has their figures. */
export function compareRuns(
  one: ComparedRun,
  other: ComparedRun,
  { kind, changePoints }: { kind: LineKind; changePoints: readonly PageChangePoint[] },
): Comparison {
  const [earlier, later] = one.place <= other.place ? [one, other] : [other, one];
  const hasRatio = earlier.figure > 0 && later.figure > 0;
  const log = hasRatio ? Math.log(later.figure / earlier.figure) : null;
  const half = halfOf(earlier.half, later.half, kind);
  return {
    log,
    interval: log === null || half === null ? null : [log - half, log + half],
    difference: later.figure - earlier.figure,
    runs: later.place - earlier.place,
    differs: machineDifferences(earlier.machine, later.machine),
    changePoints: changePoints.filter(({ at }) => at > earlier.place && at <= later.place),
  };
}

/** Two runs know their figures each by itself; of a chain, the later figure holds all errors of the earlier one. */
function halfOf(earlier: number | null, later: number | null, kind: LineKind): number | null {
  if (earlier === null || later === null) return null;
  return kind === 'chain' ? halfBetween(earlier, later) : Math.hypot(earlier, later);
}

export function machineDifferences(
  earlier: PageMachine | null,
  later: PageMachine | null,
): Comparison['differs'] {
  if (earlier === null || later === null) return null;
  const names = [...new Set([...Object.keys(earlier.parts), ...Object.keys(later.parts)])].sort();
  const value = ({ parts }: PageMachine, name: string) =>
    Object.hasOwn(parts, name) ? (parts[name] as string) : 'not known';
  const differing = names.flatMap((name): (readonly [string, string, string])[] => {
    const [before, after] = [value(earlier, name), value(later, name)];
    return before === after ? [] : [[name, before, after]];
  });
  // Parts that one version of the program leaves out do not make two machines of one.
  if (differing.length === 0 && earlier.hash !== later.hash) {
    return [['fingerprint', earlier.hash.slice(0, 12), later.hash.slice(0, 12)]];
  }
  return differing;
}
