import assert from 'node:assert/strict';
import { it } from 'node:test';
import { onePortDoubts } from '../../../src/config/check/one-port.ts';
import { httpScenario, measurementOf } from '../../support/measurement.ts';

const TLS = { acceptSelfSigned: true, ca: null, serverName: 'localhost' };

const { experiment } = measurementOf({ subjects: [{ blocks: [{}] }] });
const { servers } = experiment;
const server = servers[0]?.name ?? '';

function doubts(...loads: ReturnType<typeof httpScenario>[]): string[] {
  const subjects = loads.map(({ name }) => ({ server, scenario: name }));
  return onePortDoubts({ servers, scenarios: loads, subjects });
}

it('A server that is loaded both with TLS and without is named, with what to do', () => {
  const [text = '', ...more] = doubts(
    httpScenario('plain'),
    httpScenario('other'),
    httpScenario('h2', { protocol: 'http2', tls: TLS }),
  );
  assert.equal(more.length, 0);
  assert.match(text, /^api: `h2` loads it with TLS and `plain` without, and it has one port\. If/);
  const onSocket = servers.map((one) => ({ ...one, listen: { kind: 'socket' } as const }));
  const scenarios = [httpScenario('plain'), httpScenario('secure', { tls: TLS })];
  const subjects = scenarios.map(({ name }) => ({ server, scenario: name }));
  assert.match(
    onePortDoubts({ servers: onSocket, scenarios, subjects }).join(),
    /has one socket\./,
  );
});

it('Several protocols on one port are no doubt where they are alike in TLS, nor is HTTP/3, which has UDP for itself', () => {
  assert.deepEqual(doubts(httpScenario('a'), httpScenario('b', { protocol: 'http2' })), []);
  assert.deepEqual(
    doubts(httpScenario('a'), httpScenario('b', { protocol: 'http3', tls: TLS })),
    [],
  );
});

it('A server that is loaded with TLS alone is no doubt because of another one without', () => {
  const scenarios = [httpScenario('plain'), httpScenario('h2', { tls: TLS })];
  const subjects = [
    { server, scenario: 'plain' },
    { server: 'other', scenario: 'h2' },
  ];
  assert.deepEqual(onePortDoubts({ servers, scenarios, subjects }), []);
});
