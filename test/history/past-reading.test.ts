/** What counts of a history is found from the end of its file just as from the whole of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COUNTED, countedOf, countedRuns } from '../../src/history/counted.ts';
import { glanceOf, glancer } from '../../src/history/glance.ts';
import { lastRuns } from '../../src/history/last-runs.ts';
import { type HistoryLine, lineText } from '../../src/history/line.ts';
import { pastOf } from '../../src/history/past.ts';
import { readPast } from '../../src/history/past-reading.ts';
import { readHistory } from '../../src/history/read.ts';
import { bytesOf } from '../../src/history/stores/store.ts';
import { VerdictWord } from '../../src/terms/verdict-word.ts';
import { lineOf, memoryStore, metricOf } from '../support/history.ts';
import { fc } from '../support/properties.ts';

const PLAIN = { server: 'api', scenario: 'plain' };
const MACHINES = ['a1b2c3d4e5f60718', 'b1b2c3d4e5f60718', 'c1b2c3d4e5f60718'];

/** A run of whatever kind a history may have. */
const anyLine = fc
  .record({
    hour: fc.integer({ min: 1, max: 400 }),
    attempt: fc.constantFrom(null, 1, 1, 1, 2),
    job: fc.constantFrom(undefined, null, 'bench', 'grün'),
    workflow: fc.constantFrom(undefined, 'CI'),
    begun: fc.constantFrom(undefined, undefined, undefined, lineOf(9).at),
    reference: fc.constantFrom(undefined, undefined, undefined, true),
    machine: fc.constantFrom(null, 0, 0, 0, 0, 1, 2),
    word: fc.constantFrom(...VerdictWord.options, 'unchanged', 'unchanged', 'unchanged'),
    tooFew: fc.constantFrom(undefined, undefined, undefined, true),
    other: fc.constantFrom('unchanged', 'unchanged', 'improvement', 'regression'),
    hasBase: fc.boolean(),
    isAccepted: fc.constantFrom(false, false, false, true),
    isCalibrated: fc.constantFrom(true, true, true, false),
    imported: fc.constantFrom(undefined, undefined, undefined, null, 'bencher'),
    tool: fc.constantFrom('0.1.0', 'sch\u00f6n', 'a "quoted" one'),
  })
  .map((made): HistoryLine => {
    const { hour, attempt, job, workflow, begun, machine, word, tooFew, other } = made;
    const { imported, tool, reference } = made;
    const edit = made.isCalibrated ? {} : { calibrated: null };
    const parts = { cpu: `Model ${machine}` };
    return {
      ...lineOf(hour, made.hasBase ? {} : { base: null }),
      ...(reference && { reference }),
      run: attempt === null ? null : { id: 1000 + hour, attempt, job, workflow, begun, url: null },
      fingerprint: machine === null ? null : { hash: MACHINES[machine] as string, parts },
      verdict: word,
      ...(tooFew && { tooFew }),
      accepted: made.isAccepted ? { reason: 'wanted' } : null,
      metrics: {
        throughput: metricOf(40_000, 0, { word, ...edit }),
        cpu: metricOf(1, 0, { word: other as VerdictWord, gating: hour % 2 === 0, ...edit }),
      },
      imported,
      tool,
    };
  });

async function pastBy(text: string, job: string | null = null): Promise<unknown> {
  const store = memoryStore({ 'api/plain.ndjson': text });
  const { past, damaged } = await readPast(store, [PLAIN], { job });
  return { past, damaged: damaged.flat().map(({ number }) => number) };
}

function pastOfAll(text: string, job: string | null = null): unknown {
  const { sound, damaged } = readHistory(text, PLAIN);
  const past = pastOf(
    sound.map(({ line }) => line),
    job,
  );
  return { past, damaged: damaged.map(({ number }) => number) };
}

test('Of any history the same runs count, whether it was glanced at or read whole', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyLine, { minLength: 1, maxLength: 120 }),
      fc.constantFrom(null, null, 'bench'),
      async (lines, job) => {
        const text = lines.map(lineText).join('');
        assert.deepEqual(await pastBy(text, job), pastOfAll(text, job));
      },
    ),
    { numRuns: 60 },
  );
});

