/** Servers that fail, do not start or do not build, from flags to exit code. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Verdict } from '../../src/judge/verdict/verdict.ts';
import { SHORT_LOAD } from '../action/repository.ts';
import { type Installed, install, knob, readJson, SHORT, START } from './cli.ts';

/** As of a server that waits for a database: its first load takes neither long nor much CPU time. */
const WAITS = knob('KNOB_DELAY_MS', 20);

let cli: Installed;
before((t) => {
  cli = install();
  if ('diagnostic' in t) t.diagnostic(`the command line runs on ${cli.node}`);
});
after(() => {
  assert.deepEqual(cli.leftovers(), []);
  cli.remove();
});

function verdictIn(dir: string): Verdict {
  return Verdict.parse(readJson(join(dir, 'verdict.json')));
}

describe('a measurement that is broken', () => {
  test('An error for every answer of head: exit code 3, with the status and whose it is', async () => {
    cli.fixture('good', WAITS);
    cli.fixture('failing', knob('KNOB_ERROR_RATE', 1));
    const { code, stdout } = await cli.run([
      ...['run', '--base-dir', 'good', '--head-dir', 'failing', '--start', START],
      ...['--ready-path', '/health', '--out', 'failed', ...SHORT],
    ]);
    assert.equal(code, 3);
    const verdict = verdictIn(join(cli.dir, 'failed'));
    assert.equal(verdict.verdict, 'invalid');
    assert.equal(verdict.subjects[0]?.verdict, 'invalid');
    assert.match(
      stdout,
      /head: GET \/ is not answered as expected: expected\s+status\s+200, got 500/,
    );
  });

  test('A server that does not start: exit code 3, with its last lines', async () => {
    cli.fixture('sound');
    cli.fixture('crashing', "console.error('no database'); process.exit(9);\n");
    writeFileSync(
      join(cli.dir, 'gate.yml'),
      `servers: { server: { start: ${START} } }\n${SHORT_LOAD}`,
    );
    const { code, stdout } = await cli.run([
      ...['run', '--base-dir', 'sound', '--head-dir', 'crashing', '--config', 'gate.yml'],
      ...['--out', 'crashed'],
    ]);
    assert.equal(code, 3);
    assert.match(stdout, /head: the server ended before it was ready \(exit code 9\)/);
    assert.match(stdout, /no database/);
  });

  test('A build that fails: exit code 3, with its last lines', async () => {
    const { code, stdout, stderr } = await cli.run([
      ...['run', '--base-dir', 'good', '--head-dir', 'failing', '--start', START],
      ...['--build', 'echo "cannot find -lz"; test {arm} = base', '--out', 'unbuilt', ...SHORT],
    ]);
    assert.equal(code, 3);
    assert.match(stderr, /build failed: server \(head\)/);
    assert.match(stdout, /head: the build of server failed \(exit code 1\)/);
    assert.match(stdout, /cannot find -lz/);
  });
});
