/**
 * Notices when one build's server passes its requests on to the other build's: both have a program behind the one that is asked (an
 * application behind nginx, PHP-FPM), both want the same port or socket for it, and only the first gets it. Both would then be the
 * same build, and all CPU time would be that of the first. Linux only.
 */
import { armNames } from '../../config/experiment/contenders.ts';
import type { Server } from '../../config/experiment/server.ts';
import { named, written } from '../../config/settings/spelling.ts';
import { readStat } from '../../system/kernel/proc-stat.ts';
import { type Arm, otherArm } from '../../terms/arm.ts';
import type { RunContext } from '../context/run-context.ts';
import type { LiveArms } from './running-arms.ts';

/** Of the CPU time of both while one is loaded: what is only asked now and then, such as a register of names, has less. */
const PASSED_ON = 0.1;
/** In ticks of 10 ms. */
const LEAST_TICKS = 5;

/** From now on this arm alone is loaded. What it gives throws where the other one has worked for it. */
export function watchOwnAnswers(
  { neighbours, form }: Pick<RunContext, 'neighbours' | 'form'>,
  { servers }: Pick<LiveArms, 'servers'>,
  server: Pick<Server, 'name' | 'contenders'>,
  arm: Arm,
): () => void {
  neighbours.forgetCrossings(server.name, arm);
  const other = otherArm(arm);
  const ticksOf = (whose: Arm) =>
    (servers.get(whose)?.tree() ?? []).reduce((sum, pid) => sum + (readStat(pid)?.ticks ?? 0), 0);
  const [ownBefore, othersBefore] = [ticksOf(arm), ticksOf(other)];
  return () => {
    const [crossing] = neighbours.crossings(server.name, arm);
    if (crossing === undefined) return;
    const own = Math.max(0, ticksOf(arm) - ownBefore);
    const others = ticksOf(other) - othersBefore;
    if (others < LEAST_TICKS || others < PASSED_ON * (own + others)) return;
    const names = armNames(server);
    const where =
      form === 'file' ? `${named('start', form)} or \`env\` of the server` : named('start', form);
    const before = form === 'file' ? '`before`' : '`before` of a config file';
    throw new Error(
      `${names[arm]}'s server passes its requests on to ${names[other]}'s (${crossing}), which worked while only ${names[arm]} was loaded: both builds want the same port or socket there, and one of them did not get it. Give each its own, such as a Unix socket \`{dir}/app.sock\` (in ${where}), or let one build run at a time (${written('pairs', 'exclusive', form)}). What both are to share, start in ${before}`,
    );
  };
}
