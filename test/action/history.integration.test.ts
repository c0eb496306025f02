/** The action with a history: a push to the default branch writes it, a pull request does not, and a store that fails is seen. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type HistoryLine, type HistoryMetric, lineText } from '../../src/history/line.ts';
import { readHistory } from '../../src/history/read.ts';
import { makeRemote } from '../history/stores/remote.ts';
import { madeUp } from '../history/trends/histories.ts';
import { normalNoise } from '../history/trends/noise.ts';
import { makeSandbox, serveGit, sh } from '../support/git.ts';
import { FAKE_TOKEN } from '../support/runner.ts';
import { leftovers, QUICK, runGate, scriptedBundle } from './gate.ts';
import { type Origin, push, scriptedChange } from './repository.ts';

const BRANCH = 'throughput-gate-history';
const SLOWER = scriptedChange({ rate: 25_000, cpuUs: 32 });

function pushed(origin: Origin) {
  const event = push(origin);
  const commits = [{ id: origin.head, message: 'Change (#7)' }];
  return { ...event, payload: { ...event.payload, commits } };
}

const PUSHED = { event: pushed, at: { commit: 'head', depth: 2 } } as const;

/** Of the metric that decides in so quick a run. */
function ofCpu(line: HistoryLine): HistoryLine {
  const { throughput } = line.metrics as { throughput: HistoryMetric };
  return { ...line, metrics: { cpu: { ...throughput, unit: 's', better: 'lower' } } };
}

/** GitHub, as far as git asks it. `instead`: may answer in its place. */
async function remote(t: TestContext, instead: Parameters<typeof serveGit>[2] = {}) {
  const { dir, bare } = makeRemote(t);
  const { address, seen } = await serveGit(t, dir, { token: FAKE_TOKEN, ...instead });
  return { bare, seen, env: { GITHUB_SERVER_URL: address } };
}

describe('a history on a branch', () => {
  const bundle = scriptedBundle();

  it('A push to the default branch that is slower is kept and marked, and the log and the summary say so', async (t) => {
    const { bare, env } = await remote(t);
    const given = { ...QUICK, history: 'branch', baseline: 'rebuild' };
    const wanted = { ...PUSHED, change: SLOWER, with: given, env };
    const scene = await runGate(t, bundle(), wanted);
    const { result, origin } = scene;
    assert.equal(result.code, 1, result.stdout);
    const said =
      /History: 1 line kept in the branch throughput-gate-history\. server\/default is no baseline, because it is slower/;
    assert.match(result.stdout, said);
    // The verdict is out by then: the server of the history may not answer.
    assert.match(result.stdout, /^Results: .*^Writing the history to the branch/ms);
    assert.match(result.summary.replaceAll('\\', ''), said);
    const { sound, damaged } = readHistory(sh(bare, 'show', `${BRANCH}:server/default.ndjson`));
    assert.deepEqual(damaged, []);
    const [line] = sound.map((one) => one.line);
    assert.deepEqual(
      [line?.commit, line?.before, line?.pulls, line?.verdict, line?.accepted],
      [origin.head, origin.base, [7], 'regression', null],
    );
    assert.ok(!`${result.stdout}${result.stderr}${result.summary}`.includes(FAKE_TOKEN));
    assert.deepEqual(leftovers(scene), []);
  });

  it('A push is measured beside the calibrator, says so, and is red by nothing that blocks pull requests; the page is published', async (t) => {
    const { bare, env } = await remote(t);
    const strict = { 'fail-on-inconclusive': 'true', 'on-regression': 'confirm-on-fresh-runner' };
    const given = { ...QUICK, ...strict, build: 'test ! -e notes.txt || grep -q after notes.txt' };
    const wanted = { ...PUSHED, change: scriptedChange({}), env };
    const { result } = await runGate(t, bundle(), {
      ...wanted,
      with: { ...given, history: 'branch', publish: 'true' },
    });
    assert.equal(result.code, 0, result.stdout);
    assert.match(
      result.stdout,
      /this run will be kept in the history.*Base is not built.*`fail-on-inconclusive` and `on-regression: confirm-on-fresh-runner` do not count here/,
    );
    assert.match(
      result.stdout,
      /Gathering the history of server\/default: 0 of 10 runs were there before this one/,
    );
    const { sound } = readHistory(sh(bare, 'show', `${BRANCH}:server/default.ndjson`));
    const [line] = sound.map((one) => one.line);
    assert.deepEqual([line?.base, line?.verdict], [null, 'no-baseline']);
    assert.equal(typeof line?.metrics.cpu?.calibrated?.log, 'number');
    assert.match(
      result.stdout,
      /History page: history\.html \(1 run\) and 1 badge are in the branch/,
    );
    assert.match(sh(bare, 'show', `${BRANCH}:badges/server/default.json`), /schemaVersion/);
    assert.match(sh(bare, 'show', `${BRANCH}:history.html`), /<html/);
  });

  it('What cannot be published is a mistake, told before anything is built; a removed input is told too', async (t) => {
    const gone = { 'INPUT_BASE-MEASUREMENT': 'x.json' };
    for (const [given, told, env = {}] of [
      [{ history: 'cache', publish: 'true' }, /no browser can look into the Actions cache/],
      [{ publish: 'true' }, /there is no `history`/],
      [{ publish: 'yes' }, /"yes" is neither true nor false/],
      [{}, /a single file is no baseline any more/, gone],
    ] as const) {
      const wanted = { change: scriptedChange({}), with: { ...QUICK, ...given }, env };
      const { result } = await runGate(t, bundle(), wanted);
      assert.equal(result.code, 2, result.stdout);
      assert.match(result.summary, told);
    }
  });

  it('A pull request writes nothing, and asks the server nothing', async (t) => {
    const { bare, env, seen } = await remote(t);
    const wanted = { change: SLOWER, with: { ...QUICK, history: 'branch' }, env };
    const { result } = await runGate(t, bundle(), wanted);
    assert.equal(result.code, 1, result.stdout);
    assert.match(
      result.stdout,
      /History: nothing was kept, because only runs of the default branch write it/,
    );
    assert.equal(sh(bare, 'for-each-ref'), '');
    assert.deepEqual(seen, []);
  });

  it('A job without the right to write ends before anything is built, with the lines that give it', async (t) => {
    const { bare, env } = await remote(t, {
      instead: ({ url, headers }, response) => {
        if (!url?.includes('git-receive-pack') || headers.authorization === undefined) return false;
        response.writeHead(403).end('Resource not accessible by integration');
        return true;
      },
    });
    const given = { ...QUICK, build: 'touch "$RUNNER_TEMP/built"', history: 'branch' };
    const scene = await runGate(t, bundle(), { ...PUSHED, change: SLOWER, with: given, env });
    assert.equal(scene.result.code, 2, scene.result.stdout);
    assert.match(
      scene.result.summary,
      /history: branch: the branch throughput-gate-history of .*403/,
    );
    assert.match(scene.result.summary, /permissions: \{ contents: write \}/);
    assert.ok(!existsSync(join(scene.step.temp, 'built')));
    assert.equal(sh(bare, 'for-each-ref'), '');
  });

  it('A store that fails at the end is a warning, and the verdict stands', async (t) => {
    const { bare, env } = await remote(t, {
      instead: ({ method, url }, response) => {
        if (method !== 'POST' || !url?.endsWith('git-receive-pack')) return false;
        response.writeHead(403).end('protected');
        return true;
      },
    });
    const wanted = {
      ...PUSHED,
      change: scriptedChange({}),
      with: { ...QUICK, history: 'branch' },
      env,
    };
    const { result } = await runGate(t, bundle(), wanted);
    assert.equal(result.code, 0, result.stdout);
    const [warning] = result.annotations.filter(({ title }) => title?.includes('history'));
    assert.match(
      warning?.message ?? '',
      /nothing was kept in the branch .*403.*The verdict stands\./s,
    );
    assert.match(result.summary, /nothing was kept in the branch/);
    assert.equal(sh(bare, 'for-each-ref'), '');
  });
});

