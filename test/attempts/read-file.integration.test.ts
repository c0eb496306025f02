import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, it } from 'node:test';
import { readFileAs } from '../../src/attempts/read-file.ts';
import { readMeasurement } from '../../src/attempts/result-files.ts';
import { judge } from '../../src/judge/judge.ts';
import { Verdict } from '../../src/judge/verdict/verdict.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import { toJson } from '../../src/system/results/results.ts';
import { SCHEMA } from '../../src/system/shapes/schema-versions.ts';
import { repeat } from '../support/block.ts';
import { measurementOf } from '../support/measurement.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'throughput-gate-read-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const measurement = measurementOf({ subjects: [{ blocks: repeat({ cpu: 0.01 }, 6) }] });
const verdict = judge(measurement);

/** What is said about the file, without its name; always one sentence and at most one hint. */
async function told(
  file: string,
  kind: 'measurement' | 'verdict' = 'measurement',
): Promise<string> {
  try {
    await (kind === 'measurement' ? readMeasurement(file) : readFileAs(file, Verdict, 'verdict'));
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.problems.length, 1);
    const [problem] = error.problems;
    assert.equal(problem?.where, file);
    assert.doesNotMatch(`${problem?.message}${problem?.hint}`, /\n/);
    return problem?.message as string;
  }
  throw new assert.AssertionError({ message: 'nothing was refused' });
}

let files = 0;
function fileWith(content: string | Uint8Array | object): string {
  const file = path.join(dir, `${files++}.json`);
  const isRaw = typeof content === 'string' || content instanceof Uint8Array;
  writeFileSync(file, isRaw ? content : JSON.stringify(content));
  return file;
}

it('What is no readable file is refused by what it is, and never waited for', async () => {
  assert.match(await told(path.join(dir, 'none.json')), /^cannot be read: ENOENT/);
  mkdirSync(path.join(dir, 'folder.json'));
  assert.equal(await told(path.join(dir, 'folder.json')), 'is a folder, not a file');
  const pipe = path.join(dir, 'pipe.json');
  spawnSync('mkfifo', [pipe]);
  assert.equal(await told(pipe), 'is a pipe or a device, not a file');
  assert.equal(await told('/dev/zero'), 'is a pipe or a device, not a file');
  assert.equal(await told(fileWith('')), 'is empty');
  if (process.getuid?.() !== 0) {
    const locked = fileWith(measurement);
    chmodSync(locked, 0);
    assert.match(await told(locked), /^cannot be read: EACCES/);
  }
});

it('A file of two gigabytes is refused by its size, before it is read', async () => {
  const file = path.join(dir, 'large.json');
  const descriptor = openSync(file, 'w');
  ftruncateSync(descriptor, 2 * 1024 ** 3);
  closeSync(descriptor);
  const before = process.cpuUsage();
  assert.equal(await told(file), 'has 2,048 MiB, and files of at most 128 MiB are read');
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 2e6, `${user + system} µs`);
});

it('Bytes that are no JSON are refused by how they are not', async () => {
  const whole = toJson(measurement);
  for (const share of [0.001, 0.1, 0.5, 0.99]) {
    assert.equal(await told(fileWith(whole.slice(0, share * whole.length))), 'ends in the middle');
  }
  assert.match(await told(fileWith(`${whole}${whole}`)), /^is not JSON: /);
  assert.equal(await told(fileWith(new Uint8Array(4096))), 'is no text in UTF-8');
  assert.match(await told(fileWith("{'a': 1}")), /^is not JSON: /);
  assert.equal(await told(fileWith(Buffer.from(whole, 'utf16le'))), 'is no text in UTF-8');
  assert.equal(
    await told(fileWith(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d))),
    'is no text in UTF-8',
  );
  const deep = 'is nested more than 64 levels deep, so it is no measurement.json';
  assert.equal(await told(fileWith('['.repeat(5_000_000))), deep);
  assert.equal(await told(fileWith('{"a":'.repeat(100_000))), deep);
  assert.equal(await told(fileWith(`${'['.repeat(65)}${']'.repeat(65)}`)), deep);
});

it('A file with a byte order mark is read', async () => {
  assert.deepEqual(await readMeasurement(fileWith(`\ufeff${toJson(measurement)}`)), measurement);
});

it('A key that stands twice is refused, however it is written', async () => {
  const text = JSON.stringify(measurement);
  for (const again of ['"flags":[],', '"fl\\u0061gs":["--x"],']) {
    const message = await told(fileWith(text.replace('"flags":', `${again}"flags":`)));
    assert.equal(
      message,
      'has the key "flags" twice in one object, which no version of this program writes',
    );
  }
});

it('Another of the program’s files is named, with the command that reads it', async () => {
  const verdictFile = fileWith(verdict);
  assert.equal(await told(verdictFile), 'is a verdict.json, and a measurement.json is wanted here');
  const measurementFile = fileWith(measurement);
  assert.equal(
    await told(measurementFile, 'verdict'),
    'is a measurement.json, and a verdict.json is wanted here',
  );
  await assert.rejects(
    readMeasurement(verdictFile),
    /`throughput-gate report` reads a verdict.json/,
  );
  await assert.rejects(
    readFileAs(measurementFile, Verdict, 'verdict'),
    /`throughput-gate judge` reads a measurement.json/,
  );
  assert.match(await told(fileWith(measurement.plan)), /^is a plan.json, and/);
  for (const value of [null, 7, 'text', [], {}, { name: 'app', version: '1.0.0' }]) {
    assert.equal(await told(fileWith(JSON.stringify(value))), 'is no measurement.json');
    assert.equal(await told(fileWith(JSON.stringify(value)), 'verdict'), 'is no verdict.json');
  }
});

