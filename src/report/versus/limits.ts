/** What a comparison of servers cannot say, whatever came out of it; empty where nothing was measured, which says nothing. */
import type { Verdict } from '../../judge/verdict/verdict.ts';
import { formatSetting, roughSize } from '../wording/format.ts';

export function whatItCannotSay({
  versus,
  claims = [],
  falseAlarmRate,
  subjects,
}: Verdict): string[] {
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
          `What can be told apart, and the claims, share an error rate of ${formatSetting(falseAlarmRate)}. Each interval by itself is a 95% one: of twenty comparisons of equals, up to one would miss 1 by chance.`,
        ]
      : []),
    ...(absolute
      ? ['A claim about a value, and not about two servers, is one about this machine too.']
      : []),
    ...unseenStates(claims),
  ];
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
