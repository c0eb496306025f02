/** Whether a regression waits for a second opinion: in the file, as a flag, as an input. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { flagsOf, toSettings } from '../../src/commands/settings-flags.ts';
import { readInputs, settingsOf } from '../../src/github/inputs.ts';
import { complaint, flags, load } from './repository.ts';

const file = (gate: string) => `servers: { api: { start: node server.js } }\ngate: { ${gate} }\n`;

it('it does not, unless the file or a setting says so; the setting wins', async () => {
  assert.equal((await load(file('budget: 60s'))).gate.confirm, 'none');
  assert.equal((await load(file('confirm: fresh-runner'))).gate.confirm, 'fresh-runner');
  const none = flags({ confirm: ' none ' });
  assert.equal((await load(file('confirm: fresh-runner'), none)).gate.confirm, 'none');
  const input = settingsOf(readInputs({ INPUT_CONFIRM: 'fresh-runner' }));
  assert.equal((await load(file('budget: 60s'), input)).gate.confirm, 'fresh-runner');
});

it('another word is a mistake, with what is allowed', async () => {
  const told = await complaint(load(file('budget: 60s'), flags({ confirm: 'fresh' })));
  assert.match(told, /^--confirm: .*"fresh".*none.*fresh-runner/s);
});

it('the flag is part of the line that repeats a run', () => {
  const settings = toSettings({ confirm: 'fresh-runner' });
  assert.deepEqual(flagsOf(settings), ['--confirm', 'fresh-runner']);
});
