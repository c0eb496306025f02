/** What a verdict says of the commands and the load of a subject, for repeating the run by hand. */
import { loadText } from '../../config/experiment/describe-load.ts';
import { partsOf } from '../../config/experiment/subject-parts.ts';
import type { MeasurementHead } from '../../measure/observed/measurement.ts';
import { loadedWith } from '../../plan/loaded-with.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** One for each program that is compared, with the load as it was planned. */
export function commandsOf(
  { experiment, plan }: MeasurementHead,
  { server, scenario }: { server: string; scenario: string },
): Verdict['commands'] {
  const own = partsOf(experiment, { server, scenario });
  const planned = plan.subjects.find((one) => one.server === server && one.scenario === scenario);
  const load = loadText(loadedWith(own.scenario, planned?.connections));
  const { contenders } = own.server;
  const programs = contenders === undefined ? [own.server] : [contenders.base, contenders.head];
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
