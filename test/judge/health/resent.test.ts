import assert from 'node:assert/strict';
import { it } from 'node:test';
import { resentFindings } from '../../../src/judge/health/resent.ts';
import { repeat } from '../../support/block.ts';
import type { BlockMeasurement } from '../../support/draft.ts';
import { warningsOf } from '../../support/english.ts';
import { measurementOf, observed } from '../../support/measurement.ts';

/** What is said when so many of 10,000 requests of each block were sent again. */
function found(base: number, head: number, isContest = false, hasStreams = false) {
  const edit = (block: BlockMeasurement) => {
    for (const [arm, resent] of [
      ['base', base],
      ['head', head],
    ] as const) {
      const own = observed(block, arm);
      own.good = 10_000;
      own.attempted = 10_000;
      if (resent > 0) own.resent = resent;
    }
  };
  const { subjects } = measurementOf({ subjects: [{ blocks: repeat({}, 6), edit }] });
  return resentFindings(subjects[0]?.blocks ?? [], { limit: 0.001, isContest, hasStreams });
}

function told(base: number, head: number, hasStreams = false): string[] {
  const { doubt, warnings } = found(base, head, false, hasStreams);
  return warningsOf({ warnings: [...(doubt === null ? [] : [doubt]), ...warnings] });
}

it('Requests that were sent again are told once, with the share of each arm', () => {
  const [said, ...more] = told(30, 30);
  assert.match(said ?? '', /^0\.3% of base's requests and 0\.3% of head's were sent again: /);
  assert.match(said ?? '', /Look at its limits of connections/);
  assert.doesNotMatch(said ?? '', /beyond chance/);
  assert.deepEqual(more, []);
});

it('Who has more requests sent again than chance explains is named', () => {
  assert.match(told(0, 40)[0] ?? '', /head has more of them, beyond chance/);
  assert.match(told(40, 0)[0] ?? '', /base has more of them, beyond chance/);
});

it('Where nearly every request is sent again, a connection for each is proposed', () => {
  assert.match(told(9000, 9000)[0] ?? '', /`headers: \{ connection: close \}`/);
});

it('Where single streams can be refused, no header of HTTP/1.1 is proposed', () => {
  for (const resent of [30, 5000]) {
    const [said] = told(resent, resent, true);
    assert.match(said ?? '', /refused them \(REFUSED_STREAM, GOAWAY\).* ask for fewer `streams`/);
    assert.doesNotMatch(said ?? '', /connection: close/);
  }
});

it('Nothing is said where nothing was sent again', () => {
  assert.deepEqual(told(0, 0), []);
});

it('A head that loses more requests than base, beyond the limit of errors, may not pass', () => {
  const { doubt, warnings } = found(0, 300);
  assert.equal(doubt?.severity, 'doubt');
  assert.deepEqual(warnings, []);
  const [said] = told(0, 300);
  assert.match(
    said ?? '',
    /head has more of them, beyond chance\. A client that sends nothing again loses/,
  );
  assert.match(said ?? '', /above the limit of errors \(0\.1%\).*`limits: \{ errors: 6% \}`/);
});

it('A base that loses more, both alike, few more, or another server withhold nothing', () => {
  for (const [base, head, isContest] of [
    [300, 0, false],
    [300, 300, false],
    [300, 308, false],
    [0, 300, true],
  ] as const) {
    const { doubt, warnings } = found(base, head, isContest);
    assert.equal(doubt, null, `${base} and ${head}`);
    assert.equal(warnings.length, 1);
  }
});

it('The error code for which requests were sent again is named, with what it means', () => {
  const edit = (block: BlockMeasurement) =>
    Object.assign(observed(block, 'head'), { resent: 50, resentFor: 'ENHANCE_YOUR_CALM' });
  const { subjects } = measurementOf({ subjects: [{ blocks: repeat({}, 6), edit }] });
  const how = { limit: 1, isContest: false, hasStreams: true };
  const [said] = warningsOf(resentFindings(subjects[0]?.blocks ?? [], how));
  assert.match(said ?? '', /refused them \(ENHANCE_YOUR_CALM\).*too much at once/);
});

it('Of a WebSocket, messages are sent again and not requests, and no header of HTTP is proposed', () => {
  const edit = (block: BlockMeasurement) => Object.assign(observed(block, 'head'), { resent: 5 });
  const measurement = measurementOf({ subjects: [{ blocks: repeat({}, 6), edit }] });
  const given = { limit: 1, isContest: false, hasStreams: false, isWebSocket: true };
  const [said] = warningsOf(resentFindings(measurement.subjects[0]?.blocks ?? [], given));
  assert.match(said ?? '', /of head's were sent again: .*closed the connection in order/);
  assert.match(said ?? '', /of base's messages .*limits of messages/);
  assert.doesNotMatch(said ?? '', /connection: close/);
});
