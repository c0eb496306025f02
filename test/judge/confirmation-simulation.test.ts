/**
 * Both stages over synthetic jobs with fixed seeds: what the confirmation does to false blocks, to detections and
 * to the size that is quoted. docs/adr/0018-confirmation.md states these figures.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { mean } from 'simple-statistics';
import { claimsToConfirm } from '../../src/attempts/confirmation.ts';
import { judge } from '../../src/judge/judge.ts';
import { CONFIRM_ALPHA } from '../../src/judge/rule/alpha-allocation.ts';
import type { Verdict } from '../../src/judge/verdict/verdict.ts';
import { looksFor } from '../../src/plan/looks.ts';
import { ownFile } from '../../src/system/program/runtime.ts';
import { buildMeasurement, normals } from '../support/measurement.ts';

interface Stages {
  seed: number;
  jobs: number;
  sd: number;
  falseAlarmRate: number;
  /** True log-ratio of throughput and CPU as the first runner shows it, and the second. */
  first: number;
  second: number;
}

interface Outcome {
  /** Share of the jobs that the first stage would have blocked, and of those that both block. */
  alarmed: number;
  blocked: number;
  /** Mean changes in throughput of confirmed slowdowns, as each stage has it. */
  quoted: { first: number; second: number };
  words: Set<string>;
}

/** At most 20 blocks a stage; throughput and CPU gate, correlated as two views of one process. */
function simulate({ seed, jobs, sd, falseAlarmRate, first, second }: Stages): Outcome {
  const z = normals(seed);
  const measured = (effect: number) =>
    buildMeasurement({
      slices: 4,
      gate: { falseAlarmRate, onRegression: 'confirm-on-fresh-runner' },
      subjects: [
        {
          looks: looksFor(20),
          blocks: Array.from({ length: 20 }, () => {
            const shared = z();
            const value = () => effect + sd * (0.5 * shared + Math.sqrt(0.75) * z());
            return { throughput: value(), cpu: value() };
          }),
        },
      ],
    });
  const sizes: { first: number[]; second: number[] } = { first: [], second: [] };
  const words = new Set<string>();
  let [alarmed, blocked] = [0, 0];
  for (let job = 0; job < jobs; job++) {
    const one = measured(first);
    const verdict = judge(one);
    const confirmationOf = claimsToConfirm(one, verdict);
    if (confirmationOf === null) continue;
    alarmed++;
    const other = judge({ ...measured(second), confirmationOf });
    words.add(other.verdict);
    if (other.verdict !== 'regression') continue;
    blocked++;
    sizes.first.push(throughputOf(verdict));
    sizes.second.push(throughputOf(other));
  }
  return {
    alarmed: alarmed / jobs,
    blocked: blocked / jobs,
    quoted: {
      first: sizes.first.length === 0 ? 0 : mean(sizes.first),
      second: sizes.second.length === 0 ? 0 : mean(sizes.second),
    },
    words,
  };
}

function throughputOf({ subjects }: Verdict): number {
  const metric = subjects[0]?.metrics.find(({ name }) => name === 'throughput');
  return metric?.change ?? 0;
}

/** Of a share seen in so many tries. */
function standardError(share: number, tries: number): number {
  return Math.sqrt((share * (1 - share)) / tries);
}

const SLOWER = -Math.log(0.95);
const SAME = simulate({ seed: 11, jobs: 3000, sd: 0.08, falseAlarmRate: 0.2, first: 0, second: 0 });
const SPOILT = simulate({
  ...{ seed: 12, jobs: 600, sd: 0.03, falseAlarmRate: 0.01 },
  ...{ first: -Math.log(0.92), second: 0 },
});
const REAL = simulate({
  ...{ seed: 13, jobs: 600, sd: 0.03, falseAlarmRate: 0.01 },
  ...{ first: SLOWER, second: SLOWER },
});
const NOISY = simulate({
  ...{ seed: 14, jobs: 1500, sd: 0.08, falseAlarmRate: 0.01 },
  ...{ first: SLOWER, second: SLOWER },
});

describe('two stages, simulated', () => {
  it('Two stages, simulated unchanged code is blocked by both in a share of the false alarms of the first', () => {
    // So many false alarms that there is something to count, on a machine so noisy that little can pass.
    const [alpha, jobs] = [0.2, 3000];
    assert.ok(SAME.alarmed > 0.05, `${SAME.alarmed}`);
    assert.ok(SAME.alarmed < alpha + 3 * standardError(alpha, jobs), `${SAME.alarmed}`);
    // Two claims at most.
    const most = alpha * 2 * CONFIRM_ALPHA;
    assert.ok(SAME.blocked <= most + 3 * standardError(most, jobs), `${SAME.blocked}`);
  });

  it('What only the first machine does is not confirmed, and is no pass either', () => {
    assert.ok(SPOILT.alarmed > 0.99, `${SPOILT.alarmed}`);
    assert.ok(SPOILT.blocked <= 2 * CONFIRM_ALPHA, `${SPOILT.blocked}`);
    assert.ok(!SPOILT.words.has('unchanged') && SPOILT.words.has('inconclusive'));
  });

  it('A slowdown that is there is confirmed nearly always', () => {
    assert.ok(REAL.alarmed > 0.95, `${REAL.alarmed}`);
    assert.ok(REAL.blocked > 0.93, `${REAL.blocked}`);
  });

  it('The second quotes the size with less exaggeration than the first', () => {
    const { first, second } = NOISY.quoted;
    assert.ok(first < second && second < -0.05, `${first} and ${second}`);
  });

  it('The decision’s page states these figures', () => {
    const page = readFileSync(ownFile('docs/adr/0018-confirmation.md'), 'utf8');
    const share = (value: number) => `${(100 * value).toFixed(1)} %`;
    const size = (value: number) => share(value).replace('-', '−');
    const rows = [
      ['nothing changed, noise 8 %, false-alarm rate 20 %', SAME, false],
      ['8 % slower on the first machine only, noise 3 %', SPOILT, false],
      ['5 % slower, noise 3 %', REAL, true],
      ['5 % slower, noise 8 %', NOISY, true],
    ] as const;
    const missing = rows
      .map(([title, { alarmed, blocked, quoted }, isReal]) => {
        const sizes = isReal ? [size(quoted.first), size(quoted.second)] : ['', ''];
        return `| ${[title, share(alarmed), share(blocked), ...sizes].join(' | ')} |`.replaceAll(
          '  ',
          ' ',
        );
      })
      .filter((row) => !page.includes(row));
    assert.deepEqual(missing, [], 'docs/adr/0018-confirmation.md lacks these rows');
  });
});
