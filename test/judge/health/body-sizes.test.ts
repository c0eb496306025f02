import assert from 'node:assert/strict';
import { it } from 'node:test';
import { changeFinding, sizeFinding, startFinding } from '../../../src/judge/health/body-sizes.ts';
import { judge } from '../../../src/judge/judge.ts';
import { octaveOf } from '../../../src/load/shared/body-sizes.ts';
import { headline } from '../../../src/report/headline/headline.ts';
import { phraseToText } from '../../../src/report/markup/phrase.ts';
import { repeat } from '../../support/block.ts';
import type { BlockMeasurement } from '../../support/draft.ts';
import { warningsOf } from '../../support/english.ts';
import { measurementOf, observed } from '../../support/measurement.ts';

/** So many answers of each length, in every block. */
type Lengths = Record<number, number>;

function sizes(lengths: Lengths): number[] {
  const counts: number[] = [];
  for (const [bytes, answers] of Object.entries(lengths)) {
    const octave = octaveOf(Number(bytes));
    while (counts.length <= octave) counts.push(0);
    counts[octave] = (counts[octave] ?? 0) + answers;
  }
  return counts;
}

function found(
  base: Lengths | null,
  head: Lengths | null,
  { isMeant = false, isTold = false } = {},
) {
  const edit = (block: BlockMeasurement) => {
    for (const [arm, lengths] of [
      ['base', base],
      ['head', head],
    ] as const) {
      if (lengths !== null) observed(block, arm).bodySizes = sizes(lengths);
    }
  };
  const { subjects } = measurementOf({ subjects: [{ blocks: repeat({}, 4), edit }] });
  return sizeFinding(subjects[0]?.blocks ?? [], { limit: 0.001, isMeant, isTold });
}

it('A head that drops every fiftieth body is told, though all other answers are right', () => {
  const finding = found({ 11: 5000 }, { 11: 4900, 0: 100 });
  assert.equal(finding?.severity, 'doubt');
  const [said] = warningsOf({ warnings: finding === null ? [] : [finding] });
  assert.match(
    said ?? '',
    /^under load, 2% of head's answers were without a body, and none of base's, which mostly have 8 to 15 bytes\. /,
  );
});

