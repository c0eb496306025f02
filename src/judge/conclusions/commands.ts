/** What a verdict says of the commands and the load of a subject, for repeating the run by hand. */
import { loadText } from '../../config/experiment/describe-load.ts';
import type { Server } from '../../config/experiment/server.ts';
import type { MeasurementHead } from '../../measure/observed/measurement.ts';
import { loadedWith } from '../../plan/loaded-with.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** One for each program that is compared, with the load as it was planned. */
export function commandsOf(
  { experiment, plan }: MeasurementHead,
  { server, scenario }: { server: string; scenario: string },
): Verdict['commands'] {
  const own = experiment.servers.find((s) => s.name === server) as Server;
  const planned = plan.subjects.find((one) => one.server === server && one.scenario === scenario);
  const asked = experiment.scenarios.find((s) => s.name === scenario);
  const found = asked && loadedWith(asked, planned?.connections);
  const load = found === undefined ? '' : loadText(found);
  const { contenders } = own;
  const programs = contenders === undefined ? [own] : [contenders.base, contenders.head];
  return programs.map(({ name, build, start }) => ({
    subject: `${name}/${scenario}`,
    build,
    start,
    load,
  }));
}

/** A contender is in several pairs, and runs the same in all of them. */
export function eachOnce(commands: Verdict['commands']): Verdict['commands'] {
  return [...new Map(commands.map((one) => [one.subject, one])).values()];
}
