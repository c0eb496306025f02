/** The article's experiment, `fixtures/gleam-vs-go`: it loads, and each statement of the article is one of its claims. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadExperiment } from '../../src/config/load.ts';
import { heldMsOf, sizeHold } from '../../src/plan/block-size.ts';
import { ownFile } from '../../src/system/program/runtime.ts';

const CONFIG = 'fixtures/gleam-vs-go/throughput-gate.yml';
const settings = { config: { value: CONFIG, origin: '--config' }, only: [] };
const { experiment } = await loadExperiment({ root: ownFile('.'), settings, env: {} });
const { servers, scenarios, subjects, claims } = experiment;

/** Of this server about this scenario, against Go. */
function factorsAgainstGo(server: string, scenario: string, metric: string): number[] {
  return claims
    .filter((claim) => claim.metric === metric)
    .filter(({ left, right }) => left.server === server && right?.server.startsWith('go-') === true)
    .filter(({ left }) => left.scenario === scenario)
    .map(({ factor }) => factor);
}

test('Every server is a folder of the fixtures, and every load has one in Go', () => {
  for (const { name, workdir } of servers) assert.ok(existsSync(ownFile(workdir)), name);
  for (const { name } of scenarios) {
    const by = subjects.filter(({ scenario }) => scenario === name).map(({ server }) => server);
    assert.ok(by.length >= 2 && by.some((server) => server.startsWith('go-')), `${name}: ${by}`);
  }
});

test('No server is asked for a load that it does not serve', () => {
  const served = (server: string) =>
    subjects.filter((one) => one.server === server).map(({ scenario }) => scenario);
  const sockets = ['sockets-echo', 'sockets-idle-100k', 'sockets-idle-8k'];
  assert.deepEqual(served('go-websocket'), sockets);
  assert.deepEqual(served('go-http3'), ['h3']);
  assert.deepEqual(served('gleam-roadrunner'), ['h3']);
  assert.ok(!served('go-http').some((name) => name.startsWith('sockets') || name === 'h3'));
  const both = ['plaintext', 'json', 'echo', 'idle-100k', ...sockets];
  for (const server of ['gleam-mist', 'erlang-http']) {
    assert.deepEqual(
      both.filter((name) => served(server).includes(name)),
      both,
      server,
    );
  }
});

test('12 % more throughput is claimed over HTTP/1.1, WebSocket and HTTP/3, and of the native slot', () => {
  for (const scenario of ['plaintext', 'json', 'echo', 'sockets-echo']) {
    assert.deepEqual(factorsAgainstGo('gleam-mist', scenario, 'throughput'), [1.12], scenario);
  }
  assert.deepEqual(factorsAgainstGo('gleam-roadrunner', 'h3', 'throughput'), [1.12]);
  assert.deepEqual(factorsAgainstGo('gleam-native', 'plaintext', 'throughput'), [1.12]);
});

test("The article's two rates are claimed as they stand", () => {
  const absolute = claims.filter(({ right }) => right === null);
  assert.deepEqual(
    absolute.map(({ left, op, offset }) => [left.server, op, offset]),
    [
      ['gleam-mist', '>=', 975_000],
      ['go-http', '>=', 850_000],
    ],
  );
});

test('100,000 connections are held over HTTP/1.1 and over WebSocket, and no more of them dropped or refused than by Go', () => {
  for (const name of ['idle-100k', 'sockets-idle-100k']) {
    const idle = scenarios.find((scenario) => scenario.name === name);
    assert.equal(idle?.kind === 'hold' && idle.connections, 100_000, name);
    for (const metric of ['dropped', 'refused']) {
      assert.deepEqual(factorsAgainstGo('gleam-mist', name, metric), [1], `${name} ${metric}`);
    }
  }
});

test('The budget that the pages name for 100,000 connections holds the six blocks that they promise', () => {
  const idle = scenarios.find(({ name }) => name === 'idle-100k');
  assert.ok(idle?.kind === 'hold');
  const estimate = { kind: 'held', startMs: 300, heldMs: heldMsOf(idle) } as const;
  const meeting = { arms: 2, pairs: 'exclusive' } as const;
  const blocks = (minutes: number) => sizeHold(minutes * 60_000, estimate, meeting).blocks;
  for (const page of ['fixtures/gleam-vs-go/README.md', 'docs/gleam-vs-go.md']) {
    const text = readFileSync(ownFile(page), 'utf8');
    const named = [...text.matchAll(/-100k' --budget (\d+)m/g)].map(([, minutes]) =>
      Number(minutes),
    );
    assert.ok(named.length >= 2, page);
    for (const minutes of named) assert.equal(blocks(minutes), 6, `${page}: ${minutes}m`);
  }
  assert.equal(blocks(8), 5);
});

test('20 % less memory is claimed, at peak and with all connections open', () => {
  assert.deepEqual(factorsAgainstGo('gleam-mist', 'plaintext', 'peak-memory'), [0.8]);
  for (const scenario of ['idle-100k', 'idle-8k', 'sockets-idle-100k', 'sockets-idle-8k']) {
    assert.deepEqual(factorsAgainstGo('gleam-mist', scenario, 'memory'), [0.8], scenario);
  }
});

test('Steadiness, scaling over cores and the tail of latency are claimed', () => {
  for (const scenario of ['plaintext', 'sockets-echo']) {
    for (const metric of ['longest-stall', 'throughput-cv', 'p99']) {
      assert.deepEqual(
        factorsAgainstGo('gleam-mist', scenario, metric),
        [1],
        `${scenario} ${metric}`,
      );
    }
  }
  assert.deepEqual(factorsAgainstGo('gleam-mist', 'scaling', 'cores-efficiency'), [1]);
});

test('Plain Erlang stands in for Gleam in every claim of a ratio', () => {
  const about = (server: string) =>
    claims
      .filter(({ left, right }) => left.server === server && right !== null)
      .map(({ text }) => text.replace(server, 'X'));
  assert.deepEqual(about('erlang-http'), about('gleam-mist'));
});

test('The page names every claim of Gleam against Go', () => {
  const page = readFileSync(ownFile('fixtures/gleam-vs-go/README.md'), 'utf8');
  const unnamed = claims.filter(
    ({ text, left }) => left.server.startsWith('gleam-') && !page.includes(`\`${text}\``),
  );
  assert.deepEqual(
    unnamed.map(({ text }) => text),
    [],
  );
});
