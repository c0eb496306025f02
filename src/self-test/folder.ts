/** The folder of a self-test: what is in it is done. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readMeasurement } from '../attempts/file-store.ts';
import { readFileAs } from '../attempts/read-file.ts';
import type { Measurement } from '../measure/measurement.ts';
import { toJson, writeWhole } from '../system/results.ts';
import { type SelfTest, SelfTestJob, SelfTestRecord } from './record.ts';

export interface SelfTestFolder {
  dir: string;
  /** Null in a folder where none has begun. */
  record(): Promise<SelfTestRecord | null>;
  begin(record: SelfTestRecord): void;
  hasChunk(dose: string, index: number): boolean;
  keepChunk(dose: string, index: number, measurement: Measurement): void;
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
      // It hides itself from git, so that the next run does not take it for a change.
      writeWhole(path.join(dir, '.gitignore'), '*\n');
      writeWhole(recordFile, toJson(value));
    },
    hasChunk: (dose, index) => existsSync(file('blocks', dose, index)),
    keepChunk: (dose, index, value) => writeWhole(file('blocks', dose, index), toJson(value)),
    hasJob: (dose, index) => existsSync(file('jobs', dose, index)),
    keepJob: (dose, index, value) => writeWhole(file('jobs', dose, index), toJson(value)),
    read: async () => {
      const found = await readFileAs(recordFile, SelfTestRecord, 'self-test');
      return {
        record: found,
        chunks: await readAll(path.join(dir, 'blocks'), found, (name) => readMeasurement(name)),
        jobs: await readAll(path.join(dir, 'jobs'), found, (name) =>
          readFileAs(name, SelfTestJob, 'self-test job'),
        ),
      };
    },
  };
}

/** By dose, in the order of their numbers. */
async function readAll<T>(
  dir: string,
  { doses }: SelfTestRecord,
  read: (file: string) => Promise<T>,
): Promise<Map<string, T[]>> {
  const names = existsSync(dir) ? (await readdir(dir)).sort() : [];
  const all = new Map<string, T[]>();
  for (const { name } of doses) {
    const own = names.filter((file) => file.replace(/-\d+\.json$/, '') === name);
    const values: T[] = [];
    for (const file of own) values.push(await read(path.join(dir, file)));
    all.set(name, values);
  }
  return all;
}
