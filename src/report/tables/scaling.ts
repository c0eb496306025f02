/** What more server cores gave, whatever it is drawn with. */
import type { Scaling, Verdict } from '../../judge/verdict/verdict.ts';
import { formatNumber, NOTHING } from '../wording/format.ts';
import { namesOf } from '../wording/names.ts';
import { formatRate } from '../wording/values.ts';
import { joinList } from '../wording/verdict-labels.ts';

export interface ScalingTable {
  /** `server/scenario`, still to be escaped. */
  name: string;
  /** `SCALING_TITLES`, in a versus with the names, still to be escaped. */
  titles: string[];
  /** A row per number of cores. */
  rows: string[][];
  /** What the table does not say; plain text of ours. */
  remarks: string[];
}

export const SCALING_TITLES = ['Cores', 'Base', 'Efficiency', 'Head', 'Efficiency'];

export const EFFICIENCY_TEXT =
  'Efficiency: throughput per core against that at the fewest cores; 100% is perfect scaling.';

const MOST_POINTS = 12;

export function scalingTables(verdict: Verdict): ScalingTable[] {
  return verdict.scaling.filter(isCurve).map((scaling) => {
    const { server, scenario, points } = scaling;
    const shown = [...points].sort((a, b) => a.cores - b.cores).slice(0, MOST_POINTS);
    const work = workOf(scaling, verdict);
    const isBlind = isWithoutStart(scaling);
    const share = (known: number | null, limited: boolean) =>
      efficiency(isBlind ? null : known, limited);
    return {
      name: `${server}/${scenario}`,
      titles: titlesOf(scaling, verdict),
      rows: shown.map(({ cores, base, baseEfficiency, head, headEfficiency, limited }) => [
        String(cores),
        base === null ? NOTHING : formatRate(base, work),
        share(baseEfficiency, limited),
        head === null ? NOTHING : formatRate(head, work),
        share(headEfficiency, limited),
      ]),
      remarks: remarksOf(scaling),
    };
  });
}

/** Of a single number of cores the other tables say all. */
function isCurve({ points, lacking }: Scaling): boolean {
  return points.length !== 1 || lacking.length > 0;
}

function titlesOf({ server }: Scaling, { subjects }: Verdict): string[] {
  const own = subjects.find((one) => one.server === server && one.names !== undefined);
  if (own === undefined) return SCALING_TITLES;
  const { base, head } = namesOf(own);
  return SCALING_TITLES.map((title) => ({ Base: base, Head: head })[title] ?? title);
}

/** Where the generator was the limit at the fewest cores, what all others are held against is only known to be too small. */
function isWithoutStart({ points }: Scaling): boolean {
  const [fewest] = [...points].sort((a, b) => a.cores - b.cores);
  return points.length > 1 && fewest?.limited === true;
}

function remarksOf(scaling: Scaling): string[] {
  const { points, lacking } = scaling;
  const lacked = [...lacking].sort((a, b) => a - b).slice(0, MOST_POINTS);
  const last = lacked.at(-1);
  return [
    ...(points.length > MOST_POINTS ? ['More numbers of cores are in verdict.json.'] : []),
    ...(isWithoutStart(scaling)
      ? ['At the fewest cores the load generator was the limit, so no efficiency can be told.']
      : points.some(({ limited }) => limited)
        ? ['≥: the load generator was the limit, so the efficiency is at least this.']
        : []),
    ...(last === undefined
      ? []
      : [
          `${joinList(lacked.map(String))} ${last === 1 ? 'core' : 'cores'}: not measured, because this machine has fewer for the servers.`,
        ]),
  ];
}

/** `100%`, `≥ 87%`. */
function efficiency(share: number | null, limited: boolean): string {
  if (share === null) return NOTHING;
  return `${limited ? '≥ ' : ''}${formatNumber(share * 100, 0)}%`;
}

/** Scaling has no word for it, but the subjects at each number of cores have. */
function workOf({ server, scenario, points }: Scaling, { subjects }: Verdict) {
  const names = new Set(points.map(({ cores }) => `${scenario}@${cores}`));
  const measured = subjects.find(
    (subject) => subject.server === server && names.has(subject.scenario),
  );
  return measured?.metrics[0]?.work ?? 'request';
}
