import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import {
  addSettingFlags,
  type SettingFlags,
  toSettings,
} from '../../src/commands/settings-flags.ts';
import { flagName, flagsOf } from '../../src/config/settings/flags.ts';
import { SETTING_NAMES } from '../../src/config/settings/settings.ts';

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

test('Every setting has the flag that a printed command line gives it', () => {
  const known = addSettingFlags(new Command()).options.map(({ long }) => long);
  const missing = ['config' as const, ...SETTING_NAMES].filter(
    (name) => !known.includes(flagName(name)),
  );
  assert.deepEqual(missing, []);
});

test('A switch that was on gives its flag again, in whichever letters an input had it', () => {
  const on = (value: string) => ({ value, origin: 'input `fail-on-inconclusive`' });
  assert.deepEqual(flagsOf({ failOnInconclusive: on('True'), measureAll: on(' true ') }), [
    '--fail-on-inconclusive',
    '--measure-all',
  ]);
});

test('A flag whose value has several parts may be given several times, and none of them is lost', () => {
  const args = [
    ...[
      '--headers',
      'x-a: 1',
      '--headers',
      'x-b: 2',
      '--tolerance',
      'p99=30%',
      '--tolerance',
      'cpu=3%',
    ],
    ...['--metrics', 'cpu', '--metrics', 'p99', '--beside', '5432', '--beside', 'command=redis'],
    ...['--budget', '10s', '--budget', '20s'],
  ];
  const { headers, tolerance, metrics, beside, budget } = toSettings(parse(args));
  assert.deepEqual(
    [headers, tolerance, metrics, beside, budget].map((setting) => setting?.value),
    ['x-a: 1\nx-b: 2', 'p99=30%,cpu=3%', 'cpu,p99', '5432,command=redis', '20s'],
  );
});
