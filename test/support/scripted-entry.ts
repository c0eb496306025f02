/** Stands in a bundle of the tests where `src/measure/live-backend.ts` stands in a release; the script is in the trees. */
import { join } from 'node:path';
import { rootFor } from '../../src/config/experiment/contenders.ts';
import { subjectName } from '../../src/config/experiment/experiment.ts';
import type { BackendTerms, OpenBackend } from '../../src/measure/backend.ts';
import { type ArmScript, readScript, type Script, scriptIn } from './script.ts';
import { scripted } from './scripted-backend.ts';

export const openLiveBackend: OpenBackend = (terms) => scripted(scriptOf(terms))(terms);

/** A contender's script is in the folder of its server. */
function scriptOf({ dirs, experiment }: BackendTerms): Script {
  const subjects: Script['subjects'] = {};
  for (const server of experiment.servers) {
    const { contenders } = server;
    if (contenders === undefined) continue;
    const of = (arm: 'base' | 'head'): ArmScript =>
      readScript(join(dirs[arm] as string, rootFor(server, arm), contenders[arm].workdir));
    for (const subject of experiment.subjects) {
      if (subject.server !== server.name) continue;
      subjects[subjectName(subject)] = { base: of('base'), head: of('head') };
    }
  }
  return Object.keys(subjects).length === 0 ? scriptIn(dirs) : { subjects };
}
