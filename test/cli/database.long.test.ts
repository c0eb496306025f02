/**
 * A server that works through a process which ran before the gate did, as a database in GitHub's `services:` does. The
 * gate knows it by the server's connections: it takes its part of the machine, and more the more head asks of it.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Verdict } from '../../src/judge/verdict/verdict.ts';
import { Measurement } from '../../src/measure/observed/measurement.ts';
import { type Installed, install, type Ran, readJson, SHORT, START } from './cli.ts';

/** Burns 0.3 ms of CPU time per query, and says on which port. */
const DATABASE = `
const server = require('node:http').createServer((request, response) => {
  const begun = process.cpuUsage();
  let used = 0;
  while (used < 300) {
    const { user, system } = process.cpuUsage(begun);
    used = user + system;
  }
  response.end('row');
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/** Answers when so many queries, one after the other, are answered. */
const serverOf = (port: number, queries: number) => `
const http = require('node:http');
const agent = new http.Agent({ keepAlive: true });
function query(left, done) {
  if (left === 0) return done();
  http.get({ host: '127.0.0.1', port: ${port}, agent }, (answer) => {
    answer.resume().on('end', () => query(left - 1, done));
  }).on('error', () => done());
}
http.createServer((request, response) => query(${queries}, () => response.end('rows')))
  .listen(process.env.PORT, '127.0.0.1');
`;

describe('head asks a database twice where base asks it once', () => {
  let cli: Installed;
  let database: ChildProcess;
  let ran: Ran;
  before(async () => {
    cli = install();
    database = spawn(process.execPath, ['-e', DATABASE], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = await once(database.stdout as NonNullable<ChildProcess['stdout']>, 'data');
    for (const [arm, queries] of [
      ['base', 1],
      ['head', 2],
    ] as const) {
      mkdirSync(join(cli.dir, arm));
      writeFileSync(join(cli.dir, arm, 'server.js'), serverOf(Number(port), queries));
    }
    ran = await cli.run([
      'run',
      ...['--base-dir', 'base', '--head-dir', 'head', '--start', START, ...SHORT],
      ...['--metrics', 'throughput', '--out', 'out'],
    ]);
  });
  after(() => {
    database.kill('SIGKILL');
    assert.deepEqual(cli.leftovers(), []);
    cli.remove();
  });

  test('A head that asks a database twice where base asks it once is a regression, however much of the machine the database takes', () => {
    assert.equal(ran.code, 1, ran.stderr);
    const { subjects } = Verdict.parse(readJson(join(cli.dir, 'out/verdict.json')));
    const throughput = subjects[0]?.metrics.find(({ name }) => name === 'throughput');
    assert.equal(subjects[0]?.verdict, 'regression');
    assert.ok((throughput?.change as number) < -0.3, `${throughput?.change}`);
  });

  test('The database takes its part of the machine, and is told apart from other work', () => {
    const { subjects } = Measurement.parse(readJson(join(cli.dir, 'out/measurement.json')));
    for (const { runner } of subjects[0]?.blocks ?? []) {
      assert.ok((runner.beside ?? 0) > 0.1, `${runner.beside}`);
    }
  });
});
