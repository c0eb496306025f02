/** Who comes first, of more than two contenders: those that cannot be told apart share a rank. */
import type { Verdict } from '../../judge/verdict/verdict.ts';
import type { Ranking } from '../../judge/verdict/versus-verdict.ts';
import { plainName } from '../markup/escape.ts';
import { NOTHING } from '../wording/format.ts';
import { metricLabel } from '../wording/metric-text.ts';
import { commonScale, formatValues } from '../wording/values.ts';
import { joinList } from '../wording/verdict-labels.ts';

export interface RankingTable {
  /** `plaintext, throughput` */
  title: string;
  scenario: string;
  /** The metric that comes first in its scenario. */
  isLead: boolean;
  rows: string[][];
}

export const RANKING_TITLES = ['Rank', 'Contender', 'Value'];

/** None for two contenders: there the plot says it. */
export function rankingTables({ versus, subjects }: Verdict): RankingTable[] {
  if (versus === undefined || versus.contenders.length < 3) return [];
  const seen = new Set<string>();
  return versus.ranking
    .filter(({ places }) => places.some(({ rank }) => rank !== null))
    .map((ranking) => {
      const isLead = !seen.has(ranking.scenario);
      seen.add(ranking.scenario);
      return { ...tableOf(ranking, workOf(ranking, subjects)), isLead };
    });
}

/** "1. rust; 2. go and erlang (not told apart); 4. node" */
export function rankingLine({ places, pairs }: Ranking): string {
  const ranks = [...new Set(places.flatMap(({ rank }) => rank ?? []))].sort((a, b) => a - b);
  return ranks
    .map((rank) => {
      const names = places.filter((one) => one.rank === rank).map(({ contender }) => contender);
      const why = areAlike(names, pairs) ? 'alike' : 'not told apart';
      const list = joinList(names.map((name) => plainName(name)));
      return `${rank}. ${list}${names.length > 1 ? ` (${why})` : ''}`;
    })
    .join('; ');
}

/** Every two of them were shown to be. */
function areAlike(names: readonly string[], pairs: Ranking['pairs']): boolean {
  const same = pairs.filter(
    ({ first, second, outcome }) =>
      outcome === 'same' && names.includes(first) && names.includes(second),
  );
  return same.length === (names.length * (names.length - 1)) / 2;
}

function tableOf(ranking: Ranking, work: 'request' | 'message'): Omit<RankingTable, 'isLead'> {
  const { scenario, metric, unit, places } = ranking;
  const values = places.map(({ value }) => value);
  const texts = formatValues(unit, values, commonScale(unit, values));
  const shared = (rank: number | null) => places.filter((one) => one.rank === rank).length > 1;
  return {
    scenario,
    title: metricLabel({ name: metric, work }),
    rows: places.map(({ contender, rank }, i) => [
      rank === null ? NOTHING : `${rank}${shared(rank) ? ' =' : ''}`,
      contender,
      texts[i] ?? NOTHING,
    ]),
  };
}

function workOf({ scenario }: Ranking, subjects: Verdict['subjects']): 'request' | 'message' {
  return subjects.find((one) => one.scenario === scenario)?.metrics[0]?.work ?? 'request';
}
