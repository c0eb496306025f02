/** A tolerance that was raised by an input of the workflow is seen by what the run before was held to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptedSince } from '../../src/history/accepted.ts';
import { keepLines } from '../../src/history/keep.ts';
import { type HistoryLine, type HistoryMetric, lineText } from '../../src/history/line.ts';
import { linesOfRun } from '../../src/history/of-run.ts';
import { linesPath } from '../../src/history/paths.ts';
import { filesIn } from '../../src/history/stores/store.ts';
import { judge } from '../../src/judge/judge.ts';
import { repeat } from '../support/block.ts';
import { commitOf, lineOf, metricOf } from '../support/history.ts';
import { measurementOf, TOLERANCE } from '../support/measurement.ts';

function heldTo(number: number, tolerance: number, edit: Partial<HistoryLine> = {}) {
  return lineOf(number, {
    metrics: { throughput: metricOf(4e4, 0, { heldTo: tolerance }) },
    ...edit,
  });
}

function slower(number: number, tolerance: number, edit: Partial<HistoryMetric> = {}) {
  const metric = metricOf(4e4, -0.06, { heldTo: tolerance, worse: true, ...edit });
  return lineOf(number, { metrics: { throughput: metric } });
}

test('A slowdown whose run is held to more than the run before is accepted, and the figures are named', () => {
  assert.deepEqual(acceptedSince(slower(3, 0.2), [heldTo(1, 0.2), heldTo(2, 0.05)]), {
    reason: 'throughput was held to 5% before, and is held to 20%',
  });
  // A run that left the metric out says nothing of it.
  const without = lineOf(2, { metrics: {} });
  assert.match(
    acceptedSince(slower(3, 0.2), [heldTo(1, 0.05), without])?.reason ?? '',
    /held to 5% before/,
  );
  const limit = { unit: 's', better: 'lower' } as const;
  const p99 = (number: number, held: number) =>
    lineOf(number, {
      metrics: { refused: metricOf(0.1, 0, { heldTo: held, worse: true, ...limit }) },
    });
  assert.match(acceptedSince(p99(2, 0.08), [p99(1, 0.05)])?.reason ?? '', /0\.05 s .* 0\.08 s$/);
});

test('Nothing is accepted that was raised before, lowered, not shown to be worse, or red all the same', () => {
  const before = [heldTo(1, 0.05), heldTo(2, 0.2)];
  assert.equal(acceptedSince(slower(3, 0.2), before), null);
  assert.equal(acceptedSince(slower(3, 0.1), before), null);
  assert.equal(acceptedSince(slower(3, 0.2), []), null);
  assert.equal(acceptedSince(heldTo(3, 0.4), before), null);
  assert.equal(acceptedSince({ ...slower(3, 0.4), verdict: 'regression' }, before), null);
  assert.equal(acceptedSince(slower(3, 0.4, { gating: false }), before), null);
  // Lines of an older version of the program do not say what they were held to.
  assert.equal(acceptedSince(slower(3, 0.4), [lineOf(2)]), null);
});

test('Another job, an earlier attempt at the same run and imported lines say nothing of what was held to before', () => {
  const line = slower(3, 0.2);
  const job = (name: string) => ({ id: 1, attempt: 1, job: name, url: null });
  assert.equal(acceptedSince(line, [heldTo(2, 0.05, { run: job('other') })]), null);
  assert.equal(acceptedSince(line, [heldTo(2, 0.05, { run: line.run })]), null);
  assert.equal(acceptedSince(line, [heldTo(2, 0.05, { imported: 'bencher' })]), null);
  assert.equal(acceptedSince(line, [heldTo(4, 0.05)]), null, 'a later run is none before it');
});

test('Another workflow, another event and a run by hand each have inputs of their own', () => {
  const of = (workflow: string, event: string) => ({
    id: 9,
    attempt: 1,
    workflow,
    event,
    url: null,
  });
  const nightly = { ...slower(3, 0.1), run: { ...of('nightly', 'schedule'), id: 10 } };
  const before = (workflow: string, event: string) => [
    heldTo(2, 0.05, { run: of(workflow, event) }),
  ];
  assert.equal(acceptedSince(nightly, before('push', 'push')), null);
  assert.equal(acceptedSince(nightly, before('nightly', 'push')), null);
  assert.match(acceptedSince(nightly, before('nightly', 'schedule'))?.reason ?? '', /held to 5%/);
  const byHand = { ...nightly, run: { ...nightly.run, event: 'workflow_dispatch' } };
  assert.equal(acceptedSince(byHand, before('nightly', 'workflow_dispatch')), null);
  assert.equal(acceptedSince({ ...nightly, run: null }, [heldTo(2, 0.05, { run: null })]), null);
});

test('A line from before lines named their workflow says what was held to, as it did then, by its job alone', () => {
  const run = { ...slower(3, 0.2).run, id: 9, attempt: 1, url: null };
  const now = { ...slower(3, 0.2), run: { ...run, workflow: 'push', event: 'push' } };
  assert.match(acceptedSince(now, [heldTo(2, 0.05)])?.reason ?? '', /held to 5% before/);
  assert.equal(acceptedSince({ ...now, run: { ...now.run, job: 'arm' } }, [heldTo(2, 0.05)]), null);
  // Nobody's decision then, either: a trial at somebody's desk.
  assert.equal(acceptedSince(now, [heldTo(2, 0.05, { run: null })]), null);
});

test('A run against a release accepts nothing, and is none to go by', () => {
  const release = { base: commitOf(90), reference: true } as const;
  assert.equal(acceptedSince({ ...slower(3, 0.2), ...release }, [heldTo(2, 0.05)]), null);
  const raised = { ...slower(3, 0.2), ...release, accepted: { reason: 'the bar' } };
  assert.equal(acceptedSince(raised, []), null);
  assert.equal(acceptedSince(slower(3, 0.2), [heldTo(2, 0.05, release)]), null);
});

test('A line of a run says what its metrics were held to, and which are shown to be worse', () => {
  const spec = { gate: { tolerance: { ...TOLERANCE, throughput: 0.2 } } };
  const one = measurementOf({ subjects: [{ blocks: repeat({ throughput: 0.06 }, 8) }], ...spec });
  const source = (commit: string) => ({ commit, description: 'a commit' });
  const run = { ...one, sources: { base: source(commitOf(1)), head: source(commitOf(2)) } };
  const [line] = linesOfRun(run, judge(run), { before: null, pulls: [], run: null });
  assert.deepEqual(
    [line?.metrics.throughput?.heldTo, line?.metrics.throughput?.worse],
    [0.2, true],
  );
  assert.equal(line?.metrics.cpu?.worse, undefined);
});

test('A kept line is accepted beside the lines that the store has, is told so, and is kept once', async () => {
  const path = linesPath({ server: 'api', scenario: 'plain' });
  const there = lineText(heldTo(1, 0.05));
  const { changes, marked } = await keepLines(filesIn(new Map([[path, there]])), [slower(2, 0.2)]);
  assert.deepEqual(
    marked.map(({ standing, accepted }) => [standing, accepted]),
    [['baseline', true]],
  );
  const text = changes.get(path) as string;
  assert.match(text, /held to 5% before/);
  const again = await keepLines(filesIn(new Map([[path, text]])), [slower(2, 0.2)]);
  assert.equal(again.changes.size, 0);
});
