// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is what users write
/** `${NAME}` in what is sent: filled in from the environment, or refused before anything is built. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HttpScenario, WebSocketScenario } from '../../../src/config/experiment/scenario.ts';
import { withhold } from '../../../src/config/experiment/withhold.ts';
import { loadExperiment } from '../../../src/config/load.ts';
import { withoutSecrets } from '../../../src/system/messages/secrets.ts';
import { CONFIG, complaint, flags, repository, requestsOf } from '../repository.ts';

const ENV = {
  LOAD_TOKEN: 's3cr3t-123',
  REGION: 'eu',
  LINES: 'a\nb',
  ODD: 'a b',
  NOTHING: '',
  BLANK: ' ',
};

async function loaded(yaml: string, settings = {}, files: Record<string, string> = {}) {
  await using folder = await repository(yaml === '' ? files : { [CONFIG]: yaml, ...files });
  return await loadExperiment({ root: folder.root, settings, env: ENV });
}

const SERVER = 'servers: { api: { start: node server.js } }\n';
const scenario = (keys: string) => `${SERVER}scenarios:\n  s: { ${keys} }\n`;
const refused = async (yaml: string) =>
  (await complaint(loaded(yaml))).replaceAll(`${CONFIG}:`, '');

describe('a variable in a config file', () => {
  it('A variable in a config file is filled in wherever a value is sent, and in `env`', async () => {
    const { experiment } = await loaded(`
servers:
  api:
    start: node server.js --token \${LOAD_TOKEN}
    ready: /health?key=\${LOAD_TOKEN}
    env: { TOKEN: "\${LOAD_TOKEN}", WHERE: "\${REGION}-\${REGION}" }
scenarios:
  s:
    method: POST
    path: /items?key=\${LOAD_TOKEN}
    headers: { authorization: "Bearer \${LOAD_TOKEN}" }
    body: '{"region":"\${REGION}"}'
    expect: { body: "\${REGION}" }
  list:
    headers: { x-region: "\${REGION}" }
    requests: [{ path: /a, headers: { x-token: "\${LOAD_TOKEN}" } }]
  echo: { protocol: websocket, path: /ws, headers: { x: "\${LOAD_TOKEN}" } }
`);
    const [server] = experiment.servers;
    assert.deepEqual(server?.env, { TOKEN: 's3cr3t-123', WHERE: 'eu-eu' });
    assert.equal(server?.ready.path, '/health?key=s3cr3t-123');
    // A command's variables are its shell's.
    assert.equal(server?.start, 'node server.js --token $'.concat('{LOAD_TOKEN}'));
    const [request] = requestsOf(experiment);
    assert.deepEqual(
      [request?.path, request?.headers.authorization, request?.body, request?.expect.body],
      ['/items?key=s3cr3t-123', 'Bearer s3cr3t-123', '{"region":"eu"}', 'eu'],
    );
    const list = experiment.scenarios[1] as HttpScenario;
    assert.deepEqual(list.requests[0]?.headers, { 'x-region': 'eu', 'x-token': 's3cr3t-123' });
    const echo = experiment.scenarios[2] as WebSocketScenario;
    assert.deepEqual(echo.headers, { x: 's3cr3t-123' });
    // What is written down holds neither.
    assert.doesNotMatch(JSON.stringify(withhold(experiment, '0'.repeat(32))), /s3cr3t/);
  });

  it('A variable in a config file stays as it is behind another dollar, and other signs do anyway', async () => {
    const body = '{ "a": "$${LOAD_TOKEN}", "b": "$5", "query": "query($id: ID!) { x }" }';
    const { experiment, notes } = await loaded(
      scenario(`method: POST, headers: { a: "$$LOAD_TOKEN", b: "a$b $1" }, body: '${body}'`),
    );
    const [request] = requestsOf(experiment);
    assert.equal(request?.body, body.replace('$$', '$'));
    assert.deepEqual(request?.headers, { a: '$LOAD_TOKEN', b: 'a$b $1' });
    assert.deepEqual(notes, []);
  });

  it('A variable in a config file that is not set is a mistake with its place and its cure', async () => {
    assert.equal(
      await refused(scenario('headers: { authorization: "Bearer ${ABSENT}" }')),
      '3:34: scenarios.s.headers.authorization: the variable ABSENT is not set in the environment of the gate\n  set it (in a workflow: `env:` of the step, for example from a secret); to send `${` itself, write `$${`',
    );
    assert.match(await refused(scenario('body: "${NOTHING}", method: POST')), /NOTHING is empty/);
    assert.match(await refused(scenario('headers: { a: "Bearer ${BLANK}" }')), /BLANK is empty/);
    assert.match(
      await refused('servers: { api: { start: x, env: { A: "${ABSENT}" } } }\n'),
      /^1:39: servers\.api\.env\.A: the variable ABSENT is not set/,
    );
  });

  it('A variable in a config file whose value cannot stand there is told without its value', async () => {
    const told = [
      [
        await refused(scenario('headers: { a: "${LINES}" }')),
        /value of LINES cannot stand in a header/,
      ],
      [
        await refused(scenario('path: "/x?${ODD}"')),
        /value of ODD has characters that no path can hold\n {2}give the parameter a name before it \(`key=`\)/,
      ],
      [
        await refused(scenario('path: "/${LOAD_TOKEN}/x"')),
        /value of LOAD_TOKEN would stand in the path itself/,
      ],
    ] as const;
    for (const [message, pattern] of told) {
      assert.match(message, pattern);
      for (const value of ['s3cr3t-123', 'a b', 'a\nb']) assert.ok(!message.includes(value));
    }
  });

  it('A variable in a config file is written as its place needs it to be the same value there', async () => {
    const env = { ...ENV, PW: 'a"b\\c+d&e=f%41 é', ID: '17', WHOLE: '{"a":1}', PAIRS: 'a=1&b=%20' };
    const sent = async (keys: string) => {
      await using folder = await repository({ [CONFIG]: scenario(`method: POST, ${keys}`) });
      const { experiment } = await loadExperiment({ root: folder.root, settings: {}, env });
      return requestsOf(experiment)[0];
    };
    const json = await sent('body: \'{"n":${ID},"pw":"${PW}","x":"\\" ${PW}"}\'');
    assert.deepEqual(JSON.parse(json?.body ?? ''), { n: 17, pw: env.PW, x: `" ${env.PW}` });
    assert.equal((await sent("body: '${WHOLE}'"))?.body, env.WHOLE);
    assert.equal((await sent("body: '[${WHOLE}]'"))?.body, '[{"a":1}]');
    assert.equal((await sent("body: 'pw: ${PW}'"))?.body, `pw: ${env.PW}`);
    const form = 'headers: { Content-Type: application/x-www-form-urlencoded }';
    const login = await sent(`${form}, body: 'user=a&pw=\${PW}'`);
    assert.equal(new URLSearchParams(login?.body ?? '').get('pw'), env.PW);
    assert.equal((await sent(`${form}, body: '\${PAIRS}'`))?.body, env.PAIRS);
    await using folder = await repository({
      [CONFIG]: scenario(`${form}, requests: [{ method: POST, body: 'pw=\${PW}' }]`),
    });
    const { experiment } = await loadExperiment({ root: folder.root, settings: {}, env });
    const [inherits] = requestsOf(experiment);
    assert.equal(new URLSearchParams(inherits?.body ?? '').get('pw'), env.PW);
    const query = await sent("path: '/x?a=1&key=${PW}&${PAIRS}'");
    assert.equal(new URL(query?.path ?? '', 'http://a').searchParams.get('key'), env.PW);
    assert.match(query?.path ?? '', /&a=1&b=%20$/);
  });

  it('A variable in a config file is a mistake where nothing is filled in', async () => {
    for (const keys of ['connections: "${N}"', 'body-file: "${N}"', 'har: "${N}"']) {
      assert.match(await refused(scenario(keys)), /no variable is filled in here: `\$\{N\}` would/);
    }
    const server =
      'servers: { api: { start: "${N}", ready: { log: "up ${N}" }, stop: { command: "${N}" } } }\n';
    const told = await refused(server);
    assert.match(told, /^1:\d+: servers\.api\.ready\.log: no variable is filled in here/);
    assert.equal(told.split('\n').length, 2, told);
    for (const one of ['cgroup: "${N}"', 'command: "${N}"', 'pid-file: "/run/${N}"']) {
      const beside = await refused(`${SERVER}beside: [{ ${one} }]\n`);
      assert.match(beside, /^2:\d+: beside\[0\]\.[\w-]+: no variable is filled in here/);
    }
    const beside = flags({ beside: 'cgroup=${N}' });
    assert.match(
      await complaint(loaded(SERVER, beside)),
      /^--beside: \[0\]\.cgroup: no variable is filled in here: `\$\{N\}` would/,
    );
  });

  it('A variable in a config file in any other form is refused where it would be sent as it stands', async () => {
    assert.match(
      await refused(scenario('headers: { a: "${{ secrets.TOKEN }}" }')),
      /`\$\{\{ … \}\}` is filled in by GitHub, and in workflow files only\n {2}give the step `env: \{ NAME: \$\{\{ … \}\} \}` and write `\$\{NAME\}` here/,
    );
    assert.match(
      await refused(scenario('headers: { a: "${LOAD_TOKEN:-x}" }')),
      /which is written `\$\{NAME\}`/,
    );
    assert.match(
      await refused(scenario('headers: { a: "Bearer $LOAD_TOKEN" }')),
      /`\$LOAD_TOKEN` is sent as it stands: no shell sees it\n {2}for the variable, write `\$\{LOAD_TOKEN\}`; for these very characters, `\$\$LOAD_TOKEN`/,
    );
    assert.match(
      await refused(scenario('path: "/x?a={{token}}"')),
      /`\{\{token\}\}` is sent as it stands/,
    );
  });

  it('A variable in a config file is told when a body seems to mean one', async () => {
    const { notes } = await loaded(scenario('method: POST, body: "$LOAD_TOKEN $OTHER"'));
    assert.deepEqual(notes, [
      `${CONFIG}:3:28: scenarios.s.body: \`$LOAD_TOKEN\` is sent as it stands; for the variable, write \`\${LOAD_TOKEN}\``,
    ]);
  });
});

describe('a variable in inputs and flags', () => {
  it('A variable in inputs and flags is filled in; what a shell has filled in already may hold dollars', async () => {
    const { experiment, notes } = await loaded(
      '',
      flags({ start: 'x', headers: 'authorization: ${LOAD_TOKEN}\nx: pa$SWORD $REGION' }),
    );
    assert.deepEqual(requestsOf(experiment)[0]?.headers, {
      authorization: 's3cr3t-123',
      x: 'pa$SWORD $REGION',
    });
    assert.equal(notes.length, 1);
    assert.match(notes[0] as string, /^--headers.*`\$REGION` is sent as it stands/);
    assert.match(
      await complaint(loaded('', flags({ start: 'x', path: '/a?b=${ABSENT}' }))),
      /^--path: the variable ABSENT is not set/,
    );
  });
});

it('A body from a file is sent byte for byte', async () => {
  const { experiment } = await loaded(
    scenario('method: POST, body-file: body.txt'),
    {},
    { 'body.txt': '${ABSENT}' },
  );
  assert.equal(requestsOf(experiment)[0]?.body, null);
});

it('A variable beside very many rows of data is a secret in all of its forms', async () => {
  const rows = Array.from({ length: 20_001 }, (_, row) => `name-${row}-of-many`);
  const env = { ROWS: ['name', ...rows].join('\n'), KEY: 'k3y-beside-many-rows' };
  const config = scenario('data: "${ROWS}", path: "/{name}", headers: { a: "${KEY}" }');
  await using folder = await repository({ [CONFIG]: config });
  await loadExperiment({ root: folder.root, settings: {}, env });
  assert.match(withoutSecrets(Buffer.from(env.KEY).toString('base64')), /^….{0,2}$/);
  assert.equal(withoutSecrets(`no ${rows[777]}.`), 'no ….');
});
