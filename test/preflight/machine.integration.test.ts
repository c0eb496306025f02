import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { HoldScenario, HttpScenario, Scenario } from '../../src/config/experiment/scenario.ts';
import type { Server } from '../../src/config/experiment/server.ts';
import { type HoldLimits, readHoldLimits } from '../../src/load/hold/limits.ts';
import {
  assertRunnable,
  besideNotes,
  type Capabilities,
  machineNotes,
  thisMachine,
} from '../../src/preflight/machine.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import { target } from '../load/servers.ts';
import { serverFor } from '../measure/servers/sandbox.ts';
import { httpRequest } from '../support/measurement.ts';

const LIMITS: HoldLimits = {
  ...readHoldLimits(),
  openFiles: 20_000,
  systemFiles: null,
  hasManySources: true,
  tracking: null,
  tcpPages: null,
  acceptQueue: 4096,
  memoryAvailableBytes: 2 ** 40,
};
const able: Capabilities = {
  node: '24.1.0',
  http3: () => 'native',
  loadProcesses: 1,
  hasProgram: () => true,
};
const tls = { acceptSelfSigned: true, ca: null, serverName: 'localhost' };

function http3(more: Partial<HttpScenario> = {}): HttpScenario {
  return { ...target(1).scenario, name: 'h3', protocol: 'http3', tls, ...more };
}

function command(line: string): Scenario {
  const shared = { protocol: 'http1', tls: null, output: 'wrk', path: '/', timeoutMs: 1 } as const;
  return { kind: 'command', name: 'tool', command: line, serverCores: null, ...shared };
}

