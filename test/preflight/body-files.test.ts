import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import type { BodyFile, HoldScenario, Scenario } from '../../src/config/experiment/scenario.ts';
import { assertBodyFiles } from '../../src/preflight/body-files.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import { httpRequest, httpScenario } from '../support/measurement.ts';

const head = mkdtempSync(join(tmpdir(), 'tg-bodies-'));
after(() => rmSync(head, { recursive: true, force: true }));
mkdirSync(join(head, 'bodies'));

function body(name: string, content: string): BodyFile {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { path: name, bytes: content.length, sha256 };
}

const posting = (name: string, ...files: BodyFile[]): Scenario =>
  httpScenario(name, {
    requests: files.map((bodyFile) => httpRequest({ method: 'POST', bodyFile })),
  });

async function problemsOf(scenarios: Scenario[], measured = scenarios.map(({ name }) => name)) {
  const subjects = measured.map((scenario) => ({ server: 'api', scenario }));
  try {
    await assertBodyFiles({ scenarios, subjects }, head);
    return [];
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error.problems.map(({ where, message }) => `${where}: ${message}`);
  }
}

it('The preflight says nothing where every body file is in what is measured', async () => {
  writeFileSync(join(head, 'bodies/order.json'), '{}');
  assert.deepEqual(await problemsOf([httpScenario('plain')]), []);
  assert.deepEqual(await problemsOf([posting('order', body('bodies/order.json', '{}'))]), []);
});

it('The preflight names all that are missing or others, once each, with their scenario', async () => {
  writeFileSync(join(head, 'changed'), 'new');
  writeFileSync(join(head, 'same'), 'same');
  const gone = body('gone', '');
  assert.deepEqual(
    await problemsOf([
      posting('one', gone, body('changed', 'old'), body('same', 'same')),
      posting('two', gone, body('bodies', '')),
    ]),
    [
      'scenario one: the body file gone is not in what is measured (not tracked by git?)',
      'scenario one: the body file changed is another one in what is measured (a change that is not committed?)',
      'scenario two: the body file bodies cannot be read: EISDIR: illegal operation on a directory, read',
    ],
  );
});

it('The preflight looks at what is measured only, and at holds too', async () => {
  const hold: HoldScenario = {
    kind: 'hold',
    name: 'many',
    protocol: 'http1',
    tls: null,
    connections: 10,
    openPerSecond: 10,
    holdMs: 1000,
    perSecond: 10,
    timeoutMs: 1000,
    request: httpRequest({ method: 'POST', bodyFile: body('none', '') }),
    socket: null,
    serverCores: null,
  };
  const scenarios = [posting('one', body('gone', '')), hold];
  assert.deepEqual(await problemsOf(scenarios, ['many']), [
    'scenario many: the body file none is not in what is measured (not tracked by git?)',
  ]);
});
