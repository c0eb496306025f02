/** Whether the load generator may have as many files open as a load has connections. Pure; holds are in `soak.ts`. */
import type { Experiment } from '../config/experiment/experiment.ts';
import type { Scenario } from '../config/experiment/scenario.ts';
import type { Server } from '../config/experiment/server.ts';
import { hasBurst } from '../load/capabilities.ts';
import type { Problem } from '../system/messages/problem.ts';
import { counted } from '../terms/plural.ts';

/** Files that a generator's process has open besides. */
const FILES_TO_SPARE = 40;

/**
 * `openFiles`: most that one process may have open; null: no limit, or none known. `processes`: the most that share the
 * connections; the opening burst is made by one of them.
 */
export function openFileProblems(
  { servers, scenarios, subjects }: Pick<Experiment, 'servers' | 'scenarios' | 'subjects'>,
  processes: number,
  openFiles: () => number | null,
): Problem[] {
  return scenarios.flatMap((scenario) => {
    const own = subjects.filter((subject) => subject.scenario === scenario.name);
    const loaded = servers.filter(({ name }) => own.some(({ server }) => server === name));
    const needed = Math.max(0, ...loaded.map((server) => filesFor(scenario, server, processes)));
    if (needed === 0) return [];
    const most = openFiles();
    if (most === null || needed <= most) return [];
    return [
      {
        message: `scenario ${scenario.name}: a process of the load generator needs about ${counted(needed)} open files for its connections, and may have ${counted(most)}`,
        hint: `Raise the hard limit of open files: \`ulimit -Hn ${2 ** Math.ceil(Math.log2(needed))}\` as root before the gate starts (for a container, \`--ulimit nofile=…\`); or use fewer \`connections\`.`,
      },
    ];
  });
}

/** At the least, so that nobody is refused who could go on. */
function filesFor(scenario: Scenario, { pairs }: Server, processes: number): number {
  if (scenario.kind === 'hold' || scenario.kind === 'command') return 0;
  // HTTP/3 needs no socket for each connection.
  if (scenario.protocol === 'http3') return 0;
  const { connections } = scenario;
  const arms = pairs === 'live' ? 2 : 1;
  const burst = hasBurst(scenario) ? connections : 0;
  return burst + Math.ceil((arms * connections) / processes) + FILES_TO_SPARE;
}
