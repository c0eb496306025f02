import assert from 'node:assert/strict';
import { test } from 'node:test';
import { subjectName } from '../../src/config/experiment.ts';
import { complaint, flags, load } from './repository.ts';

test('--only', async (t) => {
  const file = `
servers: { api: { start: x }, web: { start: x }, idle: { start: x } }
scenarios:
  plain: {}
  json: { servers: [api, web] }
`;
  const namesWith = async (...only: string[]) =>
    (await load(file, flags({}, only))).subjects.map(subjectName);

  await t.test('without it, everything runs, server by server', async () => {
    assert.deepEqual(await namesWith(), [
      'api/plain',
      'api/json',
      'web/plain',
      'web/json',
      'idle/plain',
    ]);
  });
  await t.test('servers, scenarios and subjects', async () => {
    assert.deepEqual(await namesWith('api'), ['api/plain', 'api/json']);
    assert.deepEqual(await namesWith('web/json'), ['web/json']);
    assert.deepEqual(await namesWith('*/json'), ['api/json', 'web/json']);
    assert.deepEqual(await namesWith('web/json', 'idle'), ['web/json', 'idle/plain']);
    assert.deepEqual(await namesWith('web/json, idle\n'), ['web/json', 'idle/plain']);
  });
  await t.test('what has no subject left is not in the experiment', async () => {
    const { servers, scenarios } = await load(file, flags({}, ['web/json']));
    assert.deepEqual(
      [servers.map((s) => s.name), scenarios.map((s) => s.name)],
      [['web'], ['json']],
    );
  });
  await t.test('every pattern must name a subject', async () => {
    const subjects = 'the subjects are api/plain, api/json, web/plain, web/json, idle/plain';
    assert.equal(
      await complaint(
        load(file, flags({}, ['api/plane', 'wep', 'json', 'idle/json', 'a/b/c', 'api'])),
      ),
      `--only: \`api/plane\` names no subject
  did you mean \`api/plain\`? ${subjects}
--only: \`wep\` names no subject
  did you mean \`web\`? ${subjects}
--only: \`json\` names no subject
  did you mean \`*/json\`? ${subjects}
--only: \`idle/json\` names no subject
  ${subjects}
--only: \`a/b/c\` names no subject
  ${subjects}`,
    );
  });
});
