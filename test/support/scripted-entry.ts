/** Stands in a bundle of the tests where `src/measure/live-backend.ts` stands in a release; the script is in the trees. */
import type { OpenBackend } from '../../src/measure/backend.ts';
import { scriptIn } from './script.ts';
import { scripted } from './scripted-backend.ts';

export const openLiveBackend: OpenBackend = (terms) => scripted(scriptIn(terms.dirs))(terms);
