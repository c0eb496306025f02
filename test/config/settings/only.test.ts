import assert from 'node:assert/strict';
import { test } from 'node:test';
import { subjectName } from '../../../src/config/experiment/experiment.ts';
import { complaint, flags, load } from '../repository.ts';

test('The flag --only picks the subjects that run', async (t) => {
  const file = `
servers: { api: { start: x }, web: { start: x }, idle: { start: x } }
scenarios:
  plain: {}
  json: { servers: [api, web] }
`;
  const namesWith = async (...only: string[]) =>
    (await load(file, flags({}, only))).subjects.map(subjectName);

  await t.test('Without --only, everything runs, server by server', async () => {
    assert.deepEqual(await namesWith(), [
      'api/plain',
      'api/json',
      'web/plain',
      'web/json',
      'idle/plain',
    ]);
  });
  await t.test('A pattern may be a server, a scenario or a subject', async () => {
    assert.deepEqual(await namesWith('api'), ['api/plain', 'api/json']);
    assert.deepEqual(await namesWith('web/json'), ['web/json']);
    assert.deepEqual(await namesWith('*/json'), ['api/json', 'web/json']);
    assert.deepEqual(await namesWith('web/json', 'idle'), ['web/json', 'idle/plain']);
    assert.deepEqual(await namesWith('web/json, idle\n'), ['web/json', 'idle/plain']);
  });
  await t.test('What has no subject left is not in the experiment', async () => {
    const { servers, scenarios } = await load(file, flags({}, ['web/json']));
    assert.deepEqual(
      [servers.map((s) => s.name), scenarios.map((s) => s.name)],
      [['web'], ['json']],
    );
  });
  await t.test('Every pattern must name a subject', async () => {
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

  await t.test('All numbers of cores, or one', async () => {
    const cores = `
servers: { api: { start: x }, web: { start: x } }
scenarios: { plain: { cores: [4, 1, 2] }, json: { cores: 2, servers: [api] }, other: {} }
`;
    const namesOf = async (...only: string[]) =>
      (await load(cores, flags({}, only))).subjects.map(subjectName);
    assert.deepEqual(await namesOf(), [
      'api/plain@1',
      'api/plain@2',
      'api/plain@4',
      'api/json@2',
      'api/other',
      'web/plain@1',
      'web/plain@2',
      'web/plain@4',
      'web/other',
    ]);
    assert.deepEqual(await namesOf('api/plain'), ['api/plain@1', 'api/plain@2', 'api/plain@4']);
    assert.deepEqual(await namesOf('api/plain@2'), ['api/plain@2']);
    assert.deepEqual(await namesOf('*/plain@4', 'api/json'), [
      'api/plain@4',
      'api/json@2',
      'web/plain@4',
    ]);
    const { scenarios } = await load(cores, flags({}, ['web/plain@2']));
    assert.deepEqual(
      scenarios.map(({ name, serverCores }) => [name, serverCores]),
      [['plain@2', 2]],
    );
    const hint = async (only: string) =>
      (await complaint(load(cores, flags({}, [only])))).split('\n')[1]?.split('?')[0];
    assert.equal(await hint('api/plane'), '  did you mean `api/plain`');
    assert.equal(await hint('plain'), '  did you mean `*/plain`');
    assert.equal(await hint('plain@2'), '  did you mean `*/plain@2`');
    assert.equal(await hint('api/plain@3'), '  did you mean `api/plain@1`');
  });
});
