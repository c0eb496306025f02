/** A canary in every place of a load that may hold a secret: filled in from the environment, and in nothing that is written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadText, workText } from '../../../src/config/experiment/describe-load.ts';
import {
  drawSalt,
  shownPath,
  withhold,
  withholdFlags,
} from '../../../src/config/experiment/withhold.ts';
import { loadExperiment } from '../../../src/config/load.ts';
import { CONFIG, complaint, repository } from '../repository.ts';

const secret = '$' + '{SECRET}';
const WHOLE = `servers:
  api:
    start: node server.js
    env: { KEY: "${secret}" }
    ready: { path: "/up?key=${secret}", headers: { authorization: "Bearer ${secret}" } }
scenarios:
  web:
    path: "/items?key=${secret}"
    method: POST
    headers: { authorization: "Bearer ${secret}", cookie: "sid=${secret}" }
    body: '{"password":"${secret}"}'
    expect: { body: "${secret}" }
    before-load:
      - path: "/login?key=${secret}"
        headers: { authorization: "Basic ${secret}" }
        body: "${secret}"
        capture: { token: $.token }
  several: { requests: [ { path: "/a?k=${secret}", headers: { x-key: "${secret}" } } ] }
  ws: { protocol: websocket, path: "/ws?t=${secret}", subprotocol: "${secret}", headers: { x-key: "${secret}" } }
  grpc: { protocol: http2, method: POST, headers: { content-type: application/grpc, x-meta: "${secret}" }, body: "\\0\\0\\0\\0\\0" }
  held: { mode: hold, headers: { x-key: "${secret}" }, body: "${secret}" }
  tool: { engine: command, command: "wrk '{url}'", output: wrk, path: "/?t=${secret}" }
`;

test('A secret of the environment is sent from wherever it is named, and written nowhere', async () => {
  await using folder = await repository({ [CONFIG]: WHOLE });
  const given = { root: folder.root, settings: {}, env: { SECRET: 'CANARY-1234' } };
  const { experiment, notes } = await loadExperiment(given);
  const sent = JSON.stringify(experiment).split('CANARY-1234').length - 1;
  assert.equal(sent, WHOLE.split(secret).length - 1);
  const written = JSON.stringify(withhold(experiment, drawSalt()));
  assert.doesNotMatch(written, /CANARY/);
  assert.doesNotMatch(notes.join('\n'), /CANARY/);
  for (const scenario of experiment.scenarios) {
    assert.doesNotMatch(`${loadText(scenario)} ${workText(scenario)}`, /CANARY/);
  }
});

test('One that is missing or empty is told with its place, at each of them, before anything is built', async () => {
  await using folder = await repository({ [CONFIG]: WHOLE });
  for (const [env, state] of [
    [{}, 'not set'],
    [{ SECRET: '' }, 'empty'],
  ] as const) {
    const said = await complaint(loadExperiment({ root: folder.root, settings: {}, env }));
    const places = said.match(new RegExp(`yml:\\d+:\\d+: .*the variable SECRET is ${state}`, 'g'));
    assert.equal(places?.length, WHOLE.split(secret).length - 1);
    assert.match(said, /in a workflow: `env:` of the step/);
  }
});

test('A value that cannot stand where it is named is told without a word of it', async () => {
  await using folder = await repository({ [CONFIG]: WHOLE });
  const env = { SECRET: 'CANARY with (brackets)' };
  const said = await complaint(loadExperiment({ root: folder.root, settings: {}, env }));
  assert.match(said, /scenarios\.ws\.subprotocol: the value of SECRET cannot be a subprotocol/);
  assert.doesNotMatch(said, /CANARY/);
});

test('A user and a password of a URL are no part of what is shown, and flags are withheld as keys are', () => {
  assert.equal(
    shownPath('http://me:CANARY@localhost:{port}/up?x=1'),
    'http://…@localhost:{port}/up?…',
  );
  assert.equal(shownPath('/users/me@example.test'), '/users/me@example.test');
  const flags = ['--ready-path', 'https://CANARY@h/', '--headers', 'a: CANARY', '--body', 'CANARY'];
  assert.doesNotMatch(withholdFlags(flags).join(' '), /CANARY/);
});
