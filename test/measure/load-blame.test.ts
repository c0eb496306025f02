/** What the load on an arm has shown, as its cure is found by it. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ErrorSample } from '../../src/load/results.ts';
import { refusedHandshake, UnexpectedStatus } from '../../src/load/unexpected.ts';
import { cureFor } from '../../src/measure/cure.ts';
import { symptomsOf } from '../../src/measure/load-blame.ts';
import type { LiveArms } from '../../src/measure/running-arms.ts';
import { httpScenario } from '../support/measurement.ts';

function cureAfter(refused: UnexpectedStatus) {
  const sample: ErrorSample = {
    arm: 'head',
    message: String(refused),
    answer: refused.answer,
    excerpt: null,
    kind: 'status',
  };
  const live = {
    targets: new Map([['head', { scenario: httpScenario('default') }]]),
    asked: new Map(),
  } as unknown as LiveArms;
  return cureFor(symptomsOf(live, { samples: [sample] }, 'head'));
}

it('A WebSocket handshake that is refused under load gets the cure of a handshake, and a request that of a request', () => {
  const none = () => undefined;
  assert.equal(cureAfter(refusedHandshake('/ws', 404, none))?.code, 'handshake-refused');
  const request = new UnexpectedStatus(200, { status: 404, contentType: null, location: null }, '');
  assert.equal(cureAfter(request)?.code, 'not-found');
});
