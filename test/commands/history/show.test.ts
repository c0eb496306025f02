/** What `history show --json` gives programs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import { SHOW } from '../../../src/commands/history/show.ts';
import { lineOf, memoryStore } from '../../support/history.ts';

const LINES = Array.from({ length: 12 }, (_, i) => lineOf(i + 1));

async function linesWith(flags: Parameters<typeof SHOW.run>[0]['flags']): Promise<unknown[]> {
  const text = LINES.map((line) => `${JSON.stringify(line)}\n`).join('');
  const { pieces = [] } = await SHOW.run(
    {
      ...{ store: memoryStore({ 'api/plain.ndjson': text }), flags, cwd: '.' },
      ...{ signal: new AbortController().signal, assertMayWrite: async () => {} },
      repository: async () => null,
    },
    [undefined],
  );
  const printed = Buffer.concat([...pieces])
    .toString()
    .trimEnd()
    .split('\n');
  return printed.map((line) => JSON.parse(line));
}

test('`history show --json` prints every line, and with `--last` the newest ones', async () => {
  assert.deepEqual(await linesWith({ json: true }), LINES);
  assert.deepEqual(await linesWith({ json: true, last: 2 }), LINES.slice(-2));
  assert.deepEqual(await linesWith({ json: true, last: 50 }), LINES);
});

test('`history show --json` cannot be asked for marked runs alone, and says so', () => {
  const command = SHOW.declare(new Command('show'))
    .exitOverride()
    .configureOutput({
      writeErr: () => {},
    });
  assert.throws(
    () => command.parse(['--json', '--marked'], { from: 'user' }),
    /'--json' cannot be used with option '--marked'/,
  );
});