it('Short answers in place of long ones, and long ones in place of short ones, are told with their length', () => {
  const [short] = warningsOf({
    warnings: [found({ 900: 5000 }, { 900: 4800, 2: 200 })].flatMap((one) => one ?? []),
  });
  assert.match(short ?? '', /4% of head's answers were of 2 to 3 bytes/);
  const [several] = warningsOf({
    warnings: [found({ 900: 5000 }, { 900: 4700, 0: 250, 70000: 50 })].flatMap((one) => one ?? []),
  });
  assert.match(
    several ?? '',
    /6% of head's answers were of other lengths, most of them without a body/,
  );
  const long = found({ 2: 5000 }, { 2: 4000, 70000: 1000 });
  assert.deepEqual(long?.data, {
    base: 0,
    head: 0.2,
    bytes: { least: 65_536, most: 131_071 },
    kinds: 1,
    usualBytes: { least: 2, most: 3 },
  });
});

it('A version with one more digit is no other answer, and a body in place of none is', () => {
  assert.equal(found({ 127: 5000 }, { 128: 5000 }), null);
  assert.equal(found({ 127: 5000 }, { 127: 3000, 128: 2000 }), null);
  assert.notEqual(found({ 0: 5000 }, { 0: 4000, 1: 1000 }), null);
});

it('What base does as often is its manner, and a few within the limit of errors are no doubt', () => {
  const mixed = { 900: 4700, 2: 300 };
  assert.equal(found(mixed, mixed), null);
  assert.equal(found({ 900: 10_000 }, { 900: 9995, 2: 5 }), null);
  assert.notEqual(found(mixed, { 900: 4300, 2: 700 }), null);
  assert.equal(found({ 900: 5000 }, null), null);
  assert.equal(found(null, { 900: 5000 }), null);
});

it('Where the change may answer otherwise it is a warning, and of most answers it is said once', () => {
  const head = { 900: 4000, 0: 1000 };
  assert.equal(found({ 900: 5000 }, head, { isMeant: true })?.severity, 'warning');
  assert.equal(found({ 900: 5000 }, head, { isTold: true })?.severity, 'doubt');
  assert.equal(found({ 900: 5000 }, { 9: 5000 }, { isTold: true }), null);
});

function changed(unloaded: number[], base: Lengths, head: Lengths = base) {
  const edit = (block: BlockMeasurement) => {
    observed(block, 'base').bodySizes = sizes(base);
    observed(block, 'head').bodySizes = sizes(head);
  };
  const { subjects } = measurementOf({ subjects: [{ blocks: repeat({}, 4), edit }] });
  const octaves = unloaded.map(octaveOf);
  const before = { base: octaves, head: octaves };
  return changeFinding(subjects[0]?.blocks ?? [], before, { isMeant: false });
}

it('Both arms that answer with another page once they are loaded are told, with its length', () => {
  const finding = changed([450], { 5400: 990, 450: 10 });
  assert.equal(finding?.severity, 'doubt');
  const [said] = warningsOf({ warnings: finding === null ? [] : [finding] });
  assert.match(
    said ?? '',
    /^under load, 99% of base's answers and 99% of head's have 4,096 to 8,191 bytes, where before the load they had 256 to 511 bytes: .*a captcha/,
  );
});

it('The check says nothing of answers as long as before, nearly as long, of many lengths, or changed in one arm alone', () => {
  assert.equal(changed([450], { 450: 1000 }), null);
  assert.equal(changed([450], { 600: 1000 }), null);
  assert.equal(changed([450], { 2000: 300, 4000: 300, 8000: 300, 16000: 300 }), null);
  assert.equal(changed([450], { 450: 1000 }, { 5400: 1000 }), null);
  assert.equal(changed([450, 5400], { 5400: 1000 }), null);
  assert.equal(changed([], { 5400: 1000 }), null);
});

it('A run in which both builds answer with another page under load is no pass, and its first line says so', () => {
  const edit = (block: BlockMeasurement) => {
    for (const arm of ['base', 'head'] as const) {
      observed(block, arm).bodySizes = sizes({ 5400: 1000 });
    }
  };
  const measurement = measurementOf({ subjects: [{ blocks: repeat({}, 20), edit }] });
  const before = { base: [octaveOf(450)], head: [octaveOf(450)] };
  for (const subject of measurement.subjects) {
    subject.answers = {
      ...{ kinds: 1, compared: 1, answers: { base: 9, head: 9 }, starts: 3 },
      ...{ unloadedSizes: before, differences: [], content: 0, form: 0 },
    };
  }
  const verdict = judge(measurement);
  assert.equal(verdict.verdict, 'inconclusive');
  const { title, action } = headline(verdict);
  assert.match(phraseToText(title), /^The answers change under load: both builds answer/);
  assert.match(action.join(' '), /captcha.*`env`.*`answers: may-differ`/);
});

function started(first: number[], later: number[], load: Lengths, { isMeant = false } = {}) {
  const edit = (block: BlockMeasurement) => {
    for (const arm of ['base', 'head'] as const) observed(block, arm).bodySizes = sizes(load);
  };
  const { subjects } = measurementOf({ subjects: [{ blocks: repeat({}, 4), edit }] });
  const of = (lengths: number[]) => {
    const octaves = lengths.map(octaveOf);
    return { base: octaves, head: octaves };
  };
  const seen = { unloadedSizes: of(first), laterSizes: of(later) };
  return startFinding(subjects[0]?.blocks ?? [], seen, { isMeant });
}

it('Both arms that say for some seconds that they start are told, with both lengths and what makes the gate wait', () => {
  const finding = started([8], [1500], { 8: 600, 1500: 400 });
  assert.equal(finding?.severity, 'doubt');
  const [said] = warningsOf({ warnings: finding === null ? [] : [finding] });
  assert.match(
    said ?? '',
    /^base and head answered with 8 to 15 bytes when each had just become ready, and with 1,024 to 2,047 bytes some seconds later: .*"starting".*`ready/,
  );
  const meant = started([8], [1500], { 8: 600, 1500: 400 }, { isMeant: true });
  assert.equal(meant?.severity, 'warning');
});

it("Nothing is said of a start whose answers are as long as later, were never the load's, or grow with the load", () => {
  assert.equal(started([8], [12], { 8: 600, 12: 400 }), null);
  assert.equal(started([8, 1500], [1500], { 8: 600, 1500: 400 }), null);
  assert.equal(started([8], [8, 1500], { 8: 600, 1500: 400 }), null);
  assert.equal(started([], [1500], { 1500: 1000 }), null);
  assert.equal(started([8], [], { 8: 1000 }), null);
  assert.equal(started([100], [90_000], { 100: 10, 900: 100, 9000: 400, 90000: 490 }), null);
});

it('A run of servers that were not ready is no pass, and its first line says so', () => {
  const edit = (block: BlockMeasurement) => {
    for (const arm of ['base', 'head'] as const) {
      observed(block, arm).bodySizes = sizes({ 8: 700, 1500: 300 });
    }
  };
  const measurement = measurementOf({ subjects: [{ blocks: repeat({}, 20), edit }] });
  const of = (bytes: number) => ({ base: [octaveOf(bytes)], head: [octaveOf(bytes)] });
  for (const subject of measurement.subjects) {
    subject.answers = {
      ...{ kinds: 1, compared: 1, answers: { base: 9, head: 9 }, starts: 3 },
      ...{ unloadedSizes: of(8), laterSizes: of(1500), differences: [], content: 0, form: 0 },
    };
  }
  const verdict = judge(measurement);
  assert.equal(verdict.verdict, 'inconclusive');
  const { title, action } = headline(verdict);
  assert.match(phraseToText(title), /^The servers were not ready: both builds answer/);
  assert.match(action.join(' '), /a line of its output.*`answers: may-differ`/);
});
