/** Which flags each command has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { program } from '../../src/commands/program.ts';

function flagsOfCommand(name: string): (string | undefined)[] {
  const cli = program({ signal: new AbortController().signal, done: () => {} });
  const command = cli.commands.find((one) => one.name() === name);
  return (command?.options ?? []).map(({ long }) => long ?? undefined);
}

test('A plan takes every flag of a run, so that it can stand in front of a command that works', () => {
  const run = flagsOfCommand('run');
  assert.ok(run.length > 40, 'they are found');
  assert.deepEqual(flagsOfCommand('plan'), run);
});

test('A self-test and a versus have no flag that would do nothing there', () => {
  const ofRuns = ['--history', '--baseline', '--on-regression', '--fail-on-no-baseline'];
  for (const [name, without] of [
    ['self-test', [...ofRuns, '--claim', '--fail-on-inconclusive', '--base', '--config-from']],
    ['versus', [...ofRuns, '--measure-all', '--base', '--config-from', '--head-dir']],
  ] as const) {
    const flags = flagsOfCommand(name);
    assert.ok(flags.includes('--budget') && flags.includes('--ready-timeout'), name);
    assert.deepEqual(
      without.filter((flag) => flags.includes(flag)),
      [],
      name,
    );
  }
});

test('A flag that only a config file has, or that another tool has, is told what to write; one that is misspelt as before', async () => {
  for (const [flag, told] of [
    [
      '--before',
      '(`before` belongs in a server of a config file, such as .github/throughput-gate.yml)',
    ],
    ['--working-directory', '(write `--workdir`)'],
    ['--concurrency', '(write `--connections`)'],
    ['--expect', '(write `--expect-status`)'],
    ['--output', '(write `--out`)'],
    ['--claims', '(Did you mean --claim?)'],
    ['--buget', '(Did you mean --budget?)'],
  ] as const) {
    assert.equal(await saidOf(['run', flag, 'x']), `error: unknown option '${flag}'\n${told}\n`);
  }
  assert.equal(
    await saidOf(['versus', 'a', 'b', '--history', 'x']),
    "error: unknown option '--history'\n",
  );
});

async function saidOf(args: string[]): Promise<string> {
  const cli = program({ signal: new AbortController().signal, done: () => {} });
  let said = '';
  const writeErr = (text: string) => {
    said += text;
  };
  for (const one of [cli, ...cli.commands]) one.configureOutput({ writeErr });
  await assert.rejects(cli.parseAsync(args, { from: 'user' }));
  return said;
}
