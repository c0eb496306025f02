import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Experiment, Gate } from '../../src/config/experiment/experiment.ts';
import type { Scenario } from '../../src/config/experiment/scenario.ts';
import { lineText } from '../../src/history/line.ts';
import { linesOfRun } from '../../src/history/of-run.ts';
import { extrasOf, pastOf } from '../../src/history/past.ts';
import { filesIn, type HistoryStore, StoreError } from '../../src/history/stores/store.ts';
import { judge } from '../../src/judge/judge.ts';
import type { Measurement } from '../../src/measure/observed/measurement.ts';
import type { PastRuns } from '../../src/measure/observed/past-runs.ts';
import { forHistoryText } from '../../src/report/notices/instead-of-base.ts';
import { asRecorded, pastWish, treesBeside } from '../../src/run/past.ts';
import { FIXED_CONFIG } from '../../src/run/request.ts';
import type { Arm } from '../../src/terms/arm.ts';
import { lineOf, memoryStore } from '../support/history.ts';
import { gate } from './gate.ts';

const NOTHING = { fingerprints: {}, subjects: [] };

function wish(
  mode: 'auto' | 'stored',
  past: Pick<PastRuns, 'fingerprints' | 'subjects'> = NOTHING,
) {
  return { mode, source: { name: 'the folder history', read: async () => past } } as const;
}

/** As a history has it after so many of these runs. */
function after(measurement: Measurement, runs: number) {
  const head = { commit: 'c'.padEnd(40, '0'), description: 'head' };
  const lines = Array.from({ length: runs }, (_, hour) => {
    const startedAt = new Date(Date.UTC(2026, 1, 1, hour)).toISOString();
    const run = { ...measurement, startedAt, sources: { head } };
    return linesOfRun(run, judge(run), { before: null, pulls: [], run: null }, extrasOf(run));
  });
  return pastOf(lines.flat());
}

test('Head is measured alone beside the calibrator, and with no earlier runs nothing is decided', async (t) => {
  const { verdict, measurement } = await gate(t, {
    wishes: { past: wish('stored') },
    isAlone: true,
  });
  assert.equal(verdict.verdict, 'inconclusive');
  assert.equal(verdict.design, 'past');
  assert.deepEqual(measurement.plan.arms, ['head']);
  const [plan] = measurement.plan.subjects;
  assert.equal(plan?.looks.length, 1);
  for (const { calibrator, sliceOrder } of measurement.subjects[0]?.blocks ?? []) {
    assert.equal(calibrator?.light.sliceUs.length, sliceOrder.length);
  }
});

test('Where base’s config counts and head is measured alone, loads have the files that base’s config names', async (t) => {
  for (const [from, found] of [
    ['base', '// base\n'],
    ['head', '// head\n'],
  ] as const) {
    let named = '';
    const { measurement } = await gate(t, {
      wishes: { past: wish('stored'), config: { ...FIXED_CONFIG, from } },
      isAlone: true,
      wrap: (open) => (terms) => {
        named = readFileSync(join(terms.loadDir, 'server.js'), 'utf8');
        return open(terms);
      },
    });
    assert.equal(named, found);
    assert.deepEqual(Object.keys(measurement.sources), ['head']);
  }
});

test('A head as fast as twelve earlier runs is unchanged, a slower one is a regression', async (t) => {
  const first = await gate(t, { wishes: { past: wish('stored') }, isAlone: true });
  const past = after(first.measurement, 12);
  const same = await gate(t, { wishes: { past: wish('stored', past) }, isAlone: true });
  assert.equal(same.verdict.verdict, 'unchanged');
  assert.equal(same.verdict.subjects[0]?.past?.runs, 12);
  const script = { head: { rate: 36_000, cpuUs: 23 } };
  const slow = await gate(t, { script, wishes: { past: wish('stored', past) }, isAlone: true });
  assert.equal(slow.verdict.verdict, 'regression');
  assert.deepEqual(judge(slow.measurement), slow.verdict);
});

