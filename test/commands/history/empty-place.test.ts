/** A place that holds no history is a mistake for every command that reads one: nobody may take it for good news. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { BADGE } from '../../../src/commands/history/badge.ts';
import { CHECK } from '../../../src/commands/history/check.ts';
import type { HistoryCommand } from '../../../src/commands/history/command.ts';
import { EXPORT } from '../../../src/commands/history/export.ts';
import { PAGE } from '../../../src/commands/history/page.ts';
import { REMOVE } from '../../../src/commands/history/remove.ts';
import { SHOW } from '../../../src/commands/history/show.ts';
import type { HistoryStore } from '../../../src/history/stores/store.ts';
import { UserError } from '../../../src/system/messages/problem.ts';
import { memoryStore } from '../../support/history.ts';

const NAMED: [HistoryCommand<never>, object, string?][] = [
  [SHOW, {}],
  [SHOW, { last: 10, json: true }],
  [SHOW, { last: 10 }, 'api/plain'],
  [CHECK, { last: 100 }],
  [CHECK, { last: 100, json: true }],
  [CHECK, { last: 100, markdown: true }],
  [CHECK, { last: 100 }, 'api/plain'],
  [EXPORT, { as: 'csv' }],
  [EXPORT, { as: 'csv', out: 'history.csv' }],
  [EXPORT, { as: 'ndjson' }],
  [EXPORT, { as: 'bmf' }],
  [PAGE, {}],
  [PAGE, { publish: true }],
  [BADGE, { out: '.' }],
  [BADGE, { publish: true }],
  [BADGE, {}, 'api/plain'],
  [REMOVE, {}, 'api/plain'],
];

for (const [command, flags, subject] of NAMED) {
  const typed = [command.name, ...Object.keys(flags), subject].filter(Boolean).join(' ');
  test(`A place without a history is a mistake for history ${typed}, and nothing is written`, async (t) => {
    const cwd = mkdtempSync(path.join(tmpdir(), 'tg-empty-place-'));
    t.after(() => rmSync(cwd, { recursive: true }));
    const store: HistoryStore = {
      ...memoryStore(),
      update: () => assert.fail('it wrote to the store'),
    };
    const given = {
      ...{ store, flags: flags as never, cwd, signal: new AbortController().signal },
      assertMayWrite: async () => {},
      repository: async () => null,
    };
    await assert.rejects(
      async () => command.run(given, [subject]),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.match(
          error.message,
          /^the memory: holds no history\n {2}look at the name: `--history`/,
        );
        return true;
      },
    );
    assert.deepEqual(readdirSync(cwd), []);
  });
}
