/** What could not be found out about the programs beside the servers, in words. */
import type { Neighbours } from './neighbours.ts';

/** A sentence each; every trouble is told once. */
export function besideTroubles(neighbours: Pick<Neighbours, 'troubles'>): string[] {
  const { missing, hidden } = neighbours.troubles();
  return [
    ...missing.map(
      (what) =>
        `\`beside\` names ${what}, and nobody was found there: what runs there counts as other processes`,
    ),
    ...hidden.map(
      (place) =>
        `the servers talk to ${place}, and this user may not see who serves it: it counts as other processes, unless \`beside\` names its control group (\`cgroup: docker-…\`, \`cgroup: postgresql\`) or its program (\`command: postgres\`)`,
    ),
  ];
}