test('A damaged line that was glanced at and counts has the file read whole, and is told', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyLine, { minLength: 2, maxLength: 30 }),
      fc.nat(),
      fc.constantFrom('"log":-99', '"light":"x"', '"blocks":0'),
      async (lines, place, wrong) => {
        const texts = lines.map(lineText);
        const at = place % texts.length;
        texts[at] = (texts[at] as string).replace(/"(log|light|blocks)":[-\d.]+/, wrong);
        const text = texts.join('');
        const [found, all] = [await pastBy(text), pastOfAll(text)] as { past: unknown }[];
        assert.deepEqual(found?.past, all?.past);
      },
    ),
    { numRuns: 60 },
  );
  const cut = lineText(lineOf(1)) + lineText(lineOf(2)).slice(0, -30);
  assert.deepEqual(await pastBy(cut), pastOfAll(cut));
  assert.deepEqual((await pastBy(cut)) as object, {
    past: pastOf([lineOf(1)]),
    damaged: [2],
  });
});

/** Of one line, with others before and behind it that must not be taken for it. */
function seenIn(line: string, others: readonly string[] = []): object | null {
  const [before = '', behind = ''] = others;
  const bytes = (text: string) => Buffer.from(text).toString('latin1');
  const from = before === '' ? 0 : bytes(before).length + 1;
  const text = [before, line, behind].filter((one) => one !== '').join('\n');
  const glance = glancer(PLAIN, bytes(text));
  if (before !== '') glance(0, from - 1);
  return glance(from, from + bytes(line).length);
}

test('A glance at a line tells what its reading tells, and nothing of one that is not plainly ours', () => {
  fc.assert(
    fc.property(anyLine, fc.array(anyLine, { maxLength: 2 }), (line, others) => {
      const texts = others.map((one) => lineText(one).trimEnd());
      const seen = seenIn(lineText(line).trimEnd(), texts);
      if (line.tool.includes('"') || line.run?.job === 'grün') assert.equal(seen, null);
      else assert.deepEqual(seen, glanceOf(line));
    }),
  );
  const plain = lineText(lineOf(1)).trimEnd();
  assert.ok(seenIn(plain));
  assert.ok(seenIn(lineText(lineOf(1, { tooFew: true })).trimEnd()));
  for (const odd of [
    plain.replace('"form":1', '"form":2'),
    plain.replace('"api"', '"other"'),
    plain.replace('{"form"', '{ "form"'),
    plain.replace('"verdict":"unchanged"', '"verdict":"fine"'),
    plain.slice(0, -30),
    plain.slice(0, plain.indexOf('"verdict"')),
    '',
  ]) {
    assert.equal(seenIn(odd, [plain, plain]), null, odd);
  }
});

test('Of several jobs only the own one’s runs are compared with; where all are of one other job, those', async () => {
  const of = (job: string | undefined, number: number, word: 'unchanged' | 'regression') =>
    lineOf(number, {
      verdict: word,
      run: { id: 1000 + number, attempt: 1, job, url: null },
      metrics: { throughput: metricOf(40_000, 0, { word }) },
    });
  const lines = [of('a', 1, 'unchanged'), of('b', 2, 'regression'), of('a', 3, 'unchanged')];
  const store = memoryStore({ 'api/plain.ndjson': lines.map(lineText).join('') });
  const found = async (job: string | null) => {
    const { past, ofOthers } = await readPast(store, [PLAIN], { job });
    const runs = past.subjects.flatMap((one) =>
      one.runs.map(({ at, isBaseline }) => [at, isBaseline]),
    );
    return { runs, ofOthers };
  };
  assert.deepEqual(await found('a'), {
    runs: [
      [lineOf(1).at, true],
      [lineOf(3).at, true],
    ],
    ofOthers: [],
  });
  assert.deepEqual(await found('b'), { runs: [[lineOf(2).at, false]], ofOthers: [] });
  const ofOthers = [{ subject: PLAIN, runs: 3, jobs: ['a', 'b'] }];
  assert.deepEqual(await found(null), { runs: [], ofOthers });
  const only = memoryStore({
    'api/plain.ndjson': [of('a', 1, 'unchanged')].map(lineText).join(''),
  });
  assert.equal((await readPast(only, [PLAIN], { job: 'c' })).past.subjects[0]?.runs.length, 1);
  // A run that leaves a line has a row of its own from then on.
  const first = await readPast(only, [PLAIN], { job: 'c', isOwnOnly: true });
  assert.deepEqual(first.past.subjects[0]?.runs, []);
  const next = await readPast(only, [PLAIN], { job: 'a', isOwnOnly: true });
  assert.equal(next.past.subjects[0]?.runs.length, 1);
});

