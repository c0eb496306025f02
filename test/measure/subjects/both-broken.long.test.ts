/** A set-up that works for neither build is never a missing baseline: the same word each time, told once, with its cure. */

import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { HoldScenario, Scenario } from '../../../src/config/experiment/scenario.ts';
import type { Server } from '../../../src/config/experiment/server.ts';
import type { Failure } from '../../../src/measure/observed/measurement.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import { READY } from '../../support/manners.ts';
import { httpRequest, webSocketScenario } from '../../support/measurement.ts';
import { blockPlan, CERTIFICATE, experimentOf, fixture, subjectPlan } from '../fixtures.ts';
import { makeContext, makeLoadedContext, SCENARIO } from '../run-context.ts';
import { node, serverFor } from '../servers/sandbox.ts';
import { failedPilot, withNextBlock } from '../steps.ts';

const BOTH: Arm[] = ['base', 'head'];
const SUBJECT = { server: 'server', scenario: 'default' };

/** A server whose answers to anything but `/up` are by this code, which has `q`, `r` and `n`, the number of the request. */
const answering = (code: string) =>
  node(`let n = 0; require("http").createServer((q, r) => {
    if (q.url === "/up") return r.end();
    n++;
    ${code}
  }).listen(+process.env.PORT, "127.0.0.1")`);
const OK = answering('r.end("ok")');
const LIMITED = answering('r.statusCode = n > 100 ? 429 : 200; r.end("x")');

const server = (start: string, wishes: Partial<Server> = {}): Server => ({
  ...serverFor({ start, path: '/up', timeoutMs: 5000 }),
  ...wishes,
});
/** Each arm with its own. */
const arms = (base: string, head: string) => `if [ {arm} = head ]; then ${head}; else ${base}; fi`;

const expecting = (status: number, path = '/'): Scenario => ({
  ...SCENARIO,
  requests: [httpRequest({ path, expect: { status, body: null } })],
});

async function failureOfPilot(
  t: TestContext,
  tried: Server,
  scenario: Scenario = SCENARIO,
  context = makeContext(t),
): Promise<Failure> {
  const experiment = experimentOf(tried, scenario);
  return await failedPilot(context, experiment, SUBJECT, BOTH);
}

const EXCLUSIVE = { pairs: 'exclusive' } as const;

