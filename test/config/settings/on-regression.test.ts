/** Whether a regression waits for a confirmation: in the file, as a flag, as an input. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { toSettings } from '../../../src/commands/settings-flags.ts';
import { flagsOf } from '../../../src/config/settings/flags.ts';
import { readInputs, settingsOf } from '../../../src/github/inputs.ts';
import { complaint, flags, load } from '../repository.ts';

const file = (gate: string) => `servers: { api: { start: node server.js } }\ngate: { ${gate} }\n`;

it('It does not, unless the file or a setting says so; the setting wins', async () => {
  assert.equal((await load(file('budget: 60s'))).gate.onRegression, 'fail');
  assert.equal(
    (await load(file('on-regression: confirm-on-fresh-runner'))).gate.onRegression,
    'confirm-on-fresh-runner',
  );
  const plain = flags({ onRegression: ' fail ' });
  assert.equal(
    (await load(file('on-regression: confirm-on-fresh-runner'), plain)).gate.onRegression,
    'fail',
  );
  const input = settingsOf(readInputs({ 'INPUT_ON-REGRESSION': 'confirm-on-fresh-runner' }));
  assert.equal(
    (await load(file('budget: 60s'), input)).gate.onRegression,
    'confirm-on-fresh-runner',
  );
});

it('Another word is a mistake, with what is allowed', async () => {
  const told = await complaint(load(file('budget: 60s'), flags({ onRegression: 'fresh' })));
  assert.match(told, /^--onRegression: .*"fresh".*fail.*confirm-on-fresh-runner/s);
});

it('The flag is part of the line that repeats a run', () => {
  const settings = toSettings({ onRegression: 'confirm-on-fresh-runner' });
  assert.deepEqual(flagsOf(settings), ['--on-regression', 'confirm-on-fresh-runner']);
});
