import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { drawSalt, withhold } from '../../../src/config/experiment/withhold.ts';
import { loadExperiment } from '../../../src/config/load.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';
import { CONFIG, complaint, flags, repository, requestsOf } from '../repository.ts';

const SERVER = 'servers: { api: { start: x } }\n';
const CERTIFICATE = readFileSync(ownFile('fixtures/tls/localhost.crt'), 'latin1').trim();
const KEY = readFileSync(ownFile('fixtures/tls/localhost.key'), 'latin1');
const RECORDING = JSON.stringify({
  log: {
    entries: [
      entry('https://a.test/', [{ name: 'Accept', value: 'own' }]),
      entry('https://cdn.test/'),
      entry('https://a.test/', [{ name: 'Accept', value: 'own' }]),
    ],
  },
});

function entry(url: string, headers: object[] = []) {
  return { request: { method: 'GET', url, headers }, response: { status: 200 } };
}

test('Authorities: the certificates of the file, and never a key that stands beside them', async () => {
  await using folder = await repository({
    'certs/ca.pem': `# ours\n${CERTIFICATE}\n${KEY}\n${CERTIFICATE}\n`,
    [CONFIG]: `${SERVER}scenarios: { s: { tls: { ca: certs/ca.pem } }, w: { protocol: websocket, tls: { ca: ./certs/ca.pem } } }`,
  });
  const { experiment } = await loadExperiment({ root: folder.root, settings: {} });
  for (const { tls } of experiment.scenarios) {
    assert.equal(tls?.ca, `${CERTIFICATE}\n${CERTIFICATE}`);
  }
});

test('Authorities may come from a variable, also with their line breaks written as two characters', async () => {
  await using folder = await repository({
    [CONFIG]: `${SERVER}scenarios: { s: { tls: { ca: "\${CA}" } } }`,
  });
  const { root } = folder;
  for (const CA of [CERTIFICATE, `${CERTIFICATE}\n`.replaceAll('\n', '\\n')]) {
    const { experiment } = await loadExperiment({ root, settings: {}, env: { CA } });
    assert.equal(experiment.scenarios[0]?.tls?.ca, CERTIFICATE);
    assert.doesNotMatch(JSON.stringify(withhold(experiment, drawSalt())), /CERTIFICATE/);
  }
  assert.match(
    await complaint(loadExperiment({ root, settings: {}, env: { CA: 'none' } })),
    /tls\.ca: found "\$\{CA\}"; allowed: a PEM file/,
  );
});

test('Data in another encoding than UTF-8 are a mistake, and not other letters', async () => {
  const config = `${SERVER}scenarios: { s: { data: users.csv, path: "/{name}" } }`;
  await using folder = await repository({ [CONFIG]: config });
  const { root } = folder;
  const saved = async (bytes: Buffer) => {
    await writeFile(join(root, 'users.csv'), bytes);
    return await complaint(loadExperiment({ root, settings: {} }));
  };
  const text = 'name\r\nMüller\r\n';
  assert.match(await saved(Buffer.from(text, 'latin1')), /a CSV file in UTF-8, and not in Latin-1/);
  assert.match(await saved(Buffer.from(`\ufeff${text}`, 'utf16le')), /and not in UTF-16/);
});

test('A recording gives the requests, and a note of what it leaves out', async () => {
  await using folder = await repository({
    'bench/session.har': RECORDING,
    [CONFIG]: `${SERVER}scenarios:
  plain: {}
  recorded: { har: bench/session.har, headers: { accept: other, authorization: Bearer x } }
`,
  });
  const { root } = folder;
  const { experiment, notes } = await loadExperiment({ root, settings: flags({}, ['*/recorded']) });
  assert.deepEqual(requestsOf(experiment), [
    {
      method: 'GET',
      path: '/',
      headers: { authorization: 'Bearer x', Accept: 'own' },
      body: null,
      bodyFile: null,
      weight: 2,
      ids: null,
      expect: { status: 200, body: null },
    },
  ]);
  const message =
    'bench/session.har: used 2 of 3 entries, 1 request to https://a.test; left out: 1 to other hosts';
  assert.deepEqual(notes, [message]);
  const others = await loadExperiment({ root, settings: flags({}, ['*/plain']) });
  assert.deepEqual(others.notes, [], 'nothing about a scenario that is not measured');
});

