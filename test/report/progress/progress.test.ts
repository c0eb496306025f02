import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GateEvent } from '../../../src/measure/told/events.ts';
import { createBuildLog } from '../../../src/report/progress/build-log.ts';
import { createProgress } from '../../../src/report/progress/progress.ts';
import {
  advance,
  INITIAL_PROGRESS,
  leftAtMostMs,
} from '../../../src/report/progress/progress-state.ts';
import { eventLine, renderProgress } from '../../../src/report/progress/progress-view.ts';
import { displayWidth } from '../../../src/report/screen/width.ts';

const api = 'api/plaintext';

const SO_FAR = {
  work: 'request',
  unit: 'req/s',
  comparison: 'ratio',
  head: 40_000,
  limit: null,
  gating: true,
} as const;

/** A whole run: two subjects, one resolved, one under way. */
const run: GateEvent[] = [
  { atMs: 1000, type: 'started', subjects: [api, 'api/json'], budgetMs: 120_000 },
  { atMs: 1000, type: 'note', message: 'Placing head: HEAD (def5678)' },
  { atMs: 1100, type: 'note', message: 'Placing base: merge base of main and HEAD (abc1234)' },
  { atMs: 1200, type: 'building', server: 'api', arm: 'base' },
  { atMs: 1300, type: 'build-line', server: 'api', arm: 'base', line: 'added 3 packages' },
  { atMs: 2000, type: 'built', server: 'api', arm: 'base', ok: true },
  { atMs: 2000, type: 'pilot-started', subject: api },
  {
    atMs: 3000,
    type: 'pilot-done',
    work: 'request',
    subject: api,
    rates: { base: 41_234, head: 38_112 },
  },
  {
    atMs: 3000,
    type: 'planned',
    subject: api,
    looks: [6, 10, 14, 20],
    blockMs: 6000,
    visible: 0.029,
  },
  { atMs: 3000, type: 'block-started', subject: api, index: 0 },
  { atMs: 7000, type: 'block-done', subject: api, index: 0 },
  { atMs: 7000, type: 'block-started', subject: api, index: 1 },
  {
    atMs: 11_000,
    type: 'block-done',
    subject: api,
    index: 1,
    soFar: [
      { ...SO_FAR, name: 'throughput', change: -0.004, interval: [-0.019, 0.011] },
      { ...SO_FAR, name: 'cpu', unit: 's', change: 0.002, interval: null },
      { ...SO_FAR, name: 'p50', unit: 's', change: 0.3, interval: null, gating: false },
      {
        ...SO_FAR,
        name: 'errors',
        unit: 'share',
        comparison: 'limit',
        head: 0.00012,
        change: null,
        interval: null,
        limit: 0.001,
      },
    ],
  },
  { atMs: 11_000, type: 'block-started', subject: api, index: 2 },
];

const after = (events: readonly GateEvent[]) => events.reduce(advance, INITIAL_PROGRESS);

test('The live view shows the block, what is known so far, and the time', () => {
  assert.deepEqual(renderProgress(after(run), 90), [
    'api/plaintext  block 3 of at most 20, next look after 6',
    '  throughput       −0.4% [−1.9%, +1.1%]',
    '  CPU per request  +0.2%',
    '  errors           0.012% (limit 0.1%)',
    '░░░░░░░░░░░░░░░░░░░░  0:09 used, at most 3:12 left',
  ]);
});

test('The live view shows on which side of its limit a value is', () => {
  const near = run.map((event) =>
    event.type === 'block-done' && event.soFar !== undefined
      ? { ...event, soFar: event.soFar.map((one) => ({ ...one, head: 0.001004 })) }
      : event,
  );
  const lines = renderProgress(after(near), 90);
  assert.ok(lines.includes('  errors           0.1004% (limit 0.1%)'), lines.join('\n'));
});

test('Time left comes from the blocks that were timed, and falls while one runs', () => {
  const before = after(run);
  // 18 blocks of the 4 s that they really took, and the other subject's whole budget.
  assert.equal(leftAtMostMs(before), 18 * 4000 + 120_000);
  const later = advance(before, { atMs: 13_000, type: 'tick' });
  assert.match(renderProgress(later).at(-1) as string, /0:11 used, at most 3:10 left/);
});

test('A resolved subject needs no more time and is counted', () => {
  const resolved = after([
    ...run,
    { atMs: 20_000, type: 'resolved', subject: api, verdict: 'unchanged', blocks: 6, reason: null },
    { atMs: 20_000, type: 'pilot-started', subject: 'api/json' },
  ]);
  assert.equal(leftAtMostMs(resolved), 120_000);
  const lines = renderProgress(resolved);
  assert.equal(lines[0], 'pilot run of api/json');
  assert.equal(lines.at(-1), '1 of 2 subjects done: 1 unchanged');
});