describe('neither build works', () => {
  it('Neither build works: whichever ends first, twenty times: both, and once', async (t) => {
    const context = makeContext(t);
    for (let i = 0; i < 20; i++) {
      const start = arms(`sleep 0.0${i % 3}; exit 3`, `sleep 0.0${(i + 1) % 3}; exit 3`);
      const failure = await failureOfPilot(t, server(start), SCENARIO, context);
      assert.deepEqual(failure, {
        arm: 'both',
        stage: 'pilot',
        message:
          'both builds: the server ended before it was ready (exit code 3); it printed nothing',
        cure: null,
      });
    }
    for (let i = 0; i < 5; i++) {
      const failure = await failureOfPilot(t, server('exit 3', EXCLUSIVE), SCENARIO, context);
      assert.equal(failure.arm, 'both');
    }
  });

  const starts: [string, string, RegExp, string | undefined][] = [
    [
      'a program that is not there',
      `exec '${process.execPath}' missing.js`,
      /exit code 1/,
      'ignored-files-missing',
    ],
    ['a command that is not there', 'no-such-command', /exit code 127/, 'command-not-found'],
    ['a file that may not be run', 'touch plain; exec ./plain', /exit code 126/, 'not-executable'],
    [
      'a port that is taken',
      'echo "listen EADDRINUSE" >&2; exit 1',
      /exit code 1/,
      'address-in-use',
    ],
  ];
  for (const [what, start, says, cure] of starts) {
    it(what, async (t) => {
      const failure = await failureOfPilot(t, server(start));
      assert.equal(failure.arm, 'both');
      assert.match(failure.message, /^both builds: the server ended before it was ready/);
      assert.match(failure.message, says);
      assert.equal(failure.cure?.code, cure);
    });
  }

  it('Neither build works: two failures that differ are both named', async (t) => {
    const failure = await failureOfPilot(t, server(arms('exit 3', 'exit 4')));
    assert.equal(failure.arm, 'both');
    assert.match(failure.message, /^both builds fail\. base: .*exit code 3.*; head: .*exit code 4/);
  });

  const answers: [string, string, Scenario, RegExp, string][] = [
    [
      'a wrong path',
      'r.writeHead(404, { "content-type": "text/html" }).end("<html>")',
      expecting(201),
      /expected status 201, got 404 \(text\/html\)$/,
      'not-found',
    ],
    [
      'a redirect',
      'r.writeHead(307, { location: q.url + "/" }).end()',
      expecting(200, '/items'),
      /got 307 \(location: \/items\/\)$/,
      'redirected',
    ],
    [
      'an unknown host',
      'r.statusCode = q.headers.host === "shop" ? 200 : 400; r.end()',
      SCENARIO,
      /got 400$/,
      'bad-request',
    ],
    ['no token', 'r.writeHead(401).end()', SCENARIO, /got 401$/, 'unauthorized'],
    [
      'another success',
      'r.end()',
      expecting(201),
      /expected status 201, got 200$/,
      'other-success',
    ],
  ];
  for (const [what, code, scenario, says, cure] of answers) {
    for (const wishes of cure === 'redirected' ? [{}, EXCLUSIVE] : [{}]) {
      it(`${what}, ${wishes === EXCLUSIVE ? 'one after the other' : 'side by side'}`, async (t) => {
        const context = await makeLoadedContext(t);
        const failure = await failureOfPilot(t, server(answering(code), wishes), scenario, context);
        assert.equal(failure.arm, 'both');
        assert.match(failure.message, /^both builds: GET \/\S* is not answered as expected: /);
        assert.match(failure.message, says);
        assert.equal(failure.cure?.code, cure);
      });
    }
  }

  it('Neither build works: a rate limiter that lets the first hundred through is named as one', async (t) => {
    const context = await makeLoadedContext(t);
    for (const wishes of [{}, EXCLUSIVE]) {
      const failure = await failureOfPilot(t, server(LIMITED, wishes), SCENARIO, context);
      assert.equal(failure.arm, 'both');
      assert.match(failure.message, /^both builds: GET \/ is not answered under load: .*got 429/);
      const { cure } = failure;
      assert.ok(cure?.code === 'rate-limited');
      assert.deepEqual(cure.answer, { status: 429, contentType: null, location: null });
      // The questions before the load are answered out of the same hundred.
      const good = cure.good ?? 0;
      assert.ok(good > 80 && good <= 100, `${good}`);
    }
  });

  it('Neither build works: a crash under load, after so much work or so much time', async (t) => {
    const context = await makeLoadedContext(t);
    for (const code of [
      'if (n > 150) process.exit(9); r.end("x")',
      'if (n === 1) setTimeout(() => process.exit(9), 300); r.end("x")',
    ]) {
      const failure = await failureOfPilot(t, server(answering(code)), SCENARIO, context);
      assert.equal(failure.arm, 'both');
      assert.match(failure.message, /exit code 9/);
    }
  });

  it('Neither build works: a handshake that is not accepted', async (t) => {
    const context = await makeLoadedContext(t);
    const scenario = webSocketScenario('default', { connections: 2, timeoutMs: 2000 });
    const start = node(`const s = require("http").createServer((q, r) => r.end());
      s.on("upgrade", (q, c) => c.end("HTTP/1.1 404 No\\r\\ncontent-length: 0\\r\\n\\r\\n"));
      s.listen(+process.env.PORT, "127.0.0.1")`);
    const failure = await failureOfPilot(t, server(start), scenario, context);
    assert.equal(failure.arm, 'both');
    assert.match(
      failure.message,
      /^both builds: .*answered 404 to the WebSocket handshake on \/ws/,
    );
    assert.equal(failure.cure?.code, 'handshake-refused');
  });

  it('Neither build works: over HTTP/2 and HTTP/3, with where a redirect leads', async (t) => {
    const context = await makeLoadedContext(t);
    const request = httpRequest({ path: '/items' });
    const http2 = { ...SCENARIO, protocol: 'http2' as const, requests: [request] };
    const start = node(`require("http2").createServer((q, r) => {
      if (q.url !== "/up") r.writeHead(307, { location: q.url + "/" });
      r.end();
    }).listen(+process.env.PORT, "127.0.0.1")`);
    const failure = await failureOfPilot(t, server(start), http2, context);
    assert.equal(failure.arm, 'both');
    assert.match(failure.message, /^both builds: GET \/items .*got 307 \(location: \/items\/\)$/);
    assert.equal(failure.cure?.code, 'redirected');
    const tls = { acceptSelfSigned: true, ca: null, serverName: 'localhost' };
    const http3 = { ...SCENARIO, protocol: 'http3' as const, tls, requests: [request] };
    const other = await failureOfPilot(t, fixture('node-http3', CERTIFICATE), http3, context);
    assert.equal(other.arm, 'both', other.message);
    assert.match(other.message, /^both builds: GET \/items is not answered as expected: .*got 404/);
    assert.equal(other.cure?.code, 'not-found');
  });

  it('Neither build works: by a load command that counts no good answer', async (t) => {
    const context = await makeLoadedContext(t);
    const command = 'echo requests 7 count; echo errors 7 count; echo duration 10 ms';
    const scenario: Scenario = {
      ...{ kind: 'command', name: 'default', protocol: 'http1', tls: null, command },
      ...{ output: 'lines', path: '/', timeoutMs: 5000, serverCores: null },
    };
    const failure = await failureOfPilot(t, server(OK), scenario, context);
    assert.equal(failure.arm, 'both', failure.message);
    assert.match(failure.message, /^both builds: .*not answered under load.*7 of 7/);
  });

  it('Neither build works: never ready, for a redirect: where it leads is told', async (t) => {
    const start = node(`require("http").createServer((q, r) => {
      r.writeHead(301, { location: "/health/" }).end();
    }).listen(+process.env.PORT, "127.0.0.1")`);
    // Long enough for both to have answered, however busy the machine is.
    const wishes = { ready: { ...READY, path: '/health', status: 200, timeoutMs: 3000 } };
    const failure = await failureOfPilot(t, server(start, wishes));
    assert.equal(failure.arm, 'both', failure.message);
    assert.match(
      failure.message,
      /^both builds: GET \/health gave status 301 \(location: \/health\/\) for 3(\.\d)? s, where status 200 means ready$/,
    );
  });

  it('Neither build works: held connections that are answered wrongly', async (t) => {
    const hold: HoldScenario = {
      ...{ kind: 'hold', name: 'default', protocol: 'http1', tls: null, connections: 10 },
      ...{ openPerSecond: 1000, holdMs: 50, perSecond: 100, timeoutMs: 2000 },
      ...{ request: httpRequest(), socket: null, serverCores: null },
    };
    const failure = await failureOfPilot(t, server(answering('r.writeHead(403).end()')), hold);
    assert.equal(failure.arm, 'both');
    assert.match(failure.message, /^both builds: a held connection .*got 403/);
    assert.equal(failure.cure?.code, 'not-allowed');
  });
});

