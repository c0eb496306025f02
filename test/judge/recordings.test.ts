/**
 * The health checks on real measurements: servers with one flaw each (fixtures/flawed), recorded by
 * `node bench/recordings.ts`. Near misses beside each threshold are in test/judge/health/.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { judge } from '../../src/judge/judge.ts';
import type { SubjectVerdict } from '../../src/judge/verdict/verdict.ts';
import { Measurement } from '../../src/measure/observed/measurement.ts';
import { upgraded } from '../../src/system/shapes/schema-versions.ts';
import { reasonOf, warningsOf } from '../support/english.ts';

function recorded(name: string): { measurement: Measurement; subject: SubjectVerdict } {
  const file = new URL(`./recordings/${name}.json.gz`, import.meta.url);
  assert.ok(existsSync(file), `record it: node bench/recordings.ts --only ${name}`);
  const measurement = Measurement.parse(
    upgraded('measurement', JSON.parse(gunzipSync(readFileSync(file)).toString())),
  );
  const [subject] = judge(measurement).subjects;
  return { measurement, subject: subject as SubjectVerdict };
}

describe('a real server', () => {
  it('A real server without a flaw has nothing held against it', () => {
    const { subject } = recorded('quiet');
    assert.equal(subject.verdict, 'unchanged');
    assert.deepEqual([subject.warnings, subject.pictures, subject.modes], [[], [], []]);
  });

  it('A real server that gets slower and slower is never steady, in both arms', () => {
    const { subject } = recorded('never-steady');
    assert.equal(subject.verdict, 'inconclusive');
    assert.match(
      reasonOf(subject) as string,
      /^the server never becomes steady: base's throughput falls by \d.*, and head's throughput falls by/,
    );
    assert.deepEqual(
      subject.pictures.filter(({ of }) => of === 'block').map(({ arm }) => arm),
      ['base', 'head'],
    );
  });

  it('A real server that is so in head alone is a regression when it is slower, with a word on what could not be seen', () => {
    const { subject } = recorded('restless-head');
    assert.equal(subject.verdict, 'regression');
    assert.match(
      warningsOf(subject).join('\n'),
      /head was not steady at the end of the longest warm-up .* too few slices to show whether/,
    );
  });

  it('A real server that comes up in one of two states has both named, and no word that depends on their mixture', () => {
    const { subject } = recorded('two-states');
    const modes = subject.modes.find(({ metric }) => metric === 'cpu');
    assert.equal(modes?.groups.length, 2);
    assert.match(warningsOf(subject).join('\n'), /has two states: .* Processes of head come up/);
    assert.equal(subject.verdict, 'inconclusive');
  });

  it('A real server that shares something with its twin shows it by the order of their starts', () => {
    const { subject } = recorded('first-come');
    assert.equal(subject.verdict, 'inconclusive');
    assert.match(reasonOf(subject) as string, /which of the two was started first/);
  });

  it('A real server that stalls now and then is not called unchanged for its typical slices', () => {
    const { subject } = recorded('stalls');
    assert.match(warningsOf(subject).join('\n'), /head stalls more than base does/);
    const throughput = subject.metrics.find(({ name }) => name === 'throughput');
    assert.notEqual(throughput?.verdict, 'unchanged');
    assert.notEqual(subject.verdict, 'unchanged');
  });

  it('A real server whose machine was taken by others says so, and nothing else', () => {
    const { measurement, subject } = recorded('disturbed');
    assert.equal(subject.verdict, 'inconclusive');
    assert.match(
      reasonOf(subject) as string,
      /^the machine was too disturbed during \d+ of \d+ blocks/,
    );
    assert.ok((measurement.subjects[0]?.replaced.length ?? 0) > 0);
  });
});
