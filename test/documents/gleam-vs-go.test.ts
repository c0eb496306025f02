/** docs/gleam-vs-go.md says what its records say: every measurement can be judged again, and every answer stands on the page. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Measurement } from '../../src/measure/measurement.ts';
import { ownFile } from '../../src/system/runtime.ts';
import { upgraded } from '../../src/system/schema-versions.ts';

const FOLDER = ownFile('docs/records/gleam-vs-go');
const page = readFileSync(ownFile('docs/gleam-vs-go.md'), 'utf8');
const names = readdirSync(FOLDER);

function read(name: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(`${FOLDER}/${name}`)).toString());
}

test('Every run of Gleam against Go is kept with its measurement and its verdict', () => {
  const runs = names.filter((name) => name.endsWith('.measurement.json.gz'));
  assert.ok(runs.length >= 2, names.join());
  const verdicts = runs.map((name) => name.replace('.measurement.', '.verdict.'));
  assert.deepEqual([...runs, ...verdicts].sort(), [...names].sort());
});

test('Every kept measurement of Gleam against Go is one that this version reads', () => {
  for (const name of names.filter((each) => each.includes('.measurement.'))) {
    const { experiment } = Measurement.parse(upgraded('measurement', read(name)));
    assert.ok(experiment.claims.length > 0, name);
  }
});

test('Every answer of a kept verdict stands on the page, beside its claim', () => {
  for (const name of names.filter((each) => each.includes('.verdict.'))) {
    const { claims } = read(name) as { claims: { claim: { text: string }; answer: string }[] };
    assert.ok(claims.length > 0, name);
    for (const { claim, answer } of claims) {
      assert.ok(page.includes(`| \`${claim.text}\` | ${answer} |`), `${name}: ${claim.text}`);
    }
  }
});