function hold(): HoldScenario {
  return {
    kind: 'hold',
    name: 'many',
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
}

function web(hooks: Partial<Server> = {}): Server {
  return { ...serverFor({ start: 'x' }), name: 'web', ...hooks };
}

function check(
  scenarios: Scenario[],
  machine: Partial<Capabilities> = {},
  servers = [web()],
  limits = () => LIMITS,
): string[] {
  const subjects = scenarios.map(({ name }) => ({ server: 'web', scenario: name }));
  try {
    assertRunnable({ servers, scenarios, subjects }, { ...able, ...machine }, limits);
    return [];
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error.problems.map(({ message, hint }) => `${message} | ${hint}`);
  }
}

describe('assertRunnable', () => {
  it('assertRunnable says nothing where everything is there', () => {
    assert.deepEqual(check([http3(), command('wrk {url}')]), []);
  });

  it('assertRunnable names everything that is missing, at once', () => {
    const problems = check([http3(), command('wrk {url}')], {
      node: '20.20.2',
      hasProgram: (name) => name !== 'wrk',
    });
    assert.equal(problems.length, 2);
    assert.match(
      problems[0] ?? '',
      /^scenario h3 needs Node\.js 24 for HTTP\/3; this is v20\.20\.2 \| Run it with Node\.js 24/,
    );
    assert.match(
      problems[1] ?? '',
      /^scenario tool runs "wrk", which is not on PATH \| Install it/,
    );
  });

  it('assertRunnable says that the HTTP/3 client is missing', () => {
    const missing = () => {
      throw new Error('the HTTP/3 client is missing: no dist/http3.cjs');
    };
    assert.match(check([http3()], { http3: missing })[0] ?? '', /^scenario h3: the HTTP\/3 client/);
    assert.deepEqual(check([http3({ protocol: 'http2' })], { http3: missing }), []);
  });

  it('assertRunnable says what the WASM client cannot do', () => {
    const wasm = { http3: () => 'WASM' as const };
    assert.deepEqual(check([http3()], wasm), []);
    const trusting = http3({ tls: { ...tls, acceptSelfSigned: false } });
    assert.match(check([trusting], wasm)[0] ?? '', /can trust one authority only/);
    assert.deepEqual(check([trusting]), []);
  });

  it('assertRunnable says which limit keeps connections from being held, beside everything else', () => {
    assert.deepEqual(check([hold()]), []);
    const limits = { ...LIMITS, systemFiles: { most: 150_000, used: 1000 } };
    const missing = { hasProgram: () => false };
    const problems = check([hold(), command('wrk {url}')], missing, [web()], () => limits);
    assert.equal(problems.length, 2);
    assert.match(problems.join('\n'), /scenario many: 100,000 connections need .*fs\.file-max/);
    // Nobody asks for the limits where nothing is held.
    const unread = () => assert.fail();
    assert.deepEqual(check([http3()], {}, [web()], unread), []);
  });

  it('assertRunnable notes what may disturb a hold that is measured', () => {
    const limits = () => ({ ...LIMITS, acceptQueue: 128 });
    const notes = (scenario: string) => {
      const subjects = [{ server: 'web', scenario }];
      return machineNotes({ scenarios: [hold(), http3()], subjects }, limits);
    };
    assert.match(notes('many').join('\n'), /^scenario many: .*net\.core\.somaxconn is 128/);
    assert.deepEqual(notes('h3'), []);
  });

  it('assertRunnable looks only at what is measured', () => {
    const subjects = [{ server: 'web', scenario: 'other' }];
    const experiment = { servers: [web()], scenarios: [http3()], subjects };
    assertRunnable(experiment, { ...able, node: '20.0.0' });
  });

  it('assertRunnable leaves tools alone where a build or a hook of a measured server may install them', () => {
    const machine = { hasProgram: () => false };
    const problems = (...servers: Server[]) => check([command('wrk {url}')], machine, servers);
    assert.deepEqual(problems(web({ build: 'make tools' })), []);
    assert.deepEqual(problems(web({ before: './install-wrk' })), []);
    const other = { ...web({ build: 'make' }), name: 'not measured' };
    assert.equal(problems(web({ after: 'rm -r x' }), other).length, 1);
    // Nothing else is forgiven.
    const servers = [web({ build: 'make' })];
    assert.equal(check([http3()], { node: '20.0.0' }, servers).length, 1);
  });

  it('assertRunnable looks up the first word of a command, and leaves to the shell what is its own', () => {
    const asked: string[] = [];
    const hasProgram = (name: string) => asked.push(name) > 0;
    const own = ['./load.sh', '$TOOL x', 'A=1 wrk', '"my tool"', 'cd x && wrk', 'time wrk', '# x'];
    check(own.concat('(wrk)', '[ -x a ] && a', 'tools/wrk', 'f() { :; }; f').map(command), {
      hasProgram,
    });
    assert.deepEqual(asked, []);
    check(['wrk -d1 {url}', '  oha;', 'k6\n--x', 'h2load|cat', 'vegeta'].map(command), {
      hasProgram,
    });
    assert.deepEqual(asked, ['wrk', 'oha', 'k6', 'h2load', 'vegeta']);
  });
});

describe('thisMachine', () => {
  it('thisMachine finds programs on PATH: files that can be run', () => {
    const folder = mkdtempSync(join(tmpdir(), 'preflight-'));
    try {
      writeFileSync(join(folder, 'tool'), '');
      writeFileSync(join(folder, 'text'), '');
      chmodSync(join(folder, 'tool'), 0o755);
      mkdirSync(join(folder, 'folder'));
      const { hasProgram } = thisMachine({ PATH: `/nowhere:${folder}` });
      const found = ['tool', 'text', 'folder', 'none'].map(hasProgram);
      assert.deepEqual(found, [true, false, false, false]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    assert.equal(thisMachine({}).hasProgram('tool'), false);
  });
});

it('Where `before` starts something that has no cores of its own, it is said with whom it shares them', () => {
  const server = serverFor({ start: 'true' });
  const asked = { servers: [{ ...server, before: './start-database.sh' }] };
  const two = { generator: [0], servers: [1], note: null };
  assert.match(
    besideNotes(asked, two).join(),
    /^what `before` starts shares CPU 0 with the load generator/,
  );
  assert.match(besideNotes(asked, { generator: [0, 1] }).join(), /shares CPUs 0, 1 with/);
  assert.deepEqual(besideNotes(asked, { ...two, beside: [2] }), []);
  assert.deepEqual(besideNotes(asked, { generator: null }), []);
  assert.deepEqual(besideNotes({ servers: [server] }, two), []);
});
