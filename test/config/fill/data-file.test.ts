import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawSalt, withhold } from '../../../src/config/experiment/withhold.ts';
import { readData } from '../../../src/config/fill/data-file.ts';
import { loadExperiment } from '../../../src/config/load.ts';
import { CONFIG, complaint, repository } from '../repository.ts';

const SERVER = 'servers: { api: { start: x } }\n';

test('A data file: names in its first line, then rows, quotation marks and line breaks as in any CSV', () => {
  assert.deepEqual(readData('\ufeffemail,name\r\na@b.c,"Ann ""A"",\nx"\r\n\r\nd@e.f,\r\n'), {
    columns: ['email', 'name'],
    rows: [
      ['a@b.c', 'Ann "A",\nx'],
      ['d@e.f', ''],
    ],
  });
});

test('What is wrong with a data file is said without what is in it', () => {
  const said = (text: string) => {
    const found = readData(text);
    assert.equal(typeof found, 'string', text);
    assert.doesNotMatch(found as string, /CANARY/);
    return found as string;
  };
  assert.match(said('a,b\nCANARY\n'), /as many values in each row as it has columns \(line 2/);
  assert.match(said('a\n"CANARY'), /as many values/);
  assert.match(said(''), /a first line of column names/);
  assert.match(said('a b,c\nCANARY,2\n'), /number 1 is none/);
  assert.match(said('a;b\nCANARY;2\n'), /separated by commas, and not by semicolons/);
  assert.match(said('a\tb\nCANARY\t2\n'), /separated by commas/);
  assert.match(said('a,n\nCANARY,2\n'), /another name than `n`/);
  assert.match(said('a,a\nCANARY,2\n'), /`a` is there twice/);
  assert.match(said('a,b\n'), /rows below/);
});

test('A name in a body that is no column of the data is told, and sent as it stands', async () => {
  const notes = async (body: string) => {
    await using folder = await repository({
      'users.csv': 'email,token\na@b.c,CANARY\n',
      [CONFIG]: `${SERVER}scenarios: { s: { method: POST, data: users.csv, path: '/{email}', body: '${body}' } }`,
    });
    return (await loadExperiment({ root: folder.root, settings: {} })).notes;
  };
  const [note, ...more] = await notes('{"a":"{nickname}","b":"{token}","c":"{uuid}","d":{}}');
  assert.match(
    note ?? '',
    /scenarios\.s\.body: `\{nickname\}` is sent as it stands: `data` has no such column \(it has `email`, `token`\)/,
  );
  assert.deepEqual(more, []);
  assert.deepEqual(await notes('{"a":"\\\\{nickname}","b":"{token}"}'), []);
});

test('Requests with values are marked so, and the rows of their data are withheld', async () => {
  await using folder = await repository({
    'bench/users.csv': 'email,token\na@b.c,CANARY\n',
    [CONFIG]: `${SERVER}scenarios: { s: { data: ./bench/users.csv, requests: [{ path: /plain }, { path: '/u/{email}', headers: { authorization: 'Bearer {token}' } }, { path: '/{uuid}' }] } }`,
  });
  const { experiment } = await loadExperiment({ root: folder.root, settings: {} });
  const [scenario] = experiment.scenarios;
  assert.ok(scenario?.kind === 'http');
  assert.deepEqual(
    scenario.requests.map(({ hasValues }) => hasValues),
    [undefined, true, true],
  );
  assert.deepEqual(scenario.data?.columns, ['email', 'token']);
  const [written] = withhold(experiment, drawSalt()).scenarios;
  assert.doesNotMatch(JSON.stringify(written), /CANARY|a@b/);
  assert.match(JSON.stringify(written), /bench\/users\.csv/);
});

test('Braces that stand for nothing, and data that nobody takes, are told with their place', async () => {
  const said = async (scenario: string, csv = 'email\na@b.c\n') => {
    await using folder = await repository({
      'users.csv': csv,
      [CONFIG]: `${SERVER}scenarios: { s: ${scenario} }`,
    });
    return await complaint(loadExperiment({ root: folder.root, settings: {} }));
  };
  assert.match(
    await said("{ path: '/{uid}' }"),
    /yml:2:\d+: scenarios\.s\.path: `\{uid\}` stands for nothing here\n {2}did you mean `uuid`\?/,
  );
  assert.match(await said("{ data: users.csv, path: '/{mail}' }"), /did you mean `email`\?/);
  assert.match(
    await said('{ data: users.csv, path: / }'),
    /scenarios\.s\.data: no request takes anything from it\n {2}write `\{email\}`/,
  );
  assert.match(
    await said("{ engine: autocannon, path: '/{n}' }"),
    /nothing is filled in here: autocannon/,
  );
  assert.match(
    await said("{ protocol: websocket, path: '/{n}' }"),
    /scenarios\.s\.path: nothing is filled in here: all connections open with the same handshake\n {2}write it into `message`/,
  );
  assert.match(
    await said("{ protocol: websocket, headers: { x: '{tokn}' } }"),
    /scenarios\.s\.headers\.x: `\{tokn\}` stands for nothing here/,
  );
  assert.match(
    await said("{ protocol: websocket, message: 'a', message-size: 3 }"),
    /scenarios\.s\.message-size: cannot stand beside `message`/,
  );
  assert.match(
    await said("{ data: users.csv, headers: { x-mail: '{email}' } }", 'email\n"a\nb"\n'),
    /scenarios\.s\.data: row 1 of column `email` cannot stand in a header/,
  );
});
