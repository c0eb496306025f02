import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { boundLogs } from '../../../src/measure/context/logs.ts';
import { until } from '../servers/sandbox.ts';

const MIB = 1024 ** 2;

function scratch(t: TestContext): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tg-logs-')));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

it('The gate cuts a log that grows too large, says so once, and leaves the others alone', async (t) => {
  const dir = scratch(t);
  const outside = join(scratch(t), 'outside');
  writeFileSync(outside, Buffer.alloc(3 * MIB));
  symlinkSync(outside, join(dir, 'link.log'));
  const [loud, quiet] = [join(dir, 'api-head.log'), join(dir, 'api-base.log')];
  writeFileSync(quiet, Buffer.alloc(MIB));
  const told: string[] = [];
  const tell = (line: string) => void told.push(line);
  const tells = { tell, note: () => assert.fail('it did not print for long') };
  await using _ = boundLogs(dir, tells, { most: 2 * MIB, lookMs: 5 });
  for (let time = 0; time < 2; time++) {
    appendFileSync(loud, Buffer.alloc(3 * MIB));
    await until('it is cut', () => statSync(loud).size < MIB);
  }
  assert.equal(readFileSync(loud, 'utf8'), '[more than 2 MiB before this were dropped]\n');
  assert.equal(statSync(quiet).size, MIB);
  assert.equal(statSync(outside).size, 3 * MIB);
  assert.equal(told.length, 1);
  assert.match(told[0] as string, /^api-head prints [\d.]+ MB\/s: .* dropped at 2 MiB/);
});

it('A log that grows as by a line for each request is told of a server, and not of a hook, which may import data', async (t) => {
  const dir = scratch(t);
  const logs = ['api-head-before.log', 'api-head.log'].map((name) => join(dir, name));
  const noted: string[] = [];
  const tells = {
    tell: () => assert.fail('it was cut'),
    note: (line: string) => void noted.push(line),
  };
  await using _ = boundLogs(dir, tells, { lookMs: 5 });
  await until('the server is told', () => {
    for (const log of logs) appendFileSync(log, Buffer.alloc(100_000));
    return noted.length > 0;
  });
  // Nothing is told of the other one at the next looks either.
  const looks = statSync(logs[0] as string).size + 10 * 100_000;
  await until('it has been looked at again', () => {
    for (const log of logs) appendFileSync(log, Buffer.alloc(100_000));
    return statSync(logs[0] as string).size > looks;
  });
  assert.equal(noted.length, 1);
  assert.match(noted[0] as string, /^api-head prints [\d.]+ MB\/s, as a line for each request/);
});
