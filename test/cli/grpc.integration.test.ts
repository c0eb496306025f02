/** A gRPC server whose calls fail, from config file to exit code: nothing of it is measured, and nothing is an improvement. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Verdict } from '../../src/judge/verdict/verdict.ts';
import { reasonOf } from '../support/english.ts';
import { type Installed, install, readJson } from './cli.ts';

const PRIVATE = 'hunter2-in-a-message';

/** Answers every call with an empty message and this status, after waiting: its first load takes little CPU time. */
const serverOf = (status: number) => `
const server = require('node:http2').createServer();
server.on('stream', (stream) => {
  stream.on('error', () => {});
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '${status}', 'grpc-message': '${PRIVATE}' }));
  setTimeout(() => stream.end(Buffer.alloc(5)), 20);
});
server.listen(process.env.PORT, '127.0.0.1');
`;

const CONFIG = `
servers:
  api: { start: node server.js }
scenarios:
  check:
    protocol: http2
    method: POST
    path: /grpc.health.v1.Health/Check
    headers: { content-type: application/grpc, te: trailers }
    body-file: check.grpc
`;

let cli: Installed;
before(() => {
  cli = install();
  writeFileSync(join(cli.dir, 'gate.yml'), CONFIG);
  for (const [folder, status] of [
    ['good', 0],
    ['broken', 13],
    ['broken-too', 12],
  ] as const) {
    mkdirSync(join(cli.dir, folder));
    writeFileSync(join(cli.dir, folder, 'server.js'), serverOf(status));
    writeFileSync(join(cli.dir, folder, 'check.grpc'), '\0\0\0\0\0');
  }
});
after(() => {
  assert.deepEqual(cli.leftovers(), []);
  cli.remove();
});

for (const [base, told] of [
  ['good', /grpc-status 13 \(INTERNAL\)/],
  ['broken-too', /grpc-status 1[23] \((INTERNAL|UNIMPLEMENTED)\)/],
] as const) {
  test(`Every call of head fails, beside a ${base} base: invalid, by name and without the server's words`, async () => {
    const out = join(cli.dir, `out-${base}`);
    const sides = ['--base-dir', base, '--head-dir', 'broken'];
    const { code, stderr } = await cli.start([
      'run',
      ...[...sides, '--config', 'gate.yml', '--budget', '5s', '--out', out],
    ]).ended;
    assert.equal(code, 3, stderr);
    const [subject] = Verdict.parse(readJson(join(out, 'verdict.json'))).subjects;
    assert.equal(subject?.verdict, 'invalid');
    assert.match(reasonOf(subject) ?? '', told);
    for (const file of readdirSync(out)) {
      assert.ok(!readFileSync(join(out, file), 'utf8').includes(PRIVATE), file);
    }
  });
}
