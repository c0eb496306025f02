import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ChangeWish, changeRequest } from '../../src/run/change-request.ts';
import type { RunHistory } from '../../src/run/history.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import { memoryStore } from '../support/history.ts';
import { measurementOf } from '../support/measurement.ts';

/** A folder with a config that gates by everything that a run may fail by. */
function folder(t: TestContext): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tg-change-')));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, '.github'));
  const config = {
    gate: { 'fail-on-inconclusive': true, 'on-regression': 'confirm-on-fresh-runner' },
    servers: { api: { start: 'node server.js' } },
  };
  writeFileSync(join(dir, '.github/throughput-gate.yml'), JSON.stringify(config));
  return dir;
}

function wishIn(cwd: string, wishes: Partial<ChangeWish> = {}): ChangeWish {
  return {
    cwd,
    wanted: {},
    nameOf: (key) => `--${key}`,
    otherwise: { kind: 'auto' },
    settings: { tolerance: { value: '3%', origin: '--tolerance' } },
    configFrom: { value: '', origin: '--config-from' },
    named: null,
    confirmationOf: null,
    readEarlier: async () => null,
    openHistory: async () => null,
    warn: (message) => assert.fail(message),
    signal: new AbortController().signal,
    ...wishes,
  };
}

function historyThatWrites(): RunHistory {
  return {
    ...{ store: memoryStore(), writes: true, job: null, again: null, warnings: [] },
    collect: () => {},
    keep: async () => assert.fail('nothing was measured'),
  };
}

test('A request has the config as it counts, the trees as they are asked for, and the flags that give it again', async (t) => {
  const cwd = folder(t);
  const means = { uncommitted: false, token: 'x' };
  const { request, history, runNotes } = await changeRequest(wishIn(cwd, { means }));
  assert.equal(history, null);
  assert.deepEqual(runNotes, []);
  assert.equal(request.experiment.gate.tolerance.throughput, 0.03);
  assert.deepEqual(request.flags, ['--tolerance', '3%']);
  assert.deepEqual(request.trees, { cwd, headDir: undefined, base: { kind: 'auto' }, ...means });
  assert.equal(request.config.source.head, cwd);
  assert.equal(request.past, null);
});

test('A first attempt that was to continue one says that there was none', async (t) => {
  const wanted = { continueFrom: 'old/measurement.json' };
  const { request, runNotes } = await changeRequest(wishIn(folder(t), { wanted }));
  assert.equal(request.earlier, null);
  assert.deepEqual(runNotes, ['no earlier attempt at old/measurement.json: this is the first']);
});

test('A run for the history is of head alone, fails by nothing, continues nothing, and says all of it', async (t) => {
  const earlier = {
    measurement: measurementOf({ subjects: [{ blocks: [{}] }] }),
    where: 'old/measurement.json',
  };
  const { request, runNotes } = await changeRequest(
    wishIn(folder(t), {
      wanted: { continueFrom: earlier.where },
      readEarlier: async () => earlier,
      openHistory: async () => historyThatWrites(),
    }),
  );
  assert.deepEqual(
    [request.trees.base, request.trees.ruleBase],
    [{ kind: 'none' }, { kind: 'auto' }],
  );
  assert.equal(request.experiment.gate.failOnInconclusive, false);
  assert.equal(request.experiment.gate.onRegression, 'fail');
  assert.equal(request.earlier, null);
  assert.equal(runNotes.length, 2);
  assert.match(runNotes[0] ?? '', /`fail-on-inconclusive` and `on-regression: confirm-on-fresh/);
  assert.match(runNotes[1] ?? '', /^old\/measurement\.json is not continued/);
});

test('An attempt on folders is a mistake before the file of the earlier one is read', async (t) => {
  const wish = wishIn(folder(t), {
    wanted: { baseDir: 'old', headDir: 'new', continueFrom: 'old/measurement.json' },
    readEarlier: () => assert.fail('read'),
  });
  await assert.rejects(changeRequest(wish), /folders cannot be told apart/);
});

test('Two baselines are a mistake before any history is opened', async (t) => {
  const wish = wishIn(folder(t), {
    wanted: { base: 'main', baseDir: 'old' },
    openHistory: () => assert.fail('opened'),
  });
  await assert.rejects(changeRequest(wish), UserError);
});