test('With `auto`, base is measured where it can be built, and no history is read', async (t) => {
  let read = 0;
  const past = {
    mode: 'auto',
    source: {
      name: 'x',
      read: async () => {
        read += 1;
        return NOTHING;
      },
    },
  } as const;
  const { measurement } = await gate(t, { wishes: { past } });
  assert.deepEqual(measurement.plan.arms, ['base', 'head']);
  assert.equal(measurement.past, undefined);
  assert.equal(read, 0);
});

test('With `auto`, a base that cannot be built is told, and earlier runs take its place', async (t) => {
  const config = { servers: { api: { start: 'node server.js', build: 'grep -q head server.js' } } };
  const { measurement, words, verdict } = await gate(t, { config, wishes: { past: wish('auto') } });
  assert.deepEqual(measurement.plan.arms, ['head']);
  assert.equal(verdict.design, 'past');
  assert.equal(verdict.verdict, 'inconclusive');
  assert.ok(words.some((word) => /base cannot be built .* compared with earlier runs/.test(word)));
});

test('With `auto`, a head that cannot be built either is the change’s fault', async (t) => {
  const config = { servers: { api: { start: 'node server.js', build: 'false' } } };
  const { verdict } = await gate(t, { config, wishes: { past: wish('auto') } });
  assert.equal(verdict.verdict, 'invalid');
});

/** A store of nothing. `fails`: it cannot be read; at first: only when it is checked, and that may pass. */
function storeOf(fails: 'never' | 'always' | 'later' | 'at first' = 'never'): HistoryStore {
  const fail = () => {
    throw new StoreError('it is gone', { cure: 'bring it back', isPassing: fails === 'at first' });
  };
  return {
    name: 'the folder history',
    read: async (look) =>
      fails === 'always' || fails === 'later' ? fail() : look(filesIn(new Map())),
    check: async () => (fails === 'always' || fails === 'at first' ? fail() : undefined),
    update: async () => ({ changed: false, retries: 0 }),
  };
}

const heard: string[] = [];
const asked = (
  gate: Partial<Gate>,
  store: HistoryStore | null,
  {
    named = null,
    writes = false,
    again = null,
    kind = 'http',
    said = undefined,
  }: {
    named?: string | null;
    writes?: boolean;
    again?: number | null;
    kind?: Scenario['kind'];
    said?: { value: string; origin: string } | undefined;
  } = {},
) =>
  pastWish(
    {
      gate: gate as Gate,
      subjects: [{ server: 'api', scenario: 'plain' }],
      scenarios: [{ name: 'plain', kind } as Scenario],
    },
    {
      history: store === null ? null : { store, writes, job: null, again },
      named,
      said,
      warn: (message) => void heard.push(message),
    },
  );

test('`stored` without a history, or beside a base of its own, is a mistake', async () => {
  await assert.rejects(
    asked({ baseline: 'stored' }, null),
    /^UserError: gate\.baseline: .*\n {2}.* such as `history: branch`; or leave `baseline` out/,
  );
  await assert.rejects(
    asked({ baseline: 'stored' }, storeOf(), { named: '--base' }),
    /two baselines\n {2}leave --base out, or set `baseline: rebuild`/,
  );
  // In the words of who gave it.
  for (const [origin, history, rebuild] of [
    ['--baseline', '`--history branch`; or leave `--baseline` out', '`--baseline rebuild`'],
    ['input `baseline`', 'input `history: branch`; or leave', 'input `baseline: rebuild`'],
  ] as const) {
    const said = { value: 'stored', origin };
    const told = (wish: Promise<unknown>) =>
      wish.then(
        () => '',
        ({ message }) => String(message),
      );
    const alone = await told(asked({ baseline: 'stored' }, null, { said }));
    assert.ok(alone.startsWith(`${origin}: `) && alone.includes(history), alone);
    const beside = await told(asked({ baseline: 'stored' }, storeOf(), { named: '--base', said }));
    assert.ok(beside.startsWith(`${origin}, --base: `) && beside.includes(rebuild), beside);
  }
  assert.equal(await asked({ baseline: 'rebuild' }, storeOf()), null);
  assert.equal(await asked({}, null), null);
  assert.equal((await asked({}, storeOf()))?.mode, 'auto');
});

