import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import {
  addSettingFlags,
  flagsOf,
  type SettingFlags,
  toSettings,
} from '../../src/commands/settings-flags.ts';

function parse(args: string[]): SettingFlags {
  return addSettingFlags(new Command().exitOverride()).parse(args, { from: 'user' }).opts();
}

test('Flags → settings → flags is the same line again, but for budgets and subjects', () => {
  const line = [
    '--start',
    'node "a b.js"',
    '--path',
    '/x?y=1',
    '--tolerance',
    '3%',
    '--limits',
    'errors=1%',
  ];
  const settings = toSettings(
    parse([...line, '--fail-on-inconclusive', '--budget', '30s', '--job-budget', '2m']),
  );
  assert.deepEqual(flagsOf(settings), [...line, '--fail-on-inconclusive']);
  const { budget, jobBudget, ...rest } = settings;
  assert.deepEqual([budget?.value, jobBudget?.value], ['30s', '2m']);
  assert.deepEqual(toSettings(parse(flagsOf(settings))), rest);
});

test('What is blank, as GitHub passes an input that was not given, makes no flag', () => {
  const blank = { value: '', origin: 'input `path`' };
  const no = { value: 'false', origin: 'input `fail-on-no-baseline`' };
  assert.deepEqual(flagsOf({ path: blank, failOnNoBaseline: no }), []);
});