test('Building is not counted by the bar, and long lines break between words', () => {
  const building = after(run.slice(0, 5));
  assert.equal(renderProgress(building).at(-1), '0:00 so far; then at most 4:00 of measuring');
  const note = advance(building, {
    atMs: 9000,
    type: 'note',
    message: 'the budget is too short, so 40 s of measuring are added',
  });
  assert.deepEqual(renderProgress(note, 40).slice(0, 2), [
    'the budget is too short, so 40 s of',
    'measuring are added',
  ]);
  const stream = { ...fakeStream(true), columns: 40 };
  using progress = createProgress(stream);
  progress.onEvent({
    atMs: 0,
    type: 'warning',
    subject: null,
    message: `${'word '.repeat(12)}end`,
  });
  const [written = ''] = stream.written.filter((text) => text.startsWith('warning'));
  assert.deepEqual(written.split('\n'), [
    'warning: word word word word word',
    '  word word word word word word word',
    '  end',
    '',
  ]);
});

test('The live view shows the stage and the last line of a build', () => {
  const lines = renderProgress(after(run.slice(0, 5)));
  assert.deepEqual(lines.slice(0, 2), ['building api (base)', '  added 3 packages']);
});

test('The live view shows nothing once finished', () => {
  assert.deepEqual(
    renderProgress(after([...run, { atMs: 9e4, type: 'finished', verdict: 'unchanged' }])),
    [],
  );
});

test('No line is wider than the screen, or carries control characters', () => {
  const hostile = run.map((event) =>
    'subject' in event ? { ...event, subject: `\u001b[2J漢${'x'.repeat(200)}` } : event,
  ) as GateEvent[];
  for (const line of renderProgress(after(hostile), 40)) {
    assert.ok(displayWidth(line) <= 40);
    assert.doesNotMatch(line, /\p{Cc}/u);
  }
});

test('Clocks that step back do not make time negative', () => {
  const state = advance(after(run), { atMs: 5, type: 'tick' });
  assert.equal(state.nowMs, 11_000);
});

function fakeStream(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 80, rows: 24, written, write: (text: string) => written.push(text) };
}

test('A log gets one plain line for each stage and look, none for blocks', () => {
  const stream = fakeStream(false);
  using progress = createProgress(stream);
  const look: GateEvent = {
    atMs: 35_000,
    type: 'look',
    subject: api,
    blocks: 6,
    metrics: [
      {
        ...SO_FAR,
        name: 'throughput',
        change: -0.08,
        interval: [-0.09, -0.07],
        verdict: 'regression',
      },
    ],
  };
  const end: GateEvent[] = [
    { atMs: 35_000, type: 'warning', subject: api, message: 'steal\n4%' },
    {
      atMs: 35_000,
      type: 'resolved',
      subject: api,
      verdict: 'regression',
      blocks: 6,
      reason: null,
    },
    { atMs: 36_000, type: 'finished', verdict: 'regression' },
  ];
  for (const event of [...run, look, ...end]) progress.onEvent(event);
  assert.deepEqual(stream.written.join('').split('\n'), [
    '[0:00] 2 subjects, at most 2 min of measuring each',
    '[0:00] Placing head: HEAD (def5678)',
    '[0:00] Placing base: merge base of main and HEAD (abc1234)',
    '[0:00] building api (base)',
    '[0:01] built api (base)',
    '[0:01] api/plaintext: pilot run',
    '[0:02] api/plaintext: base about 41,230 req/s, head about 38,110 req/s',
    '[0:02] api/plaintext: at most 20 blocks of about 6 s, judged after 6, 10, 14 and 20 blocks; a drop in throughput of 2.9% would be red in 80% of such runs',
    '[0:34] api/plaintext: after 6 blocks: throughput −8.0% [−9.0%, −7.0%] regression',
    '[0:34] warning: api/plaintext: steal 4%',
    '[0:34] api/plaintext: regression after 6 blocks',
    '[0:35] finished: regression',
    '',
  ]);
});

test('A pilot run that found no rate, such as that of held connections, is done in words', () => {
  const done = { atMs: 0, type: 'pilot-done', work: 'request', subject: api, rates: {} } as const;
  assert.equal(eventLine(done), 'api/plaintext: pilot run done');
});

test('A log in which nothing is said for a while tells what is being done, again and again until it is finished', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let nowMs = 50_000;
  t.mock.method(performance, 'now', () => nowMs);
  const pass = (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      nowMs += 1000;
      t.mock.timers.tick(1000);
    }
  };
  const stream = fakeStream(false);
  using progress = createProgress(stream);
  for (const event of run.slice(0, 7)) progress.onEvent(event);
  progress.onEvent({ atMs: 2000, type: 'pilot-step', step: 'head gets its first load' });
  const spoken = stream.written.length;
  pass(9);
  assert.equal(stream.written.length, spoken);
  pass(14);
  for (const event of run.slice(7)) progress.onEvent(event);
  pass(11);
  progress.onEvent({ atMs: 60_000, type: 'finished', verdict: 'unchanged' });
  pass(60);
  assert.deepEqual(stream.written.slice(spoken), [
    '[0:11] still: pilot run of api/plaintext: head gets its first load (10 s without a word)\n',
    '[0:21] still: pilot run of api/plaintext: head gets its first load (20 s without a word)\n',
    '[0:02] api/plaintext: base about 41,230 req/s, head about 38,110 req/s\n',
    '[0:02] api/plaintext: at most 20 blocks of about 6 s, judged after 6, 10, 14 and 20 blocks; a drop in throughput of 2.9% would be red in 80% of such runs\n',
    '[0:20] api/plaintext: block 3 of at most 20\n',
    '[0:59] finished: unchanged\n',
  ]);
});

