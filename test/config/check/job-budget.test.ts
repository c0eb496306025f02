/** One limit for all subjects together, beside the budget that each of them has. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { complaint, flags, load } from '../repository.ts';

const file = (gate: string) => `servers: { api: { start: node server.js } }\ngate: { ${gate} }\n`;

describe('the job budget', () => {
  it('The job budget is none unless it is given, in the file or as a setting', async () => {
    assert.equal((await load(file('budget: 60s'))).gate.jobBudgetMs, null);
    assert.equal((await load(file('job-budget: 4m'))).gate.jobBudgetMs, 240_000);
    const own = flags({ jobBudget: '10m' });
    assert.equal((await load(file('job-budget: 4m'), own)).gate.jobBudgetMs, 600_000);
    assert.equal((await load(file('budget: 60s, job-budget: 60s'))).gate.jobBudgetMs, 60_000);
  });

  it('The job budget is a mistake where no subject could use its own', async () => {
    const told = await complaint(load(file('budget: 5m, job-budget: 4m')));
    assert.equal(
      told,
      '.github/throughput-gate.yml:2:33: gate.job-budget: `job-budget`, for all subjects together, is 240s, and `budget`, for each of them, is 300s\n  set `budget` to 240s or less, or raise `job-budget`',
    );
    assert.match(await complaint(load(file('job-budget: 60s'))), /is 60s, and `budget`.* is 120s/);
  });

  it('The job budget is held against the budget that applies, and told of whoever was given', async () => {
    const longer = flags({ budget: '5m' });
    assert.match(
      await complaint(load(file('job-budget: 4m'), longer)),
      /^--budget: `--job-budget`/,
    );
    const shorter = flags({ jobBudget: '1m' });
    assert.match(
      await complaint(load(file('budget: 2m'), shorter)),
      /^--jobBudget: `--job-budget`/,
    );
    const both = flags({ jobBudget: '1m', budget: '30s' });
    assert.equal((await load(file('budget: 2m'), both)).gate.jobBudgetMs, 60_000);
  });

  it('The job budget is a duration', async () => {
    assert.match(await complaint(load(file('job-budget: 240'))), /found 240; allowed: a duration/);
  });
});
