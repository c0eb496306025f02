/**
 * docs/gleam-vs-go.md says what its records say, judged by the rule as it is now. After a change of the rule,
 * `UPDATE_GOLDEN=1 node --test test/documents/gleam-vs-go.test.ts` writes the kept verdicts, the answers and the ratios anew:
 * then read the sentences around them.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { judge } from '../../src/judge/judge.ts';
import type { ClaimVerdict } from '../../src/judge/verdict/claim-verdict.ts';
import type { Verdict } from '../../src/judge/verdict/verdict.ts';
import { Measurement } from '../../src/measure/observed/measurement.ts';
import { verdictFile } from '../../src/report/verdict-file.ts';
import { ownFile } from '../../src/system/program/runtime.ts';
import { upgraded } from '../../src/system/shapes/schema-versions.ts';

const FOLDER = ownFile('docs/records/gleam-vs-go');
const PAGE = ownFile('docs/gleam-vs-go.md');
/** "0.53 [0.52, 0.55]", "0.53 times [0.52, 0.55]". */
const RATIO = /\d+\.\d\d(?: times)? \[\d+\.\d\d, \d+\.\d\d\]/g;
const names = readdirSync(FOLDER);
const runs = names.filter((name) => name.endsWith('.measurement.json.gz'));

/** The kept verdict of each run, and what today's rule says of its measurement. */
const judged = runs.map((name) => {
  const file = `${FOLDER}/${name.replace('.measurement.', '.verdict.')}`;
  const measurement = Measurement.parse(upgraded('measurement', read(name)));
  const now = JSON.parse(verdictFile(judge(measurement))) as Verdict;
  return { name, file, measurement, now, kept: readKept(file) };
});

if (process.env.UPDATE_GOLDEN === '1') update();
const page = readFileSync(PAGE, 'utf8');

function read(name: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(`${FOLDER}/${name}`)).toString());
}

function readKept(file: string): Verdict {
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as Verdict;
}

test('Every run of Gleam against Go is kept with its measurement and its verdict', () => {
  assert.ok(runs.length >= 2, names.join());
  const verdicts = runs.map((name) => name.replace('.measurement.', '.verdict.'));
  assert.deepEqual([...runs, ...verdicts].sort(), [...names].sort());
  for (const { name, measurement } of judged) {
    assert.ok(measurement.experiment.claims.length > 0, name);
  }
});

test('Every kept verdict is the one that the rule as it is now gives of the kept measurement', () => {
  for (const { name, now, file } of judged) {
    const kept = readKept(file);
    assert.deepEqual(claimsOf(kept), claimsOf(now), name);
    assert.deepEqual([...ratiosOf(kept)], [...ratiosOf(now)], name);
  }
});

test('Every answer stands on the page, beside its claim, with what was measured', () => {
  for (const { name, now } of judged) {
    for (const claim of now.claims ?? []) {
      const line = lineOf(page, claim.claim.text);
      assert.ok(line.includes(`| ${claim.answer} |`), `${name}: ${claim.claim.text}`);
      const measured = measuredText(claim);
      if (measured !== null) assert.ok(line.includes(measured), `${name}: ${line}: ${measured}`);
    }
  }
});

test('Every ratio with an interval on the page is one of the judged ones', () => {
  const known = new Set(judged.flatMap(({ now }) => [...ratiosOf(now).values()]));
  const shown = [...page.matchAll(RATIO)].map(([text]) => text.replace(' times', ''));
  assert.ok(shown.length > 40, String(shown.length));
  const unknown = shown.filter((text) => !known.has(text));
  assert.deepEqual(unknown, []);
});

function claimsOf({ claims = [] }: Verdict): unknown {
  return claims.map(({ claim, answer, interval }) => ({ text: claim.text, answer, interval }));
}

/** By subject and metric: what is second over what is first. */
function ratiosOf({ subjects, claims = [] }: Verdict): Map<string, string> {
  const ofMetrics = subjects.flatMap(({ server, scenario, metrics }) =>
    metrics.flatMap(({ name, comparison, change, interval }): [string, string][] =>
      comparison !== 'ratio' || change === null || interval === null
        ? []
        : [
            [
              `${server}/${scenario} ${name}`,
              ratioText(1 + change, [1 + interval[0], 1 + interval[1]]),
            ],
          ],
    ),
  );
  const ofClaims = claims.flatMap((claim): [string, string][] => {
    const { estimate, interval, scale } = claim;
    return scale !== 'ratio' || estimate === null || interval === null || claim.claim.right === null
      ? []
      : [[claim.claim.text, ratioText(estimate, interval)]];
  });
  return new Map([...ofMetrics, ...ofClaims]);
}

function ratioText(estimate: number, interval: readonly [number, number]): string {
  return `${estimate.toFixed(2)} [${interval.map((end) => end.toFixed(2)).join(', ')}]`;
}

/** As the table of answers has it; null for what is no ratio and no rate. */
function measuredText({ claim, estimate, interval, scale }: ClaimVerdict): string | null {
  if (estimate === null || interval === null) return null;
  if (claim.right === null) {
    const [value, ...ends] = [estimate, ...interval].map((one) =>
      Math.round(one).toLocaleString('en-US'),
    );
    return `${value} req/s [${ends.join(', ')}]`;
  }
  return scale === 'ratio' ? ratioText(estimate, interval).replace(' ', ' times ') : null;
}

function lineOf(text: string, claim: string): string {
  return text.split('\n').find((line) => line.startsWith(`| \`${claim}\` |`)) ?? '';
}

/** Ratios first, from what the kept verdicts said to what today's say; then the rows of the answers; then the verdicts. */
function update(): void {
  const pairs = judged.flatMap(({ kept, now }) => {
    const news = ratiosOf(now);
    return [...ratiosOf(kept)].map(([key, old]) => [old, news.get(key) ?? old] as const);
  });
  let text = readFileSync(PAGE, 'utf8').replace(RATIO, (found) => {
    const old = found.replace(' times', '');
    const news = new Set(pairs.filter(([before]) => before === old).map(([, after]) => after));
    if (news.size > 1) console.log(`by hand: ${found} is now one of ${[...news].join(' and ')}`);
    return news.size === 1
      ? ([...news][0] as string).replace(' ', found.includes(' times') ? ' times ' : ' ')
      : found;
  });
  for (const { now, file } of judged) {
    for (const claim of now.claims ?? []) {
      const line = lineOf(text, claim.claim.text);
      const [, first = '', , measured = ''] = line.split(/ ?\| ?/);
      const said = measuredText(claim) ?? measured;
      text = text.replace(line, () => `| ${first} | ${claim.answer} | ${said} |`);
    }
    writeFileSync(file, gzipSync(verdictFile(now), { level: 9 }));
  }
  writeFileSync(PAGE, text);
}
