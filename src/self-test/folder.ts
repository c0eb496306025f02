/** The folder of a self-test: what is in it is done. */
import { existsSync, readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readFileAs } from '../attempts/read-file.ts';
import { readMeasurement } from '../attempts/result-files.ts';
import { hideFromGit } from '../checkout/hidden-folder.ts';
import type { Measurement } from '../measure/observed/measurement.ts';
import { writeWhole } from '../system/files/whole-file.ts';
import { toJson } from '../system/results/results.ts';
import { RULER, type SelfTest, SelfTestJob, SelfTestRecord, TURNS } from './record.ts';
import { chunksOf } from './turns.ts';

export interface SelfTestFolder {
  dir: string;
  /** Null in a folder where none has begun. */
  record(): Promise<SelfTestRecord | null>;
  begin(record: SelfTestRecord): void;
  hasRun(index: number): boolean;
  keepRun(index: number, measurement: Measurement): void;
  hasJob(dose: string, index: number): boolean;
  keepJob(dose: string, index: number, job: SelfTestJob): void;
  /** Everything. Throws a UserError for a file that is not what it should be. */
  read(): Promise<SelfTest>;
}

export function selfTestFolder(dir: string): SelfTestFolder {
  const recordFile = path.join(dir, 'self-test.json');
  const file = (kind: 'blocks' | 'jobs', dose: string, index: number) =>
    path.join(dir, kind, `${dose}-${String(index).padStart(3, '0')}.json`);
  const record = async () =>
    existsSync(recordFile) ? await readFileAs(recordFile, SelfTestRecord, 'self-test') : null;
  return {
    dir,
    record,
    begin: (value) => {
      const isOurs = !existsSync(dir) || readdirSync(dir).length === 0;
      writeWhole(recordFile, toJson(value));
      hideFromGit(dir, isOurs);
    },
    hasRun: (index) => existsSync(file('blocks', TURNS, index)),
    keepRun: (index, value) => writeWhole(file('blocks', TURNS, index), toJson(value)),
    hasJob: (dose, index) => existsSync(file('jobs', dose, index)),
    keepJob: (dose, index, value) => writeWhole(file('jobs', dose, index), toJson(value)),
    read: async () => {
      const found = await readFileAs(recordFile, SelfTestRecord, 'self-test');
      return {
        record: found,
        chunks: await readChunks(path.join(dir, 'blocks'), found),
        jobs: await readAll(path.join(dir, 'jobs'), namesOf(found), (name) =>
          readFileAs(name, SelfTestJob, 'self-test job'),
        ),
      };
    },
  };
}

function namesOf({ doses }: SelfTestRecord): string[] {
  return doses.map(({ name }) => name);
}

/** By dose, whichever way the runs had them. */
async function readChunks(
  dir: string,
  record: SelfTestRecord,
): Promise<Map<string, Measurement[]>> {
  const names = namesOf(record);
  if (!record.takesTurns) return await readAll(dir, names, readMeasurement);
  const runs = (await readAll(dir, [TURNS], readMeasurement)).get(TURNS) ?? [];
  return chunksOf(runs, [...names, ...(record.ruler === null ? [] : [RULER])]);
}

/** By name, in the order of their numbers. */
async function readAll<T>(
  dir: string,
  kinds: readonly string[],
  read: (file: string) => Promise<T>,
): Promise<Map<string, T[]>> {
  const names = existsSync(dir) ? (await readdir(dir)).sort() : [];
  const all = new Map<string, T[]>();
  for (const name of kinds) {
    const own = names.filter((file) => file.replace(/-\d+\.json$/, '') === name);
    const values: T[] = [];
    for (const file of own) values.push(await read(path.join(dir, file)));
    all.set(name, values);
  }
  return all;
}
