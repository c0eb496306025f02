/** A job that writes two files of a history, and can be killed at a step of it: `node writer.ts {"kind":…}`. */
import { directoryStore } from '../../../src/history/stores/directory.ts';
import { gitBranchStore } from '../../../src/history/stores/git-branch.ts';
import { PATIENCE } from '../../../src/history/stores/patience.ts';
import type { HistoryStore } from '../../../src/history/stores/store.ts';
import { addToBoth } from './faults.ts';
import { QUICK } from './remote.ts';

export interface Job {
  kind: 'directory' | 'git';
  /** The folder, or the remote. */
  place: string;
  line: string;
  /** Where it kills itself, as a machine that is switched off would; null: nowhere. */
  killAt: string | null;
  /** With the pauses that a user's job makes; else with those of a test. */
  isReal?: boolean;
}

const { kind, place, line, killAt, isReal } = JSON.parse(process.argv[2] ?? '{}') as Job;

function before(step: string): void {
  if (step === killAt) process.kill(process.pid, 'SIGKILL');
}

const patience = isReal ? PATIENCE : QUICK;
const store: HistoryStore =
  kind === 'directory'
    ? directoryStore(place, { patience, before })
    : gitBranchStore({ remote: place, token: null, patience, before });

try {
  await addToBoth(store, line);
  process.stdout.write('written\n');
} catch (error) {
  process.stdout.write(`failed: ${(error as Error).message}\n`);
}