it('A newer file is refused by the version that wrote it, before its unknown keys are', async () => {
  const tool = { name: 'throughput-gate', version: '9.4.0' };
  const newer = { ...measurement, tool, schemaVersion: SCHEMA.measurement + 1, news: true };
  assert.match(
    await told(fileWith(newer)),
    /^was written by throughput-gate 9\.4\.0, schema 7; this is throughput-gate \d+\.\d+\.\d+ and reads up to 6$/,
  );
  assert.match(
    await told(fileWith({ ...verdict, schemaVersion: 99 }), 'verdict'),
    /schema 99; this is/,
  );
  assert.match(await told(fileWith({ ...newer, tool: 7 })), /^was written by an unknown program, /);
  for (const version of [undefined, null, '2', 0, -1, 1.5, true]) {
    assert.equal(
      await told(fileWith({ ...measurement, schemaVersion: version })),
      'has no schemaVersion that is a whole number from 1 on',
    );
  }
});

it('An older measurement is read, and an older verdict refused by name', async () => {
  const { confirmationOf: confirming, ...same } = measurement;
  const withConfirm = (confirm: string) => {
    const { onRegression: _, ...gate } = measurement.experiment.gate;
    const experiment = { ...measurement.experiment, gate: { ...gate, confirm } };
    return { ...same, confirming, experiment, schemaVersion: 2 };
  };
  assert.deepEqual(await readMeasurement(fileWith(withConfirm('none'))), measurement);
  const { experiment } = await readMeasurement(fileWith(withConfirm('fresh-runner')));
  assert.equal(experiment.gate.onRegression, 'confirm-on-fresh-runner');
  const oldest = {
    ...withConfirm('none'),
    schemaVersion: 1,
    plan: { ...measurement.plan, schemaVersion: 1 },
  };
  assert.deepEqual(await readMeasurement(fileWith(oldest)), measurement);
  assert.match(
    await told(fileWith({ ...verdict, schemaVersion: 1 }), 'verdict'),
    /^was written by throughput-gate 0\.1\.0, schema 1; this is .*, which reads schema 5 and no longer 1$/,
  );
});

it('Files from before there were contenders are read as they are', async () => {
  assert.deepEqual(
    await readMeasurement(fileWith({ ...measurement, schemaVersion: 4 })),
    measurement,
  );
  assert.deepEqual(
    await readFileAs(fileWith({ ...verdict, schemaVersion: 4 }), Verdict, 'verdict'),
    await readFileAs(fileWith(verdict), Verdict, 'verdict'),
  );
});

it('A block that was measured again keeps no sentence of an older file, and no guess in its place', async () => {
  const [subject] = measurement.subjects;
  const [block] = subject?.blocks ?? [];
  const withReplaced = (replaced: unknown) => ({
    ...measurement,
    subjects: [{ ...subject, replaced }],
  });
  const old = withReplaced([{ reason: 'the hypervisor took it', block }]);
  assert.deepEqual(
    await readMeasurement(fileWith({ ...old, schemaVersion: 3 })),
    withReplaced([{ disturbance: null, block }]),
  );
  const steal = { kind: 'steal', share: 0.04 };
  const known = withReplaced([{ disturbance: steal, block }]);
  assert.deepEqual(await readMeasurement(fileWith(known)), known);
  assert.match(await told(fileWith(old)), /^is a measurement\.json that no run can have written/);
});

it('What has another name since form 5 is read under the new one, but no name that a user gave', async () => {
  const [subject] = measurement.subjects;
  const { pilot: rehearsal, ...rest } = subject as NonNullable<typeof subject>;
  const failed = { arm: 'head', message: 'no answer', cure: null };
  const withFailure = (stage: string, named: object) => ({
    ...measurement,
    subjects: [{ ...rest, ...named, failure: { ...failed, stage } }],
  });
  const old = { ...withFailure('rehearsal', { rehearsal }), schemaVersion: 4 };
  assert.deepEqual(
    await readMeasurement(fileWith(old)),
    withFailure('pilot', { pilot: rehearsal }),
  );
  const [server] = measurement.experiment.servers;
  const servers = [{ ...server, env: { rehearsal: '1' } }];
  const chosen = { ...measurement, experiment: { ...measurement.experiment, servers } };
  const read = await readMeasurement(fileWith({ ...chosen, schemaVersion: 4 }));
  assert.deepEqual(Object.keys(read.experiment.servers[0]?.env ?? {}), ['rehearsal']);
});

it('Of many mistakes the first is told in one sentence, with the number of the others', async () => {
  const wrong = { ...measurement, environment: { ...measurement.environment, cpuCount: 0 } };
  assert.match(
    await told(fileWith(wrong)),
    /^is a measurement\.json that no run can have written: environment\.cpuCount: .*0$/,
  );
  assert.match(
    await told(fileWith({ schemaVersion: SCHEMA.measurement, experiment: 1, plan: 2 })),
    /^is a measurement\.json that no run can have written: tool: .* \(and \d+ more like it\)$/,
  );
});
