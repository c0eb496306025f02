import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { HttpScenario } from '../../../src/config/experiment/scenario.ts';
import type { Ready } from '../../../src/config/experiment/server.ts';
import { askedUnder } from '../../../src/measure/ready/call-question.ts';
import { httpScenario } from '../../support/measurement.ts';

const READY: Ready = {
  path: '/',
  method: 'GET',
  headers: {},
  status: null,
  times: 3,
  log: null,
  command: null,
  timeoutMs: 2000,
};

function load(protocol: HttpScenario['protocol'], ...types: readonly string[]): HttpScenario {
  const plain = httpScenario('load', { protocol });
  const [request] = plain.requests;
  assert.ok(request !== undefined);
  const requests = types.map((type) => ({ ...request, headers: { 'Content-Type': type } }));
  return { ...plain, requests };
}

it('Where every request of the load is a call, readiness is asked by one', () => {
  const call = load('http2', 'application/grpc', 'application/grpc+proto');
  const asked = askedUnder(call, READY);
  assert.deepEqual([asked.method, asked.path, asked.status], ['POST', '/', null]);
  assert.equal(asked.headers['content-type'], 'application/grpc');
  assert.deepEqual([asked.times, asked.timeoutMs], [3, 2000]);
});

it('Any other load, and a question of the user’s own, are asked as they are', () => {
  for (const scenario of [
    load('http2', 'application/json'),
    load('http2', 'application/grpc', 'text/plain'),
    load('http2', 'application/grpc-web'),
    load('http1', 'application/grpc'),
  ]) {
    assert.equal(askedUnder(scenario, READY), READY);
  }
  const call = load('http2', 'application/grpc');
  for (const own of [
    { path: '/health' },
    { path: null },
    { status: 415 },
    { method: 'HEAD' },
    { headers: { host: 'a.example' } },
  ]) {
    const ready = { ...READY, ...own };
    assert.equal(askedUnder(call, ready), ready);
  }
});
