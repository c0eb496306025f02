/** Mistakes that would otherwise come to light only when load begins. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadExperiment } from '../../../src/config/load.ts';
import { UserError } from '../../../src/system/messages/problem.ts';
import { repository } from '../repository.ts';

const CONFIG = '.github/throughput-gate.yml';

async function problemsOf(scenario: string): Promise<string[]> {
  await using folder = await repository({
    [CONFIG]: `servers: { api: { start: x } }\nscenarios:\n  s: ${scenario}\n`,
  });
  try {
    await loadExperiment({ root: folder.root, settings: {} });
    return [];
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error.problems.map(({ where, message, hint }) => `${where}: ${message} | ${hint ?? ''}`);
  }
}

test('A fan-out whose messages cannot be told apart', async () => {
  const fanOut = (size: number) =>
    problemsOf(`{ protocol: websocket, mode: fan-out, message-size: ${size} }`);
  const [problem, ...others] = await fanOut(5);
  assert.match(problem ?? '', /throughput-gate\.yml:3:.*message-size.*found 5.*at least 6 bytes/);
  assert.deepEqual(others, []);
  assert.deepEqual(await fanOut(6), []);
  assert.deepEqual(await problemsOf('{ protocol: websocket, message-size: 1 }'), []);
});

test('A URL that the shell would take apart', async () => {
  const run = (command: string, path = '/?a=1&b=2') =>
    problemsOf(`{ engine: command, output: wrk, path: '${path}', command: "${command}" }`);
  const [problem, ...others] = await run('wrk {url}');
  assert.match(
    problem ?? '',
    /throughput-gate\.yml:3:.*command.*outside of quotes.*& .*write '\{url\}'/,
  );
  assert.deepEqual(others, []);
  assert.deepEqual(await run("wrk '{url}'"), []);
  assert.deepEqual(await run('wrk {url}', '/a?b=1'), []);
});
