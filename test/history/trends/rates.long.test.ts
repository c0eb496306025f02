/**
 * What docs/trends.md says of false alarms, detections and ranges, by simulation: whole histories of 100 commits, as they would
 * be read from a store. The table of that page is what they give.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { trendsOf } from '../../../src/history/trends/trends.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';
import { type MadeUp, madeUp } from './histories.ts';
import { normalNoise } from './noise.ts';

const COMMITS = 100;
/** As many as the page says. */
const HISTORIES = 400;
const PAGE = readFileSync(ownFile('docs/trends.md'), 'utf8');
const RATIOS = { ratios: true, calibrated: false };
const CALIBRATED = { ratios: false, calibrated: true };
const BOTH = { ratios: true, calibrated: true };
const SERIES = { 'ratios alone': RATIOS, calibrated: CALIBRATED, both: BOTH };

type Level = MadeUp['level'];
const FLAT: Level = () => 0;
const CREEP: Level = (commit) => -0.005 * Math.max(0, Math.min(commit, 79) - 59);
const step =
  (size: number): Level =>
  (commit) =>
    commit > 80 ? size : 0;

/** A gate with a tolerance of 2 %. */
const wordOf =
  (half: number) =>
  (log: number): 'regression' | 'improvement' | 'unchanged' => {
    if (Math.abs(log) < 0.02 + half) return 'unchanged';
    return log < 0 ? 'regression' : 'improvement';
  };

interface Rates {
  /** Histories with any change point. */
  any: number;
  /** With one whose range has a commit of the change, and whose sign is its sign. */
  hit: number;
  /** Of those, whose interval holds the change. */
  covered: number;
}

function rates(
  level: Level,
  sd: number,
  has: MadeUp['has'],
  [first, last]: [number, number],
  noiseOf: (seed: number) => () => number = normalNoise,
): Rates {
  const change = level(COMMITS) - level(1);
  const half = 1.96 * sd;
  const counts = { any: 0, hit: 0, covered: 0 };
  for (let i = 0; i < HISTORIES; i++) {
    const next = noiseOf(7919 * i + 1);
    const noise = () => sd * next();
    // Runs print an interval about twice as wide, as they stop after few blocks.
    const lines = madeUp({
      ...{ commits: COMMITS, level, noise, has },
      ...{ half: 2 * half, se: sd, wordOf: wordOf(half) },
    });
    const { changePoints } = trendsOf(lines);
    if (changePoints.length > 0) counts.any++;
    const hit = changePoints.find(({ from, to, logChange }) => {
      const [low, high] = [from, to].map((id) => Number.parseInt(id, 16)) as [number, number];
      return Math.sign(logChange) === Math.sign(change) && low < last && first <= high;
    });
    if (hit === undefined) continue;
    counts.hit++;
    const [low, high] = hit.interval ?? [0, 0];
    if (low <= change && change <= high) counts.covered++;
  }
  const { any, hit, covered } = counts;
  return { any: any / HISTORIES, hit: hit / HISTORIES, covered: hit === 0 ? 0 : covered / hit };
}

/** Of an auto-regressive series: each value keeps half of the one before, as days on a machine do. */
function sticky(seed: number): () => number {
  const next = normalNoise(seed);
  let value = next();
  return () => {
    value = 0.5 * value + Math.sqrt(0.75) * next();
    return value;
  };
}

/** Student's t with 4 degrees of freedom, at a standard deviation of 1. */
function heavy(seed: number): () => number {
  const next = normalNoise(seed);
  return () => {
    const squares = next() ** 2 + next() ** 2 + next() ** 2 + next() ** 2;
    return next() / Math.sqrt(squares / 4) / Math.SQRT2;
  };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

describe('change points of made-up histories of 100 commits', () => {
  for (const [name, has] of Object.entries(SERIES)) {
    for (const sd of [0.005, 0.01]) {
      it(`${name}, runs with a standard deviation of ${percent(sd)}: few false alarms, and a creep is seen where it can be`, (t) => {
        const flat = rates(FLAT, sd, has, [0, 0]);
        const creep = rates(CREEP, sd, has, [60, 79]);
        const small = rates(step(-0.02), sd, has, [81, 81]);
        const large = rates(step(-0.05), sd, has, [81, 81]);
        t.diagnostic(
          `${name}, sd ${percent(sd)}: false alarms ${percent(flat.any)}; creep ${percent(creep.hit)} (interval holds ${percent(creep.covered)}); step of 2 % ${percent(small.hit)} (${percent(small.covered)}); of 5 % ${percent(large.hit)} (${percent(large.covered)})`,
        );
        assert.ok(flat.any <= (has.ratios ? 0.04 : 0.01), `false alarms in ${flat.any}`);
        if (has.calibrated) {
          assert.ok(creep.hit >= 0.99, `creep seen in ${creep.hit}`);
          assert.ok(small.hit >= 0.95, `step of 2 % seen in ${small.hit}`);
        } else if (sd === 0.005) assert.ok(creep.hit >= 0.6, `creep seen in ${creep.hit}`);
        assert.ok(
          large.covered >= 0.93,
          `the interval of a step of 5 % held it in ${large.covered}`,
        );
        const shares = [flat.any, creep.hit, small.hit, large.hit].map(percent);
        const row = `| ${name}, ${100 * sd} % | ${shares.join(' | ')} |`;
        assert.ok(PAGE.includes(row), `docs/trends.md has no line ${row}`);
      });
    }
  }

  it('Noise of made-up histories that comes in days, or with odd runs, raises false alarms in no more than a few histories', (t) => {
    const days = rates(FLAT, 0.005, CALIBRATED, [0, 0], sticky);
    const odd = rates(FLAT, 0.005, CALIBRATED, [0, 0], heavy);
    const chain = rates(FLAT, 0.005, RATIOS, [0, 0], heavy);
    t.diagnostic(
      `calibrated, sd 0.5 %: correlated by 0.5 ${percent(days.any)}; heavy tails ${percent(odd.any)}; ratios with heavy tails ${percent(chain.any)}`,
    );
    assert.ok(odd.any <= 0.02, `${odd.any}`);
    assert.ok(days.any <= 0.1, `${days.any}`);
    for (const told of [
      `(each run keeps half of the last one's) gave ${percent(days.any)} false alarms`,
      `Heavy tails gave ${percent(chain.any)} with ratios alone`,
    ]) {
      assert.ok(PAGE.includes(told), `docs/trends.md does not say: ${told}`);
    }
  });
});
