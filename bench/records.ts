/** Self-tests as this repository keeps them: all of a folder in one file, so that the page can be made again anywhere. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Measurement } from '../src/measure/observed/measurement.ts';
import { type SelfTest, SelfTestJob, SelfTestRecord } from '../src/self-test/record.ts';
import { ownFile } from '../src/system/program/runtime.ts';
import { upgraded } from '../src/system/shapes/schema-versions.ts';

const FOLDER = ownFile('bench/records');
const ENDING = '.json.gz';

export function keptNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .sort();
}

export function keep(name: string, { record, chunks, jobs }: SelfTest): void {
  const whole = { record, chunks: Object.fromEntries(chunks), jobs: Object.fromEntries(jobs) };
  writeFileSync(fileOf(name), gzipSync(JSON.stringify(whole), { level: 9 }));
}

/** Throws a ZodError where this version no longer reads what is kept: then it is to be measured again. */
export function readKept(name: string): SelfTest {
  const { record, chunks, jobs } = JSON.parse(gunzipSync(readFileSync(fileOf(name))).toString());
  return {
    record: SelfTestRecord.parse(upgraded('self-test', record)),
    chunks: byDose(chunks, (chunk) => Measurement.parse(upgraded('measurement', chunk))),
    jobs: byDose(jobs, (job) => SelfTestJob.parse(upgraded('self-test job', job))),
  };
}

/** What was measured, by dose, where the self-test's own record is of a form that this version no longer reads. */
export function readMeasurements(name: string): { dose: string; measurement: Measurement }[] {
  const { chunks, jobs } = JSON.parse(gunzipSync(readFileSync(fileOf(name))).toString());
  const read = (one: unknown) => Measurement.parse(upgraded('measurement', one));
  const of = (all: Record<string, unknown[]>, whole: (one: unknown) => unknown) =>
    Object.entries(all).flatMap(([dose, list]) =>
      list.map((one) => ({ dose, measurement: read(whole(one)) })),
    );
  return [
    ...of(chunks, (chunk) => chunk),
    ...of(jobs, (job) => (job as { measurement: unknown }).measurement),
  ];
}

function byDose<T>(all: Record<string, unknown[]>, read: (one: unknown) => T): Map<string, T[]> {
  return new Map(Object.entries(all).map(([dose, list]) => [dose, list.map(read)]));
}

function fileOf(name: string): string {
  return path.join(FOLDER, `${name}${ENDING}`);
}