test('Files that will not do are told with what would', async () => {
  await using folder = await repository({
    'dir/x': '',
    large: '',
    'none.pem': KEY,
    'broken.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    'text.har': 'hello',
    'broken.har': JSON.stringify({ log: { entries: [1, 2, 3, 4, 5, 6, 7] } }),
    [CONFIG]: `${SERVER}scenarios:
  a: { body-file: dir }
  b: { body-file: out }
  c: { body-file: large }
  d: { body-file: dir/ }
  e: { tls: { ca: none.pem } }
  f: { tls: { ca: broken.pem } }
  g: { har: text.har }
  h: { har: broken.har }
`,
  });
  await symlink('/etc/hostname', join(folder.root, 'out'));
  await truncate(join(folder.root, 'large'), 64 * 1024 * 1024 + 1);
  const text = await complaint(loadExperiment({ root: folder.root, settings: {} }));
  assert.deepEqual(text.replaceAll(`${CONFIG}:`, '').split('\n'), [
    '3:19: scenarios.a.body-file: found "dir"; allowed: a file (this is a folder)',
    '4:19: scenarios.b.body-file: found "out"; allowed: a file inside the repository (this is a link that leads out of it)',
    '5:19: scenarios.c.body-file: found "large"; allowed: a file of at most 64 MiB (this one has 65 MiB)',
    '6:19: scenarios.d.body-file: found "dir/"; allowed: a file inside the repository, relative to its root',
    '7:19: scenarios.e.tls.ca: found "none.pem"; allowed: a PEM file with `-----BEGIN CERTIFICATE-----` in it',
    '8:19: scenarios.f.tls.ca: found "broken.pem"; allowed: a PEM file with certificates (number 1 of this one is broken)',
    `9:13: scenarios.g.har: text.har: not JSON: Unexpected token 'h', "hello" is not valid JSON`,
    '  save it again as HAR, from the network view of a browser or from a proxy',
    ...[1, 2, 3, 4, 5].map(
      (n) =>
        `10:13: scenarios.h.har: broken.har, entry ${n}: found ${n}; allowed: an entry with \`request\` and \`response\``,
    ),
    '10:13: scenarios.h.har: broken.har: 2 more mistakes',
  ]);
});

test('A body of exactly the limit is allowed, and a link that stays inside', async () => {
  await using folder = await repository({
    large: '',
    [CONFIG]: `${SERVER}scenarios: { s: { requests: [{ body-file: large }, { body-file: link }] } }`,
  });
  await truncate(join(folder.root, 'large'), 64 * 1024 * 1024);
  await symlink('large', join(folder.root, 'link'));
  const { experiment } = await loadExperiment({ root: folder.root, settings: {} });
  const files = requestsOf(experiment).map(({ bodyFile }) => [bodyFile?.path, bodyFile?.bytes]);
  assert.deepEqual(files, [
    ['large', 67_108_864],
    ['link', 67_108_864],
  ]);
});

test('A client certificate: read with its key, which may come from the environment, and withheld from every file', async () => {
  const tls = (text: string) => `${SERVER}scenarios: { s: { tls: ${text} } }`;
  const named = { 'certs/me.crt': CERTIFICATE, 'certs/me.key': KEY };
  await using folder = await repository({
    ...named,
    [CONFIG]: tls(`{ cert: certs/me.crt, key: "\${CLIENT_KEY}" }`),
  });
  const given = { root: folder.root, settings: {}, env: { CLIENT_KEY: KEY } };
  const { experiment } = await loadExperiment(given);
  const client = experiment.scenarios[0]?.tls?.client;
  assert.match(client?.key ?? '', /^-----BEGIN PRIVATE KEY-----/);
  assert.doesNotMatch(JSON.stringify(withhold(experiment, drawSalt())), /BEGIN|PRIVATE/);
  assert.match(
    await complaint(loadExperiment({ ...given, env: {} })),
    /scenarios\.s\.tls\.key: the variable CLIENT_KEY is not set/,
  );
});

test('A variable that stands in a part of a file’s name is told as such, and the passphrase may be made of one', async () => {
  const said = async (scenario: string, env: Record<string, string>) => {
    await using folder = await repository({
      ...{ 'certs/me.crt': CERTIFICATE, 'certs/me.key': KEY },
      [CONFIG]: `${SERVER}scenarios: { s: ${scenario} }`,
    });
    return await complaint(loadExperiment({ root: folder.root, settings: {}, env }));
  };
  for (const env of [{}, { NAME: 'me' }]) {
    for (const key of ['ca', 'cert', 'key']) {
      const others =
        key === 'ca' ? '' : `${key === 'cert' ? 'key: certs/me.key' : 'cert: certs/me.crt'}, `;
      assert.match(
        await said(
          `{ tls: { ${others}${key}: "certs/\${NAME}.pem" } }`,
          env as Record<string, string>,
        ),
        new RegExp(
          `^\\S+ scenarios\\.s\\.tls\\.${key}: a variable stands for the whole value here, and not for a part of it\n  write \`\\$\\{NAME\\}\` alone, and let it hold the PEM text$`,
        ),
      );
    }
    assert.match(
      await said(`{ data: "users-\${NAME}.csv", path: "/{id2}" }`, env as Record<string, string>),
      /s\.data: a variable stands for the whole value.*\n.*the rows, or the path of their file/,
    );
  }
});

test('Half a client certificate, and one that nothing can present, are mistakes', async () => {
  const said = async (scenario: string) => {
    await using folder = await repository({
      ...{ 'me.crt': CERTIFICATE, 'me.key': KEY },
      [CONFIG]: `${SERVER}scenarios: { s: ${scenario} }`,
    });
    return await complaint(loadExperiment({ root: folder.root, settings: {} }));
  };
  assert.match(
    await said('{ tls: { cert: me.crt } }'),
    /tls\.cert: nothing can be done with it without `key`/,
  );
  assert.match(
    await said('{ protocol: http3, tls: { cert: me.crt, key: me.key } }'),
    /tls\.cert: the client for HTTP\/3 has no certificate of its own/,
  );
  assert.match(
    await said('{ tls: { cert: gone.crt, key: me.key } }'),
    /tls\.cert: found "gone.crt"; allowed: a file that exists/,
  );
  assert.match(
    await said('{ tls: { cert: me.key, key: me.key } }'),
    /tls\.cert: holds no certificate/,
  );
});
