/** What many connections ask of a machine, by exact figures: each limit just too low, and just high enough. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HoldScenario } from '../../src/config/experiment/scenario.ts';
import type { HoldLimits } from '../../src/load/hold/limits.ts';
import { HOLDER_FILES_TO_SPARE, holdersFor } from '../../src/load/hold/shares.ts';
import { allHoldProblems, holdNotes, holdProblems } from '../../src/preflight/soak.ts';
import { httpRequest, httpScenario } from '../support/measurement.ts';

const IDLE: HoldScenario = {
  kind: 'hold',
  name: 'idle',
  protocol: 'http1',
  tls: null,
  connections: 100_000,
  openPerSecond: 4000,
  holdMs: 10_000,
  perSecond: 2000,
  timeoutMs: 5000,
  request: httpRequest(),
  socket: null,
  serverCores: null,
};

/** A machine that has enough of everything. */
const PLENTY: HoldLimits = {
  openFiles: 20_000,
  systemFiles: { most: 2_000_000, used: 1000 },
  hasManySources: true,
  ports: { from: 32_768, to: 60_999 },
  tracking: { most: 262_144, used: 10 },
  tcpPages: { most: 500_000, used: 100 },
  acceptQueue: 4096,
  memoryAvailableBytes: 16 * 1024 ** 3,
};

function told(limits: Partial<HoldLimits>, scenario = IDLE): string[] {
  return holdProblems(scenario, { ...PLENTY, ...limits }).map(
    ({ message, hint }) => `${message} | ${hint}`,
  );
}

describe('a hold of 100,000 connections', () => {
  it('A hold of 100,000 connections is fine where there is enough, or where nothing is known of it', () => {
    assert.deepEqual(told({}), []);
    assert.deepEqual(told({ tracking: null, tcpPages: null, systemFiles: null }), []);
  });

  it('A hold of 100,000 connections needs a few processes, and no more than 64', () => {
    const holders = holdersFor(100_000, { openFiles: 20_000 });
    assert.equal(holders, Math.ceil(100_000 / (20_000 - HOLDER_FILES_TO_SPARE)));
    const least = Math.ceil(100_000 / 64) + HOLDER_FILES_TO_SPARE;
    assert.deepEqual(told({ openFiles: least }), []);
    const [problem, ...more] = told({ openFiles: 1024 });
    assert.deepEqual(more, []);
    assert.match(
      problem ?? '',
      /^scenario idle: 100,000 connections need \d+ generator processes, because each may have 1,024 files open; 64 are the most/,
    );
    assert.match(problem ?? '', /ulimit -Hn \d+/);
  });

  it('A hold of 100,000 connections needs files of the whole system for both ends', () => {
    const needed = 200_000 + 6 * HOLDER_FILES_TO_SPARE + 400;
    const used = 1000;
    assert.deepEqual(told({ systemFiles: { most: needed + used, used } }), []);
    const [problem] = told({ systemFiles: { most: needed + used - 1, used } });
    assert.match(problem ?? '', /both ends are on this machine\), and fs\.file-max is/);
    assert.match(problem ?? '', /sysctl -w fs\.file-max=262144$/);
  });

  it('A hold of 100,000 connections needs ports, where the system has one loopback address', () => {
    const [problem] = told({ hasManySources: false });
    assert.match(
      problem ?? '',
      /one loopback address of this system has 28,232 of them \(32768 to 60999\)/,
    );
    const few = { ...IDLE, connections: 28_232 };
    assert.deepEqual(told({ hasManySources: false }, few), []);
    // A Unix socket has none.
    assert.deepEqual(holdProblems(IDLE, { ...PLENTY, hasManySources: false }, false), []);
  });

  it('A hold of 100,000 connections needs entries of connection tracking', () => {
    const tracking = { most: 100_409, used: 10 };
    const [problem] = told({ tracking });
    assert.equal(
      problem,
      'scenario idle: 100,000 connections need 100,400 entries of connection tracking, and net.netfilter.nf_conntrack_max is 100,409, of which 10 are in use | sudo sysctl -w net.netfilter.nf_conntrack_max=262144',
    );
    assert.deepEqual(told({ tracking: { most: 100_410, used: 10 } }), []);
  });

  it('A hold of 100,000 connections needs pages of socket buffers, and memory', () => {
    const pages = 2000 + 4096;
    assert.deepEqual(told({ tcpPages: { most: pages + 100, used: 100 } }), []);
    assert.match(
      told({ tcpPages: { most: pages + 99, used: 100 } })[0] ?? '',
      /net\.ipv4\.tcp_mem/,
    );
    const [problem] = told({ memoryAvailableBytes: 1024 ** 3 });
    assert.match(problem ?? '', /need about 1,\d{3} MiB for the kernel and the generator alone/);
  });

  it('A hold of 100,000 connections tells every limit that is too low at once', () => {
    const poor = { memoryAvailableBytes: 1, tracking: { most: 1, used: 0 } };
    assert.equal(told(poor).length, 2);
  });

  it('A hold of 100,000 connections is told what may disturb it', () => {
    assert.deepEqual(holdNotes(IDLE, { ...PLENTY, tracking: { most: 262_144, used: 10 } }), []);
    const [tracking] = holdNotes(IDLE, { ...PLENTY, tracking: { most: 200_000, used: 10 } });
    assert.match(tracking ?? '', /keeps the entries of closed connections for up to 10 seconds/);
    const [queue] = holdNotes(IDLE, { ...PLENTY, acceptQueue: 128 });
    assert.match(queue ?? '', /net\.core\.somaxconn is 128, and 1024 would be enough/);
  });
});

it('The machine is looked at for holds that are measured, and for nothing else', () => {
  let looked = 0;
  const limits = () => {
    looked++;
    return { ...PLENTY, tracking: { most: 1, used: 0 } };
  };
  const server = { name: 'api', listen: { kind: 'port' } };
  const experiment = (subjects: string[]) =>
    ({
      servers: [server],
      scenarios: [IDLE, httpScenario('plain')],
      subjects: subjects.map((scenario) => ({ server: 'api', scenario })),
    }) as unknown as Parameters<typeof allHoldProblems>[0];
  assert.deepEqual(allHoldProblems(experiment(['plain']), limits), []);
  assert.equal(looked, 0);
  assert.equal(allHoldProblems(experiment(['plain', 'idle']), limits).length, 1);
});