test('A run that is attempted again is compared with what was before its first attempt, and not with itself', async () => {
  const lines = [1, 2, 3, 4].map((number) => lineOf(number));
  const store = memoryStore({ 'api/plain.ndjson': lines.map(lineText).join('') });
  const found = async (again: number | null) =>
    (await readPast(store, [PLAIN], { again })).past.subjects[0]?.runs.map(({ at }) => at);
  const moments = lines.map(({ at }) => at);
  assert.deepEqual(await found(null), moments);
  assert.deepEqual(await found(1003), moments.slice(0, 2));
  assert.deepEqual(await found(2000), moments, 'its first attempt has left no line');
  const third = lineOf(3, {
    at: lineOf(9).at,
    run: { id: 1003, attempt: 2, begun: lineOf(3).at, url: null },
  });
  const twice = memoryStore({ 'api/plain.ndjson': [...lines, third].map(lineText).join('') });
  const { past } = await readPast(twice, [PLAIN], { again: 1003 });
  assert.deepEqual(
    past.subjects[0]?.runs.map(({ at }) => at),
    moments.slice(0, 2),
  );
});

test('Of a thousand sound runs of one machine no more are read than count', () => {
  let read = 0;
  const entries = Array.from({ length: 1000 }, (_, hour) => {
    const line = lineOf(hour);
    return {
      ...glanceOf(line),
      read: () => {
        read++;
        return line;
      },
    };
  });
  const counted = countedRuns(entries, null);
  assert.equal(counted?.length, COUNTED.baselines);
  assert.equal(read, COUNTED.baselines);
  assert.equal(counted?.at(-1)?.line.at, lineOf(999).at);
});

test('Red runs between the baselines are carried along, and no baseline is lost for them', () => {
  const lines = Array.from({ length: 150 }, (_, hour) =>
    lineOf(hour, hour >= 90 && hour < 149 ? { verdict: 'regression' } : {}),
  );
  const counted = countedOf(lines, null);
  const baselines = counted.filter(({ standing }) => standing === 'baseline');
  assert.equal(baselines.length, COUNTED.baselines);
  assert.equal(counted.length, COUNTED.baselines + 59);
});

test('A machine that is met now and then has its own runs among the last two hundred', () => {
  const lines = Array.from({ length: 400 }, (_, hour) => {
    const hash = MACHINES[hour % 20 === 0 ? 1 : 0] as string;
    return lineOf(hour, { fingerprint: { hash, parts: {} } });
  });
  const counted = countedOf(lines, null).map(({ line }) => line.fingerprint?.hash);
  assert.equal(counted.filter((hash) => hash === MACHINES[1]).length, 10);
  assert.equal(counted.filter((hash) => hash === MACHINES[0]).length, COUNTED.baselines);
});

test('Of a long file only the end is read, unless a slowdown may have begun before', () => {
  const quiet = (number: number) => lineText(lineOf(number));
  const many = Array.from({ length: 3000 }, (_, number) => quiet(number + 1));
  const seen: number[] = [];
  const spied = (text: string) => {
    const { size, read } = bytesOf(Buffer.from(text));
    return {
      size,
      read: (from: number, to: number) => {
        seen.push(to - from);
        return read(from, to);
      },
    };
  };
  const runs = lastRuns(spied(many.join('')), PLAIN, null);
  assert.equal(runs?.length, COUNTED.baselines);
  assert.ok((seen[0] as number) < 1e6);
  many[3] = lineText(lineOf(3, { metrics: { cpu: metricOf(1, 0, { word: 'regression' }) } }));
  assert.equal(lastRuns(spied(many.join('')), PLAIN, null), null);
});
