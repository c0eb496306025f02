/** What a comparison of servers cannot say, whatever came out of it; empty where nothing was measured, which says nothing. */
import type { Verdict } from '../../judge/verdict/verdict.ts';
import { formatSetting } from '../wording/format.ts';

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
    'It holds for this machine, these versions, these settings and this load. Another machine, more cores or another request may turn it round.',
    'It compares these programs, not their languages: a library, a build flag or a setting may be what makes the difference.',
    'Whether all of them answer the same was looked at on samples, and a difference is a warning here: less of an answer is less work. `expect` in the config says what the answer must be.',
    'Servers and load generator share one machine and its loopback interface: no network, no disk of others and no neighbours were measured.',
    ...(comparisons > 1
      ? [
          `What can be told apart, and the claims, share an error rate of ${formatSetting(falseAlarmRate)}. Each interval by itself is a 95% one: of twenty comparisons of equals, one would miss 1 by chance.`,
        ]
      : []),
    ...(absolute
      ? ['A claim about a value, and not about two servers, is one about this machine too.']
      : []),
  ];
}
