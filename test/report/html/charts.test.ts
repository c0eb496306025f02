/** The charts of a measured subject in report.html. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { judge } from '../../../src/judge/judge.ts';
import { Measurement } from '../../../src/measure/observed/measurement.ts';
import { renderHtml } from '../../../src/report/html/page.ts';
import { upgraded } from '../../../src/system/shapes/schema-versions.ts';

const recording = new URL('../../judge/recordings/quiet.json.gz', import.meta.url);
const measurement = Measurement.parse(
  upgraded('measurement', JSON.parse(gunzipSync(readFileSync(recording)).toString())),
);
const page = renderHtml(judge(measurement), measurement);
const titles = [...page.matchAll(/<title id="s0-[^"]*-w-t">([^<]*)<\/title>/g)].map(
  ([, one]) => one,
);

test('A measured subject has its blocks, its slices, its warm-up and its memory as charts', () => {
  assert.ok(titles.includes('What each block showed'), String(titles));
  assert.ok(titles.some((title) => title?.startsWith('Slices of a typical block (block ')));
  assert.ok(titles.includes('Warm-up in the pilot run'));
  assert.ok(titles.some((title) => title?.startsWith('Resident memory over a typical block')));
});

test('Each chart has a description with figures, under ids that are unique in the page', () => {
  const descriptions = [...page.matchAll(/<desc id="s0-[^"]*">([^<]*)<\/desc>/g)].map(
    ([, one]) => one,
  );
  assert.ok(descriptions.length >= 2 * titles.length);
  for (const text of descriptions) assert.match(text ?? '', /\d/);
  const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.doesNotMatch(page, /NaN|Infinity|undefined/);
});

test('The figures of the blocks stand behind their chart as a table', () => {
  const [, table = ''] = /The blocks as a table<\/summary>(.*?)<\/table>/s.exec(page) ?? [];
  assert.equal(table.match(/<tr><td/g)?.length, measurement.subjects[0]?.blocks.length);
});

test('Without the measurement the page has the blocks, which the verdict has, and nothing of the arms', () => {
  const bare = renderHtml(judge(measurement));
  assert.match(bare, /What each block showed/);
  assert.doesNotMatch(bare, /How each arm behaved/);
});

test('A measurement without any block or pilot run has no charts of its arms', () => {
  const empty = {
    ...measurement,
    subjects: measurement.subjects.map((one) => ({ ...one, blocks: [], pilot: null })),
  };
  assert.doesNotMatch(renderHtml(judge(empty), empty), /How each arm behaved|What each block/);
});
