/** One server listens on one port, and there nearly every program serves either TLS or plain text. */

import { nameAsWritten } from '../experiment/cores.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { Scenario } from '../experiment/scenario.ts';

/** What is worth knowing before anything is built, as some programs do serve both on one port. HTTP/3 has UDP for itself. */
export function onePortDoubts({
  servers,
  scenarios,
  subjects,
}: Pick<Experiment, 'servers' | 'scenarios' | 'subjects'>): string[] {
  return servers.flatMap(({ name, listen }) => {
    const loads = scenarios.filter(
      (load) =>
        load.protocol !== 'http3' &&
        subjects.some(({ server, scenario }) => server === name && scenario === load.name),
    );
    const secure = loads.find((load) => load.tls !== null);
    const plain = loads.find((load) => load.tls === null);
    if (secure === undefined || plain === undefined) return [];
    return [
      `${name}: ${nameOf(secure)} loads it with TLS and ${nameOf(plain)} without, and it has one ${listen.kind === 'socket' ? 'socket' : 'port'}. If it does not serve both there, enter it in \`servers\` once more, started otherwise, and name in \`servers\` of each scenario which of the two it loads`,
    ];
  });
}

function nameOf({ name }: Scenario): string {
  return `\`${nameAsWritten(name)}\``;
}