test('A build that prints nothing is told of once a minute', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let nowMs = 0;
  t.mock.method(performance, 'now', () => nowMs);
  const stream = fakeStream(false);
  using progress = createProgress(stream);
  for (const event of run.slice(0, 5)) progress.onEvent(event);
  for (let i = 0; i < 130; i++) {
    nowMs += 1000;
    t.mock.timers.tick(1000);
  }
  assert.deepEqual(stream.written.slice(4), [
    '[1:00] still: building api (base) (1 min without a word)\n',
    '[2:00] still: building api (base) (2 min without a word)\n',
  ]);
});

test('A look at nothing that could be compared says so', () => {
  const stream = fakeStream(false);
  using progress = createProgress(stream);
  const shownOnly = { ...SO_FAR, name: 'p50', change: 0.1, interval: null, gating: false } as const;
  progress.onEvent({
    atMs: 0,
    type: 'look',
    subject: api,
    blocks: 1,
    metrics: [{ ...shownOnly, verdict: 'inconclusive' }],
  });
  assert.deepEqual(stream.written, [
    '[0:00] api/plaintext: after 1 block: nothing to compare yet\n',
  ]);
});

test('A terminal is repainted in place and left clean', () => {
  const stream = fakeStream(true);
  {
    using progress = createProgress(stream);
    for (const event of run) progress.onEvent(event);
    progress.onEvent({ atMs: 12_000, type: 'warning', subject: null, message: 'odd' });
  }
  const screen = screenOf(stream.written.join(''));
  assert.deepEqual(screen, [
    'Placing head: HEAD (def5678)',
    'Placing base: merge base of main and HEAD (abc1234)',
    'warning: odd',
    '',
  ]);
});

test('Live lines never fill the screen', () => {
  const stream = { ...fakeStream(true), rows: 3 };
  using progress = createProgress(stream);
  for (const event of run) progress.onEvent(event);
  const last = stream.written.at(-1) as string;
  assert.equal(last.split('\n').length - 1, 2);
});

test('Builds side by side become groups that do not overlap', () => {
  const log = createBuildLog();
  const event = (type: string, arm: string, more: object = {}) =>
    ({ atMs: 0, type, server: 'api', arm, ...more }) as Parameters<typeof log>[0];
  const lines = [
    event('building', 'base'),
    event('building', 'head'),
    event('build-line', 'head', { line: 'h1' }),
    event('build-line', 'base', { line: '::error::b1' }),
    event('built', 'head', { ok: false }),
    event('build-line', 'base', { line: 'b2' }),
    event('built', 'base', { ok: true }),
    event('build-line', 'other', { line: 'nobody' }),
  ].flatMap(log);
  assert.deepEqual(lines, [
    { name: 'group', text: 'Build api (base)' },
    '::error::b1',
    'b2',
    { name: 'endgroup' },
    'built api (base)',
    { name: 'group', text: 'Build api (head)' },
    'h1',
    { name: 'endgroup' },
    'build failed: api (head)',
  ]);
});

test('A build streams while it runs', () => {
  const stream = fakeStream(false);
  using progress = createProgress(stream, { groups: true });
  for (const event of run.slice(0, 5)) progress.onEvent(event);
  assert.deepEqual(stream.written.slice(-2), ['::group::Build api (base)\n', 'added 3 packages\n']);
});

/** What a terminal shows after `text`, which may move up ("nA") and clear to the end ("0J"). */
function screenOf(text: string): string[] {
  const [start = '', ...commands] = text.split('\u001b[');
  const screen = start.split('\n');
  for (const command of commands) {
    const [, count, name, printed = ''] = /^(\d+)([AJ])([\s\S]*)$/.exec(command) ?? [];
    if (name === 'A') screen.splice(screen.length - 1 - Number(count));
    const lines = printed.split('\n');
    if (name === 'J') screen.push(...lines);
  }
  return screen;
}

test('Of two servers, the plan speaks of a difference, and of nothing red', () => {
  const planned = (more: object) =>
    eventLine({
      ...{ atMs: 0, type: 'planned', subject: 'a-vs-b/plain' },
      ...{ looks: [6], blockMs: 1000, visible: 0.1, ...more },
    });
  assert.match(
    planned({}) ?? '',
    /a drop in throughput of 10.0% would be red in 80% of such runs$/,
  );
  const told = planned({ isVersus: true }) ?? '';
  assert.match(told, /a difference of 10.0% in throughput would show in 80% of such runs$/);
});
