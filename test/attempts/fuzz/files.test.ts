/**
 * Real files, damaged at random: each is refused in one sentence, or judged as what it then says. Never another error,
 * never without end, and never `unchanged` where the file cannot be.
 *
 * A failing case prints its seed: `FUZZ_SEED=<seed>` begins with it.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readKept } from '../../../bench/records.ts';
import { impossibleIn } from '../../../src/attempts/checks/measurement.ts';
import { impossibleInVerdict } from '../../../src/attempts/checks/verdict.ts';
import { claimsToConfirm } from '../../../src/attempts/confirmation.ts';
import { parseFileAs } from '../../../src/attempts/read-file.ts';
import { resumeStates } from '../../../src/attempts/resume.ts';
import { judge } from '../../../src/judge/judge.ts';
import { Verdict } from '../../../src/judge/verdict/verdict.ts';
import { Measurement } from '../../../src/measure/observed/measurement.ts';
import { renderComment } from '../../../src/report/comment.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import { renderTerminal } from '../../../src/report/terminal.ts';
import { UserError } from '../../../src/system/messages/problem.ts';
import { fuzzCases } from '../../support/fuzz.ts';
import { mutated } from './mutations.ts';
import { faultsOf } from './possible.ts';

/** Of each kind of file. */
const CASES = fuzzCases(10_000);
const FIRST_SEED = Number(process.env.FUZZ_SEED ?? 1);
/** Of one case, on a machine that does something else meanwhile: ten times what the slowest takes. */
const MOST_MS = 5000;

const folder = new URL('../../judge/recordings/', import.meta.url);
const recordings = readdirSync(folder)
  .sort()
  .map((name) => gunzipSync(readFileSync(new URL(name, folder))).toString());
const kept = [...readKept('node-http').jobs.values()].flat().slice(0, 3);
const MEASUREMENTS = [...recordings, ...kept.map(({ measurement }) => JSON.stringify(measurement))];
const VERDICTS = MEASUREMENTS.map((text) => JSON.stringify(judge(parsed(text))));

function parsed(text: string): Measurement {
  return parseFileAs('m.json', Buffer.from(text), Measurement, 'measurement', impossibleIn);
}

function parsedVerdict(text: string): Verdict {
  return parseFileAs('v.json', Buffer.from(text), Verdict, 'verdict', impossibleInVerdict);
}

/** Null when it was refused as it should be. */
function orRefused<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    assert.ok(error instanceof UserError, error instanceof Error ? error.stack : String(error));
    assert.equal(error.problems.length, 1);
    assert.doesNotMatch(error.problems[0]?.message ?? '\n', /\n/);
    return null;
  }
}

/** Runs every case, and tells which one it was when one fails. Counts what was refused. */
function fuzz(files: readonly string[], one: (text: string, what: string) => boolean): number {
  let refused = 0;
  for (let i = 0; i < CASES; i++) {
    const seed = FIRST_SEED + i;
    const { text, what } = mutated(files[i % files.length] as string, seed);
    const before = process.cpuUsage();
    try {
      if (!one(text, what)) refused += 1;
    } catch (error) {
      throw new Error(`case ${seed} of file ${i % files.length}: ${what}`, { cause: error });
    }
    const { user, system } = process.cpuUsage(before);
    const tookMs = (user + system) / 1000;
    assert.ok(tookMs < MOST_MS, `case ${seed} (${what}) took ${Math.round(tookMs)} ms`);
  }
  return refused;
}

it('The files as they are can be, by our checks and by the oracle', () => {
  for (const text of MEASUREMENTS) assert.deepEqual(faultsOf(JSON.parse(text)), []);
  for (const text of VERDICTS) parsedVerdict(text);
});

it('A damaged measurement is refused in one sentence, or gives a verdict that can be', (t) => {
  const words = new Map<string, number>();
  const refused = fuzz(MEASUREMENTS, (text) => {
    const measurement = orRefused(() => parsed(text));
    if (measurement === null) return false;
    assert.deepEqual(faultsOf(JSON.parse(text)), [], 'it was read although it cannot be');
    const verdict = judge(measurement);
    words.set(verdict.verdict, (words.get(verdict.verdict) ?? 0) + 1);
    assert.deepEqual(Verdict.parse(verdict), verdict);
    assert.equal(impossibleInVerdict(verdict), null);
    claimsToConfirm(measurement, verdict);
    resumeStates(measurement);
    return true;
  });
  t.diagnostic(`${CASES} cases, ${refused} refused; ${JSON.stringify(Object.fromEntries(words))}`);
  assert.ok(refused > CASES / 3 && refused < CASES);
});

it('A damaged verdict is refused in one sentence, or rendered', (t) => {
  const refused = fuzz(VERDICTS, (text) => {
    const verdict = orRefused(() => parsedVerdict(text));
    if (verdict === null) return false;
    for (const report of [
      renderComment(verdict),
      renderSummary(verdict),
      renderTerminal(verdict, { color: false, width: 80 }),
    ]) {
      assert.ok(report.length > 0);
    }
    return true;
  });
  t.diagnostic(`${CASES} cases, ${refused} refused`);
  assert.ok(refused > CASES / 3 && refused < CASES);
});