describe('a history in a folder', () => {
  const bundle = scriptedBundle();

  it('A folder of the workspace takes the line of a push', async (t) => {
    const wanted = {
      ...PUSHED,
      change: scriptedChange({}),
      with: { ...QUICK, history: 'directory:.history', baseline: 'rebuild' },
    };
    const { result, workspace } = await runGate(t, bundle(), wanted);
    assert.equal(result.code, 0, result.stdout);
    const text = readFileSync(join(workspace, '.history/server/default.ndjson'), 'utf8');
    assert.deepEqual(
      readHistory(text).sound.map(({ line }) => line.verdict),
      ['unchanged'],
    );
    assert.equal(sh(workspace, 'status', '--porcelain'), '');
  });

  it('A level that moved is told by a push in the log and the job summary, which fails nothing, and not by a pull request', async (t) => {
    const { dir } = makeSandbox(t);
    const next = normalNoise(5);
    const moved = madeUp({
      commits: 60,
      level: (commit) => (commit > 40 ? 0.05 : 0),
      noise: () => 0.004 * next(),
      has: { ratios: false, calibrated: true },
      edit: () => ({ subject: { server: 'server', scenario: 'default' } }),
    });
    mkdirSync(`${dir}/history/server`, { recursive: true });
    writeFileSync(
      `${dir}/history/server/default.ndjson`,
      moved.map((line) => lineText(ofCpu(line))).join(''),
    );
    const wanted = {
      change: scriptedChange({}),
      with: { ...QUICK, history: `directory:${dir}/history`, baseline: 'rebuild' },
    };
    const { result } = await runGate(t, bundle(), { ...PUSHED, ...wanted });
    assert.equal(result.code, 0, result.stdout);
    assert.match(result.stdout, /^Trends: server\/default: CPU per request is worse: \+5\.\d%/m);
    assert.match(
      result.summary,
      /### What the history shows\n\n\*\*`server\/default`\*\*\n\n- CPU per request/,
    );
    const { result: ofPull } = await runGate(t, bundle(), wanted);
    assert.equal(ofPull.code, 0, ofPull.stdout);
    assert.doesNotMatch(ofPull.stdout, /Trends: /);
    assert.doesNotMatch(ofPull.summary, /What the history shows/);
  });

  it('A history that earlier runs cannot be read from ends the job before anything is built, with what mends it', async (t) => {
    const { dir } = makeSandbox(t);
    writeFileSync(`${dir}/history`, 'a file');
    const given = {
      baseline: 'stored',
      history: `directory:${dir}/history`,
      build: 'touch "$RUNNER_TEMP/built"',
    };
    const wanted = { change: scriptedChange({}), with: { ...QUICK, ...given } };
    const { result, step } = await runGate(t, bundle(), wanted);
    assert.equal(result.code, 2, result.stdout);
    assert.match(result.summary, /`stored` compares head with earlier runs, .* cannot be read: /);
    assert.match(result.summary, /name another folder; or leave input `baseline: stored` out/);
    assert.ok(!existsSync(join(step.temp, 'built')));
  });
});
