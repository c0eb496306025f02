/** Claims that this run cannot answer, told before anything is measured: nobody should take their silence for an answer. */
import type { Experiment } from '../config/experiment/experiment.ts';

/** One sentence for each text, however many scenarios it is about. */
export function claimNotes({ claims, servers }: Pick<Experiment, 'claims' | 'servers'>): string[] {
  if (servers.some(({ contenders }) => contenders !== undefined)) return [];
  const between = claims.filter(
    ({ left, right }) => right !== null && right.server !== left.server,
  );
  const gating = new Map<string, boolean>();
  for (const { text, gate } of between) gating.set(text, gate || gating.get(text) === true);
  return [...gating].map(([text, gate]) => {
    const start = `the claim \`${text}\` is about two servers, which only \`throughput-gate versus\` compares: here it stays undecided`;
    return gate ? `${start}, and does not count as passed` : start;
  });
}
