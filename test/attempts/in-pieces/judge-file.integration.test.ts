/** `judge` of a file that is read in pieces says what it says of the whole file, or leaves it to whoever reads the whole. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { largeMeasurement } from '../../../bench/large-measurement.ts';
import { impossibleIn } from '../../../src/attempts/checks/measurement.ts';
import { judgeInPieces } from '../../../src/attempts/in-pieces/judge-file.ts';
import { parseFileAs } from '../../../src/attempts/read-file.ts';
import { judge } from '../../../src/judge/judge.ts';
import { Measurement } from '../../../src/measure/observed/measurement.ts';
import { sha256Of } from '../../../src/system/files/digest.ts';
import { UserError } from '../../../src/system/messages/problem.ts';
import { toJson } from '../../../src/system/results/results.ts';
import { repeat } from '../../support/block.ts';
import { fuzzCases } from '../../support/fuzz.ts';
import { measurementOf } from '../../support/measurement.ts';
import { mutated } from '../fuzz/mutations.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'throughput-gate-pieces-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const file = path.join(dir, 'measurement.json');

function inPieces(text: string | Uint8Array) {
  writeFileSync(file, text);
  return judgeInPieces(file);
}

/** Null when it is refused. */
function whole(text: string): Measurement | null {
  try {
    return parseFileAs(file, Buffer.from(text), Measurement, 'measurement', impossibleIn);
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return null;
  }
}

const recordings = new URL('../../judge/recordings/', import.meta.url);
const RECORDED = readdirSync(recordings)
  .sort()
  .map((name) => gunzipSync(readFileSync(new URL(name, recordings))).toString());
const SMALL = measurementOf({
  gate: { metrics: ['throughput', 'cpu', 'p99'] },
  subjects: [
    { server: 'one', blocks: repeat({ throughput: 0.09, cpu: 0.08 }, 6) },
    { server: 'two', blocks: repeat({ throughput: 0.001 }, 6), planned: 10 },
  ],
});

describe('a measurement that is judged in pieces', () => {
  it('Every recording gives the verdict of the whole file, whichever form it has', () => {
    for (const text of RECORDED) {
      const measurement = whole(text);
      assert.ok(measurement !== null);
      // As this version writes it.
      for (const own of [JSON.stringify(measurement), toJson(measurement)]) {
        const judged = inPieces(own);
        assert.deepEqual(judged?.verdict, judge(measurement));
        assert.deepEqual(judged?.experiment.gate, measurement.experiment.gate);
      }
    }
  });

  it('Many subjects, whose file is longer than a piece, give the verdict of the whole file', () => {
    const measurement = largeMeasurement({ subjects: 60, blocks: 8, slices: 80, segments: 40 });
    const text = JSON.stringify(measurement);
    assert.ok(text.length > 2 * 2 ** 20);
    assert.deepEqual(inPieces(text)?.verdict, judge(Measurement.parse(measurement)));
  });

  it('A file that lacks a subject of its experiment is left to whoever says so', () => {
    const [first, second] = SMALL.subjects;
    for (const subjects of [[], [first], [second]]) {
      const text = JSON.stringify({ ...SMALL, subjects });
      assert.equal(inPieces(text), null);
      assert.equal(whole(text), null);
    }
  });

  it('A damaged file is judged as the whole file would be, or left to whoever says what is wrong', (t) => {
    const source = JSON.stringify(SMALL);
    let judged = 0;
    for (let seed = 1; seed <= fuzzCases(5000); seed++) {
      const { text, what } = mutated(source, seed);
      const found = inPieces(text);
      if (found === null) continue;
      judged++;
      const measurement = whole(text);
      assert.ok(measurement !== null, `${seed}: ${what}`);
      assert.deepEqual(found.verdict, judge(measurement), `${seed}: ${what}`);
    }
    t.diagnostic(`${judged} judged`);
    assert.ok(judged > 0);
  });

  it('A file that ends early, or goes on, is left to whoever reads the whole', () => {
    const text = JSON.stringify(SMALL);
    for (const cut of [1, 2, 100, text.length - 2])
      assert.equal(inPieces(text.slice(0, -cut)), null);
    for (const more of ['x', '{}', '\0', ',"more":1}']) assert.equal(inPieces(text + more), null);
    assert.equal(inPieces(''), null);
    assert.equal(inPieces(`\ufeff${text}`), null);
    assert.notEqual(inPieces(`${text}\n`), null);
  });

  it('Nothing is judged in pieces that cannot be opened, is no file, or lacks what stands before the subjects', () => {
    assert.equal(judgeInPieces(path.join(dir, 'none.json')), null);
    assert.equal(judgeInPieces(dir), null);
    const { subjects, ...head } = SMALL;
    assert.equal(inPieces(JSON.stringify({ subjects, ...head })), null);
    const { plan: _, ...rest } = head;
    assert.equal(inPieces(JSON.stringify({ ...rest, subjects })), null);
  });

  it('A file is judged with its own digest and with no other', () => {
    const text = JSON.stringify(SMALL);
    writeFileSync(file, text);
    assert.deepEqual(judgeInPieces(`${file}@sha256:${sha256Of(text)}`)?.verdict, judge(SMALL));
    assert.equal(judgeInPieces(`${file}@sha256:${sha256Of('')}`), null);
    assert.throws(() => judgeInPieces(`${file}@sha256:`), UserError);
  });
});
