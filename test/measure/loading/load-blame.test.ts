/** What the load on an arm has shown, as its cure is found by it. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Generator } from '../../../src/load/handle.ts';
import type { ErrorSample, SliceResult } from '../../../src/load/results.ts';
import { noErrors } from '../../../src/load/session.ts';
import { refusedHandshake, UnexpectedStatus } from '../../../src/load/unexpected.ts';
import type { LiveArms } from '../../../src/measure/arms/running-arms.ts';
import { cureFor } from '../../../src/measure/failures/cure-for.ts';
import { ServerFailure } from '../../../src/measure/failures/server-failure.ts';
import {
  hasFallenSilent,
  loadSlices,
  noteSurvival,
  symptomsOf,
} from '../../../src/measure/loading/load-blame.ts';
import type { Cure } from '../../../src/measure/observed/cure.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';
import { httpScenario } from '../../support/measurement.ts';

function cureAfter(refused: UnexpectedStatus, scenario = httpScenario('default')) {
  const sample: ErrorSample = {
    arm: 'head',
    message: String(refused),
    answer: refused.answer,
    excerpt: refused.excerpt,
    kind: 'status',
  };
  const live = {
    targets: new Map([['head', { scenario }]]),
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

it('A token against forged requests that was fetched before the load, and is refused, is not to be fetched again', () => {
  const refused = new UnexpectedStatus(
    200,
    { status: 403, contentType: null, location: null },
    'invalid csrf token',
  );
  assert.match(cureText(cureAfter(refused) as Cure), /Or fetch the token before the load/);
  const beforeLoad = [
    {
      method: 'GET',
      path: '/',
      headers: {},
      body: null,
      capture: { csrf: '$.csrf' },
      status: null,
    },
  ];
  const cure = cureAfter(refused, httpScenario('default', { beforeLoad }));
  assert.match(
    cureText(cure as Cure),
    /than the one that `before-load` captured.*no load can follow/,
  );
});

it('An arm that hangs has survived until its last answer, and not until it was given up', async () => {
  const scenario = { ...httpScenario('default'), timeoutMs: 60_000 };
  const startedAtMs = performance.now() - 100_000;
  const errors = { ...noErrors(), timeout: 8 };
  const slice = { arm: 'head', good: 500, errors } as unknown as SliceResult;
  const live = {
    targets: new Map([['head', { scenario }]]),
    servers: new Map([['head', { startedAtMs }]]),
    asked: new Map(),
  } as unknown as LiveArms;
  const load = (one: SliceResult) =>
    loadSlices(
      {
        generator: { slices: async () => ({ slices: [one], samples: [] }) } as unknown as Generator,
      },
      live,
      ['head'],
      508,
    );
  await load(slice);
  // Nothing came any more.
  await load({ ...slice, good: 0 });
  const failure = new ServerFailure('head', 'no-answer', 'it hangs', null);
  noteSurvival(live, failure);
  assert.equal(failure.survived?.work, 516);
  const ms = failure.survived?.ms ?? 0;
  assert.ok(ms >= 40_000 && ms < 100_000, `${ms}`);
  assert.equal(
    hasFallenSilent(live, { slices: [{ ...slice, good: 0 }], samples: [] }, 'head'),
    true,
  );
  assert.equal(hasFallenSilent(live, { slices: [slice], samples: [] }, 'head'), false);
});