describe('one build works', () => {
  it('One build works: base alone fails, at any stage: base, and only when head is seen to work', async (t) => {
    const context = await makeLoadedContext(t);
    const crash = answering('if (n > 150) process.exit(9); r.end("ok")');
    for (const base of [answering('r.writeHead(404).end()'), crash]) {
      const failure = await failureOfPilot(t, server(arms(base, OK)), SCENARIO, context);
      assert.equal(failure.arm, 'base', failure.message);
    }
  });

  it('One build works: head alone fails: head', async (t) => {
    const context = await makeLoadedContext(t);
    for (const head of ['exit 3', LIMITED]) {
      const failure = await failureOfPilot(t, server(arms(OK, head)), SCENARIO, context);
      assert.equal(failure.arm, 'head', failure.message);
    }
  });

  it('One build works: a head that fails many of its requests is not one that works', async (t) => {
    const context = await makeLoadedContext(t);
    const half = answering('r.statusCode = n > 60 && n % 2 ? 500 : 200; r.end("x")');
    const failure = await failureOfPilot(t, server(arms('exit 3', half)), SCENARIO, context);
    assert.equal(failure.arm, 'both');
    assert.match(failure.message, /head: \d+ of \d+ requests were not answered .*got 500/);
  });

  it('One build works: each works alone, and not beside the other: the set-up’s fault, and what would help', async (t) => {
    const context = await makeLoadedContext(t);
    const lock = `mkdir '${context.dir}/lock' || exit 5; trap 'rmdir "${context.dir}/lock"; exit 0' TERM; `;
    const failure = await failureOfPilot(t, server(`${lock}${OK} & wait`), SCENARIO, context);
    assert.equal(failure.arm, null);
    assert.match(failure.message, /exit code 5\)(; it printed nothing)?\. Each build works alone/);
    assert.equal(failure.cure?.code, 'not-side-by-side');
  });
});

describe('in a block', () => {
  const measured = async (t: TestContext, start: string, wishes: Partial<Server> = {}) => {
    const context = await makeLoadedContext(t);
    const experiment = experimentOf(server(start, wishes), SCENARIO);
    const { pairs } = experiment.servers[0] as Server;
    const plan = subjectPlan([blockPlan()], { pairs });
    return (await withNextBlock(context, experiment, plan)).failure;
  };

  it('In a block, a limiter that both meet is both builds’, side by side and one after the other', async (t) => {
    const limited = answering('r.statusCode = n > 40 ? 429 : 200; r.end("x")');
    for (const wishes of [{}, EXCLUSIVE]) {
      const failure = await measured(t, limited, wishes);
      assert.equal(failure?.arm, 'both');
      assert.match(failure?.message ?? '', /^both builds: nothing was answered .*got 429/);
      assert.equal(failure?.cure?.code, 'rate-limited');
    }
  });

  it('In a block, a crash that only base has is base’s; one that both have is both’s', async (t) => {
    const crash = answering('if (n > 60) process.exit(9); r.end("x")');
    assert.equal((await measured(t, arms(crash, OK)))?.arm, 'base');
    assert.equal((await measured(t, arms(OK, crash)))?.arm, 'head');
    assert.equal((await measured(t, crash))?.arm, 'both');
  });
});
