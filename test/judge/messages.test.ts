/** WebSocket messages are judged as requests are, and named as what they are. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { judge } from '../../src/judge/judge.ts';
import { repeat } from '../support/block.ts';
import type { Scenario } from '../support/draft.ts';
import { reasonOf, warningsOf } from '../support/english.ts';
import { measurementOf, observed, webSocketScenario } from '../support/measurement.ts';

const room =
  (mode: 'echo' | 'fan-out') =>
  (name: string): Scenario =>
    webSocketScenario(name, {
      mode,
      path: '/room',
      connections: 50,
      message: { bytes: 64, binary: false },
    });

it('Throughput and CPU are counted by messages', () => {
  const verdict = judge(
    measurementOf({
      load: room('echo'),
      subjects: [{ blocks: repeat({ throughput: 0.09, cpu: 0.09 }, 6) }],
    }),
  );
  const [subject] = verdict.subjects;
  assert.equal(subject?.verdict, 'regression');
  assert.deepEqual(
    subject?.metrics.map(({ name, work, unit }) => [name, work, unit]),
    [
      ['throughput', 'message', 'msg/s'],
      ['cpu', 'message', 's'],
      ['memory', 'message', 'B'],
      ['pss', 'message', 'B'],
      ['peak-memory', 'message', 'B'],
      ['memory-growth', 'message', 'B/1k'],
      ['errors', 'message', 'share'],
    ],
  );
  assert.equal(subject?.reach, null);
  assert.equal(
    verdict.commands[0]?.load,
    'WebSocket, echo on /room, messages of 64 bytes, 50 connections',
  );
});

it('Reach is the share of deliveries that arrived', () => {
  const lossy = (failed: number) =>
    judge(
      measurementOf({
        load: room('fan-out'),
        subjects: [
          {
            blocks: repeat({}, 6),
            edit: (block) => {
              if (block.index !== 0) return;
              observed(block, 'head').good -= failed;
              observed(block, 'head').errors.timeout += failed;
            },
          },
        ],
      }),
    ).subjects[0];
  const few = lossy(3);
  assert.equal(few?.reach?.base, 1);
  const { base: _, head: arrived = null } = few?.reach ?? {};
  assert.ok(arrived !== null && arrived < 1 && arrived > 0.999);
  assert.match(
    warningsOf(few).join(),
    /head did not answer 3 of [\d,]+ messages .*fan-out on \/room/,
  );
  const many = lossy(2000);
  assert.equal(many?.verdict, 'invalid');
  assert.match(reasonOf(many) ?? '', /Speed means nothing while messages fail: mend the errors\./);
});
