/** A run context over temporary folders, with the real generator where a test asks for it. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { HttpScenario } from '../../src/config/experiment/scenario.ts';
import type { Generator } from '../../src/load/handle.ts';
import { startGenerator } from '../../src/load/pool.ts';
import { Neighbours } from '../../src/measure/beside/neighbours.ts';
import type { ArmEnvironment } from '../../src/measure/context/arm-environment.ts';
import type { RunContext } from '../../src/measure/context/run-context.ts';
import { chooseAddresses } from '../../src/measure/listening/addresses.ts';
import { BuildTimes } from '../../src/measure/programs/own-programs.ts';
import { ProgramCopies } from '../../src/measure/programs/program-copies.ts';
import { Remarks } from '../../src/measure/told/remarks.ts';
import type { Printed } from '../../src/system/messages/printed.ts';
import { sweep } from '../../src/system/processes/kill-strays.ts';
import { httpRequest, httpScenario } from '../support/measurement.ts';

export const SCENARIO: HttpScenario = httpScenario('default', {
  connections: 4,
  requests: [httpRequest()],
});

/** `{dir}` of the arms is `<dir>/base` and `<dir>/head`. `stop` aborts. Gone after the test. */
export interface TestRunContext extends RunContext {
  dir: string;
  stop: AbortController;
  /** All that was printed beside failures so far. */
  heard: Printed[];
  /** All that was told of servers so far. */
  remarked: string[];
}

let count = 0;

export function makeContext(t: TestContext, generator: Generator = noGenerator): TestRunContext {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tg-run-')));
  for (const name of ['base', 'head', 'logs']) mkdirSync(join(dir, name));
  const stop = new AbortController();
  const printed: Printed[] = [];
  const remarked: string[] = [];
  const addresses = chooseAddresses();
  const marker = `bench-${process.pid}-${++count}.`;
  t.after(async () => {
    await sweep(marker);
    await addresses[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true, force: true });
  });
  return {
    dir,
    stop,
    dirs: { base: join(dir, 'base'), head: join(dir, 'head') },
    loadDir: join(dir, 'head'),
    cores: { generator: null, servers: null, note: null },
    generator,
    env: sameForBoth(process.env),
    logs: join(dir, 'logs'),
    marker,
    addresses,
    builds: new BuildTimes(),
    programs: new ProgramCopies({ base: join(dir, 'base'), head: join(dir, 'head') }),
    starts: { count: 0 },
    answers: null,
    hooks: { count: 0 },
    neighbours: new Neighbours(),
    injection: null,
    printed: (one) => printed.push(one),
    heard: printed,
    form: 'file',
    remarks: new Remarks({
      note: (message) => remarked.push(message),
      warn: (message) => remarked.push(message),
    }),
    remarked,
    signal: stop.signal,
  };
}

/** One for both arms, as it is. */
function sameForBoth(env: NodeJS.ProcessEnv): ArmEnvironment {
  return { of: () => env, own: (_, values) => values, load: env, origins: [] };
}

export async function makeLoadedContext(t: TestContext): Promise<TestRunContext> {
  const generator = await startGenerator({ cores: null });
  t.after(() => generator[Symbol.asyncDispose]());
  return makeContext(t, generator);
}

/** The generator, telling of each call as it is made: "open base", "slices bhhb 50", "close head". */
export function overheard(generator: Generator, calls: string[]): Generator {
  return {
    probe: (target, question, timeoutMs) => {
      calls.push(`probe ${target.scenario.protocol} ${question.path}`);
      return generator.probe(target, question, timeoutMs);
    },
    open: (arm, target) => {
      calls.push(`open ${arm}`);
      return generator.open(arm, target);
    },
    slices: (order, requests) => {
      calls.push(`slices ${order.map((arm) => arm[0]).join('')} ${requests}`);
      return generator.slices(order, requests);
    },
    openLoop: (arm, requests, perSecond) => {
      calls.push(`open-loop ${arm[0]} ${requests} at ${perSecond}`);
      return generator.openLoop(arm, requests, perSecond);
    },
    steady: (arm, durationMs) => {
      calls.push(`steady ${arm[0]} ${durationMs}`);
      return generator.steady(arm, durationMs);
    },
    burst: (arm, durationS) => {
      calls.push(`burst ${arm}`);
      return generator.burst(arm, durationS);
    },
    close: (arm) => {
      calls.push(`close ${arm}`);
      return generator.close(arm);
    },
    [Symbol.asyncDispose]: () => generator[Symbol.asyncDispose](),
  };
}

const refuse = () => Promise.reject(new Error('this context has no generator'));
const noGenerator: Generator = {
  probe: refuse,
  open: refuse,
  slices: refuse,
  openLoop: refuse,
  steady: refuse,
  burst: refuse,
  close: refuse,
  [Symbol.asyncDispose]: async () => {},
};
