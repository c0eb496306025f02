import assert from 'node:assert/strict';
import { it } from 'node:test';
import { secretsOf, withoutValues } from '../../../src/measure/answers/secret-values.ts';
import { holdScenario } from '../../config/claims/known.ts';
import { httpRequest, httpScenario } from '../../support/measurement.ts';

it('What a load sends, and every row of its data, is withheld where answers are shown', () => {
  const scenario = httpScenario('default', {
    requests: [httpRequest({ path: '/me?key=query-1', headers: { 'X-Key': 'header-1' } })],
    data: { file: 'users.csv', columns: ['name'], rows: [['canary-a'], ['canary-b']] },
  });
  const secrets = secretsOf(scenario, ['given-1']);
  const shown = withoutValues('query-1 header-1 given-1 canary-a canary-b plain', secrets);
  assert.doesNotMatch(shown, /-1|canary/);
  assert.match(shown, / plain$/);
});

it('What a hold sends is withheld too, be it requests or messages', () => {
  const headers = { 'X-Key': 'header-1' };
  const message = { bytes: 5, binary: false, text: 'hello' };
  const socket = { path: '/live?key=query-1', headers, subprotocol: null, message };
  const data = { file: 'users.csv', columns: ['name'], rows: [['canary-a']] };
  const holds = [
    holdScenario('requests', { request: httpRequest({ path: '/me?key=query-1', headers }), data }),
    holdScenario('messages', { protocol: 'websocket', request: null, socket, data }),
  ];
  for (const hold of holds) {
    const shown = withoutValues('query-1 header-1 canary-a plain', secretsOf(hold, []));
    assert.doesNotMatch(shown, /-1|canary/, hold.name);
    assert.match(shown, / plain$/);
  }
});
