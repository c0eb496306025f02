/**
 * Base once more, where head's server is. What a server makes of its port (the next one, a token with it, a link in base64) differs
 * between the arms and is no difference of their code; to know it by its look there are too many ways. So where head differs, base
 * is started in head's place, before that is told: whatever it answers there, its code answers.
 */
import { fixedPort, forArm } from '../../config/experiment/contenders.ts';
import type { Experiment, SubjectId } from '../../config/experiment/experiment.ts';
import { partsOf } from '../../config/experiment/subject-parts.ts';
import { armsOf, startAlone } from '../arms/start-alone.ts';
import type { RunContext } from '../context/run-context.ts';
import { askElsewhere } from './rounds.ts';

/**
 * Once for each subject; no server of it may run. A base that cannot be had there (its build has written its own port down) says
 * nothing, and nothing of it fails.
 */
export async function askBaseElsewhere(
  context: RunContext,
  experiment: Experiment,
  subject: SubjectId,
): Promise<void> {
  const { answers, addresses, signal } = context;
  if (answers === null || !answers.wantsElsewhere()) return;
  const { server, scenario } = partsOf(experiment, subject);
  if (fixedPort(forArm(server, 'base')) !== null) return;
  const place = await addresses.of(forArm(server, 'head'), 'head');
  const there = { ...addresses, of: async () => place };
  try {
    await using alone = await startAlone(
      { ...context, addresses: there },
      server,
      scenario,
      'base',
    );
    await askElsewhere(context, armsOf(alone));
  } catch {
    signal.throwIfAborted();
  }
}