test('With `auto`, a run that writes the history is measured beside the calibrator, so that later ones can be compared with it', async () => {
  const wish = await asked({}, storeOf(), { writes: true });
  assert.deepEqual([wish?.mode, wish?.isForHistory], ['stored', true]);
  // Who has asked for something else gets it.
  assert.equal(await asked({ baseline: 'rebuild' }, storeOf(), { writes: true }), null);
  const stored = await asked({ baseline: 'stored' }, storeOf(), { writes: true });
  assert.deepEqual([stored?.mode, stored?.isForHistory], ['stored', false]);
  for (const other of [
    await asked({}, storeOf(), { writes: true, named: '--base' }),
    // There are no turns to take, and no history to compare with.
    await asked({}, storeOf(), { writes: true, kind: 'hold' }),
    await asked({}, storeOf('always'), { writes: true }),
  ]) {
    assert.deepEqual([other?.mode, other?.isForHistory], ['auto', false]);
  }
});

test('A run that is measured for the history fails by nothing that blocks pull requests', () => {
  const gate = {
    failOnInconclusive: true,
    failOnNoBaseline: true,
    onRegression: 'confirm-on-fresh-runner',
  } as Gate;
  const experiment = { gate } as Experiment;
  assert.equal(asRecorded(experiment, { isForHistory: false }), experiment);
  assert.equal(asRecorded(experiment, null), experiment);
  assert.deepEqual(asRecorded(experiment, { isForHistory: true }).gate, {
    failOnInconclusive: false,
    failOnNoBaseline: false,
    onRegression: 'fail',
  });
  const told = forHistoryText(gate, 'the branch x');
  assert.match(told, /compared with earlier runs, those of the branch x\. Base is not built\./);
  assert.match(
    told,
    /`fail-on-inconclusive`, `fail-on-no-baseline` and `on-regression: .*do not count here/,
  );
  const plain = { failOnInconclusive: false, failOnNoBaseline: false, onRegression: 'fail' };
  assert.doesNotMatch(forHistoryText(plain as Gate, 'x'), /count here/);
});

const UNREADABLE = {
  name: 'UserError',
  message: [
    'gate.baseline: `stored` compares head with earlier runs, and the history in the folder history cannot be read: it is gone',
    '  bring it back; or leave `baseline: stored` out, so that head is compared with base, built anew',
  ].join('\n'),
};

test('A history that cannot be read ends a `stored` run at once; an `auto` run says so and goes on', async () => {
  await assert.rejects(asked({ baseline: 'stored' }, storeOf('always')), UNREADABLE);
  assert.equal((await asked({ baseline: 'stored' }, storeOf('at first')))?.mode, 'stored');
  const past = await asked({}, storeOf('always'));
  assert.equal(await past?.source.read(), null);
  assert.match(heard.join(), /cannot be read \(it is gone\).*bring it back/);
});

test('Of a history of several jobs, none of which is that of the run, nothing is compared with, and the names are told', async () => {
  const lines = ['a', 'b'].map((job, i) =>
    lineText(lineOf(i + 1, { run: { id: i + 1, attempt: 1, job, url: null } })),
  );
  const store = memoryStore({ 'api/plain.ndjson': lines.join('') });
  heard.length = 0;
  const past = await (await asked({ baseline: 'stored' }, store))?.source.read();
  assert.deepEqual(past?.subjects[0]?.runs, []);
  assert.match(
    heard.join(),
    /^the memory: the 2 runs of api\/plain there are of several jobs by their `comment-key` \(`a`, `b`\), and none has that of this run \(none\)/,
  );
});

test('A run that leaves a line is compared with its own job’s runs alone, and a further attempt with those before the first', async () => {
  const at = (number: number, job?: string) =>
    lineText(lineOf(number, { run: { id: number, attempt: 1, job, url: null } }));
  const runsOf = async (store: HistoryStore, history: { writes: boolean; again?: number }) =>
    (await (await asked({}, store, history))?.source.read())?.subjects[0]?.runs.length;
  const others = memoryStore({ 'api/plain.ndjson': at(1, 'a') });
  assert.equal(await runsOf(others, { writes: true }), 0);
  assert.equal(await runsOf(others, { writes: false }), 1);
  const own = memoryStore({ 'api/plain.ndjson': at(1) + at(2) + at(3) });
  assert.equal(await runsOf(own, { writes: true }), 3);
  assert.equal(await runsOf(own, { writes: true, again: 2 }), 1);
});

test('A history that cannot be read any more when the copies are made ends a `stored` run before anything is built', async (t) => {
  const past = await asked({ baseline: 'stored' }, storeOf('later'));
  const built = `${tmpdir()}/tg-past-built-${process.pid}`;
  const config = { servers: { api: { start: 'node server.js', build: `touch ${built}` } } };
  const run = gate(t, { config, wishes: { past }, isAlone: true });
  await assert.rejects(run, UNREADABLE);
  assert.ok(!existsSync(built));
});

test('With `auto`, where neither base nor the history is to be had, it is `no-baseline`, and both are said', async (t) => {
  const past = await asked({}, storeOf('always'));
  heard.length = 0;
  const config = { servers: { api: { start: 'node server.js', build: 'grep -q head server.js' } } };
  const { verdict } = await gate(t, { config, wishes: { past } });
  assert.equal(verdict.verdict, 'no-baseline');
  assert.match(heard.join(), /cannot be read \(it is gone\)/);
});

test('No tree of base is made where earlier runs are wanted', () => {
  const trees = { base: { kind: 'auto' } } as const;
  assert.deepEqual(treesBeside(wish('stored'), trees), {
    base: { kind: 'none' },
    ruleBase: trees.base,
  });
  assert.deepEqual(treesBeside(wish('auto'), trees), trees);
  assert.deepEqual(treesBeside(null, trees), trees);
});

test('Where base’s config counts and head is measured alone, head may not write into the files of base', async (t) => {
  const build = '[ ! -d ../base ] || echo x > ../base/extra';
  const config = { servers: { api: { start: 'node server.js', build } } };
  const of = (from: Arm) =>
    gate(t, {
      config,
      wishes: { past: wish('stored'), config: { ...FIXED_CONFIG, from } },
      isAlone: true,
    });
  const { measurement } = await of('base');
  assert.match(
    measurement.subjects[0]?.failure?.message ?? '',
    /^head's build wrote into base's files \(extra\)/,
  );
  assert.equal((await of('head')).measurement.subjects[0]?.failure, null);
});

test('A load tool takes turns with the calibrator, and is compared with earlier runs', async (t) => {
  // Nothing is run: the backend answers from a script. But the tool must be on this machine.
  const config = {
    servers: { api: { start: 'node server.js' } },
    scenarios: { plain: { engine: 'command', command: 'true {url}', output: 'wrk' } },
  };
  const first = await gate(t, { config, wishes: { past: wish('stored') }, isAlone: true });
  assert.equal(first.measurement.subjects[0]?.failure, null);
  const past = after(first.measurement, 12);
  const of = (script?: { head: { rate: number; cpuUs: number } }) =>
    gate(t, {
      config,
      ...(script && { script }),
      wishes: { past: wish('stored', past) },
      isAlone: true,
    });
  const same = await of();
  assert.equal(same.verdict.verdict, 'unchanged');
  const slow = await of({ head: { rate: 30_000, cpuUs: 27 } });
  assert.equal(slow.verdict.verdict, 'regression');
});
