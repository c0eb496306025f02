/** What could not be found out about the programs beside the servers, in words. */
import type { Failure } from '../observed/measurement.ts';
import type { Neighbours } from './neighbours.ts';

/** The failure, with whom the servers have lost meanwhile. */
export function withGone(failure: Failure, neighbours: Pick<Neighbours, 'gone'>): Failure {
  const gone = neighbours.gone();
  if (gone.length === 0) return failure;
  const who = gone.length === 1 ? `${gone[0]} has ended` : `${gone.join(' and ')} have ended`;
  return {
    ...failure,
    cure: cureWithout(failure.cure),
    message: `${failure.message}. Meanwhile what runs beside the servers is gone: ${who}`,
  };
}

/**
 * Only that somebody refuses the server's connections follows from it. Of any other failure the end of a program may be the
 * effect: a worker ends with its server.
 */
function cureWithout(cure: Failure['cure']): Failure['cure'] {
  if (cure?.code !== 'friend-missing') return cure;
  return { code: 'friend-gone', ...(cure.form === undefined ? {} : { form: cure.form }) };
}

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
