import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import { addSettingFlags } from '../../../src/commands/settings-flags.ts';
import { SETTING_NAMES } from '../../../src/config/settings/settings.ts';
import { named, written } from '../../../src/config/settings/spelling.ts';

test('A setting is written as the command line takes it: a switch without a value, any other with one', () => {
  const options = addSettingFlags(new Command()).options;
  for (const name of SETTING_NAMES) {
    const option = options.find((one) => one.attributeName() === name);
    if (option === undefined) continue;
    const flag = named(name, 'flags');
    const expected = option.isBoolean() ? flag : `${flag.slice(0, -1)} true\``;
    assert.equal(written(name, 'true', 'flags'), expected);
  }
  assert.equal(written('measureAll', 'true', 'flags'), '`--measure-all`');
  assert.equal(written('measureAll', 'true', 'inputs'), 'input `measure-all: true`');
  assert.equal(written('measureAll', 'true', 'file'), '`measure-all: true`');
});
