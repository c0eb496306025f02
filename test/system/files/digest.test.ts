import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, it } from 'node:test';
import { readMeasurement } from '../../../src/attempts/result-files.ts';
import { readConfirmationRequest } from '../../../src/run/confirmation-request.ts';
import { readEarlier } from '../../../src/run/earlier.ts';
import { sha256Of, splitDigest } from '../../../src/system/files/digest.ts';
import { UserError } from '../../../src/system/messages/problem.ts';
import { openResults, toJson } from '../../../src/system/results/results.ts';
import { repeat } from '../../support/block.ts';
import { measurementOf } from '../../support/measurement.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'throughput-gate-digest-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const measurement = measurementOf({ subjects: [{ blocks: repeat({ cpu: 0.01 }, 6) }] });
const results = openResults(dir);
results.write('measurement', toJson(measurement));
const file = results.path('measurement');
const digest = results.digest('measurement');

const refused = (read: Promise<unknown>, told: RegExp) =>
  assert.rejects(read, (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, told);
    return true;
  });

/** Of a folder, which has no commit that could be another one. */
const toConfirm = (given: string) =>
  readConfirmationRequest(given, path.join(dir, 'out'), () => ({
    ...{ cwd: dir, headDir: dir, base: { kind: 'none' } },
  }));

it('The digest of a result is that of the bytes of its file', () => {
  assert.equal(digest, sha256Of(readFileSync(file)));
  assert.equal(sha256Of(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  assert.equal(results.digest('verdict'), '');
});

it('A file with its digest is read, and without one too', async () => {
  for (const given of [
    file,
    `${file}@sha256:${digest}`,
    `${file}@sha256:${digest.toUpperCase()}`,
  ]) {
    assert.deepEqual(await readMeasurement(given), measurement);
    assert.deepEqual((await readEarlier(given))?.measurement, measurement);
    assert.equal((await toConfirm(given)).kind, 'nothing');
  }
});

it('A file that is not the promised one is refused before anything of it is believed', async () => {
  const other = path.join(dir, 'other.json');
  writeFileSync(other, `${toJson(measurement)} `);
  const promised = `${other}@sha256:${digest}`;
  const told = /other\.json: is not the file that was promised: its SHA-256 is [0-9a-f]{64}, and /;
  await refused(readMeasurement(promised), told);
  await refused(readEarlier(promised), told);
  await refused(toConfirm(promised), told);
  writeFileSync(other, 'no JSON');
  await refused(readMeasurement(promised), told);
});

it('A digest that the job before did not pass on is refused, and does not read as none', async () => {
  await refused(
    readMeasurement(`${file}@sha256:`),
    /its digest is empty: the job that wrote the file did not pass/,
  );
  for (const wrong of ['abc', digest.slice(1), `${digest}0`, 'g'.repeat(64)]) {
    assert.throws(() => splitDigest(`${file}@sha256:${wrong}`), /is no SHA-256 digest/);
  }
  assert.deepEqual(splitDigest('a@b/c.json'), { path: 'a@b/c.json', sha256: null });
});

it('An earlier attempt that is missing is a first attempt only where nobody has its digest', async () => {
  const missing = path.join(dir, 'missing.json');
  assert.equal(await readEarlier(missing), null);
  await refused(
    readEarlier(`${missing}@sha256:${digest}`),
    /missing\.json: cannot be read: ENOENT/,
  );
});
