/** What a comparison of servers cannot say, whatever came out of it; empty where nothing was measured, which says nothing. */
import type { Verdict } from '../../judge/verdict/verdict.ts';
import { formatSetting, roughSize } from '../wording/format.ts';
import { metricLabel } from '../wording/metric-text.ts';
import { joinList } from '../wording/verdict-labels.ts';

export function whatItCannotSay(verdict: Verdict): string[] {
  const { versus, claims = [], subjects } = verdict;
  if (subjects.every(({ blocks }) => blocks === 0)) return [];
  const comparisons = versus?.ranking.reduce((sum, { pairs }) => sum + pairs.length, 0) ?? 0;
  const absolute = claims.some(({ machine }) => machine !== null);
  return [
    'It holds for this machine, these versions, these settings and this load. Another machine, more cores or another load may turn it round.',
    'It compares these programs, not their languages: a library, a build flag or a setting may be what makes the difference.',
    'Whether all of them answer the same was looked at on samples, and a difference is a warning here: less of an answer is less work. `expect` in the config says what the answer must be.',
    'Servers and load generator share one machine and its loopback interface: no network, no disk of others and no neighbours were measured.',
    ...(comparisons > 1
      ? [
          `${sharedRate(verdict)} Each interval by itself is a 95% one: of twenty comparisons of equals, about one may miss 1 by chance.`,
        ]
      : []),
    ...(absolute
      ? ['A claim about a value, and not about two servers, is one about this machine too.']
      : []),
    ...unseenStates(claims),
  ];
}

/** By which metrics: those that do not gate are compared as well, and the rate does not cover them. */
function sharedRate({ versus, claims = [], falseAlarmRate, subjects }: Verdict): string {
  const compared = (versus?.ranking ?? []).filter(
    ({ metric, comparison }) => comparison !== 'none' && metric !== 'errors',
  );
  const own = compared.filter(({ gating }) => gating);
  const labels = own.map(({ metric: name, scenario }) => {
    const subject = subjects.find((one) => one.scenario === scenario);
    return metricLabel({ name, work: subject?.metrics[0]?.work ?? 'request' });
  });
  const rate = `an error rate of ${formatSetting(falseAlarmRate)}`;
  if (labels.length === 0) {
    return claims.length === 0
      ? `Each comparison has ${rate} at most, by itself.`
      : `The claims share ${rate}, and comparisons come on top of that.`;
  }
  const all = joinList([...new Set(labels)]);
  const shared = `What is told apart by ${all} shares ${rate}${claims.length === 0 ? '' : ' with the claims'}.`;
  return own.length === compared.length
    ? shared
    : `${shared} Any other metric has the level of one of these, on top of that rate.`;
}

/** Of the answer with the fewest starts: in which share of them a state of a server may come up and was not seen. */
function unseenStates(claims: NonNullable<Verdict['claims']>): string[] {
  const given = claims.filter(({ answer, blocks }) => answer !== 'undecided' && blocks > 0);
  const [fewest] = given.toSorted((a, b) => a.blocks - b.blocks);
  if (fewest === undefined) return [];
  const share = 1 - fewest.level ** (1 / fewest.blocks);
  return [
    `Each start of a server is one sample. The answers to claims stand on ${fewest.blocks} starts at the fewest: a state in which fewer than ${roughSize(share)} of the starts come up may not have been among them.`,
  ];
}
