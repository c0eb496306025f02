import assert from 'node:assert/strict';
import { NotConnected } from '../../../src/load/client.ts';
import type { Generator } from '../../../src/load/handle.ts';
import { startLive } from '../../../src/measure/arms/running-arms.ts';
import { markedProcesses } from '../../../src/system/processes/process-tree.ts';
import { httpRequest } from '../../support/measurement.ts';
import { it } from '../../support/unless-late.ts';
import { makeContext, makeLoadedContext, SCENARIO } from '../run-context.ts';
import { node, OK, serverFor } from '../servers/sandbox.ts';

const orders = { startOrder: ['base', 'head'], connectOrder: ['base', 'head'] } as const;

/** Closes its listener at the first request, which is the one that asks whether it is ready. */
const ONCE = `const server = require("http").createServer((q, r) => {
  server.close();
  console.log("enough");
  r.end("ok");
}).listen(+process.env.PORT, "127.0.0.1"); setInterval(() => {}, 1000);`;

it('The gate blames the arm to which nobody can connect, with its last lines', async (t) => {
  const context = await makeLoadedContext(t);
  const start = `if [ {arm} = head ]; then exec ${node(ONCE)}; fi; exec ${node(OK)}`;
  await assert.rejects(startLive(context, serverFor({ start }), SCENARIO, orders), {
    name: 'ServerFailure',
    arm: 'head',
    kind: 'exited',
    message:
      /^head: the server was ready, and listens no longer on port \d+, though it has not ended$/,
    printed: [{ by: 'server', lines: ['enough'] }],
  });
  assert.deepEqual(markedProcesses(context.marker), []);
});

it('A base that listens no longer once it was ready, beside head, is to be tried by itself', async (t) => {
  const context = await makeLoadedContext(t);
  const start = `if [ {arm} = base ]; then exec ${node(ONCE)}; fi; exec ${node(OK)}`;
  const starting = startLive(context, serverFor({ start }), SCENARIO, orders);
  await assert.rejects(starting, { arm: 'base', isBeside: true, mayBeCompany: true });
});

it('The gate says so when the arm has ended instead', async (t) => {
  const start = node(`${OK}; process.on("SIGTERM", () => process.exit(4));`);
  const context = makeContext(t);
  const generator: Generator = {
    ...context.generator,
    open: async () => {
      for (const pid of markedProcesses(context.marker)) process.kill(pid, 'SIGTERM');
      while (markedProcesses(context.marker).length > 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      throw new NotConnected('no connection');
    },
  };
  const arms = { startOrder: ['head'], connectOrder: ['head'] } as const;
  const starting = startLive(
    { ...context, generator },
    serverFor({ start: `exec ${start}` }),
    SCENARIO,
    arms,
  );
  await assert.rejects(starting, { arm: 'head', kind: 'exited', message: /\(exit code 4\)/ });
});

it('The gate blames nobody when the generator is gone', async (t) => {
  const context = await makeLoadedContext(t);
  await context.generator[Symbol.asyncDispose]();
  await assert.rejects(startLive(context, serverFor({ start: node(OK) }), SCENARIO, orders), {
    name: 'GeneratorGone',
  });
  assert.deepEqual(markedProcesses(context.marker), []);
});

it('The gate blames nobody for a scenario that cannot be sent', async (t) => {
  const context = await makeLoadedContext(t);
  const bodyFile = { path: 'no-such-body', bytes: 1, sha256: '0' };
  const scenario = { ...SCENARIO, requests: [httpRequest({ method: 'POST', bodyFile })] };
  await assert.rejects(startLive(context, serverFor({ start: node(OK) }), scenario, orders), {
    name: 'ScenarioUnsendable',
    message: /^the scenario cannot be sent: .*no-such-body/,
  });
  assert.deepEqual(markedProcesses(context.marker), []);
});
