/** What the command line says before it measures anything. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadExperiment } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/settings/settings.ts';
import { TOOL } from '../../src/system/program/runtime.ts';
import { commit, initRepo, sh } from '../support/git.ts';
import { type Installed, install } from './cli.ts';

/** What is said of a flag that there was. */
const REMOVED =
  /no baseline any more.*\(--history branch or --history directory:PATH\).*\(--baseline stored\)/;

let cli: Installed;
before((t) => {
  cli = install();
  if ('diagnostic' in t) t.diagnostic(`the command line runs on ${cli.node}`);
});
after(() => {
  assert.deepEqual(cli.leftovers(), []);
  cli.remove();
});

test('The flag --version prints the version', async () => {
  const { code, stdout, stderr } = await cli.run(['--version']);
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: `${TOOL.version}\n`, stderr: '' });
});

test('--help names every command and the exit codes, on standard output', async () => {
  const { code, stdout, stderr } = await cli.run(['--help']);
  assert.equal(code, 0);
  assert.equal(stderr, '');
  for (const command of ['run', 'judge', 'report', 'demo']) {
    assert.match(stdout, new RegExp(`^  ${command} `, 'm'));
    const own = await cli.run([command, '--help']);
    assert.equal(own.code, 0);
    assert.match(own.stdout, new RegExp(`^Usage: throughput-gate ${command} `));
  }
  assert.match(
    stdout,
    /Exit codes: 0 no regression; 1 a regression, .*; 2 a mistake in flags or config;\n3 nothing could be measured; 4 not/,
  );
});

test('`run --help` has every flag that other tools rely on', async () => {
  const { stdout } = await cli.run(['run', '--help']);
  for (const flag of [
    '--config <file>',
    '--base <ref>',
    '--base-dir <dir>',
    '--head-dir <dir>',
    '--budget <time>',
    '--only <subject...>',
    '--out <dir>',
    '--seed <n>',
    '--format <format>',
    '--fail-on-inconclusive',
    '--fail-on-no-baseline',
  ]) {
    assert.ok(stdout.includes(`  ${flag} `), flag);
  }
});

test('The defaults in run --help are the ones that apply', async () => {
  const { stdout } = await cli.run(['run', '--help']);
  const flags: [keyof Settings, string][] = [
    ['protocol', '--protocol'],
    ['tls', '--tls'],
    ['path', '--path'],
    ['method', '--method'],
    ['connections', '--connections'],
    ['expectStatus', '--expect-status'],
    ['budget', '--budget'],
    ['tolerance', '--tolerance'],
    ['metrics', '--metrics'],
    ['falseAlarmRate', '--false-alarm-rate'],
  ];
  const text = stdout.replaceAll(/\s+/g, ' ');
  const start = { value: 'node server.js', origin: '--start' };
  const named: Settings = { start };
  for (const [key, flag] of flags) {
    const value = new RegExp(`${flag} <.*?\\(default: (.*?)\\)`).exec(text)?.[1];
    assert.ok(value, flag);
    // Only the default may be lowered for a slow server; a number that somebody names is kept.
    const number = value.replace(', fewer for a slow server', '');
    Object.assign(named, { [key]: { value: number, origin: flag } });
  }
  const byHelp = await loadExperiment({ root: cli.dir, settings: named });
  const byDefault = await loadExperiment({ root: cli.dir, settings: { start } });
  // Whoever writes the list down, even the default one, means each metric of it, and each of the connections.
  const gate = { ...byDefault.experiment.gate, metricsNamed: true };
  const scenarios = byDefault.experiment.scenarios.map((scenario) => {
    if (!('connectionsNamed' in scenario)) return scenario;
    const { connectionsNamed, ...named } = scenario;
    assert.equal(connectionsNamed, false);
    return named;
  });
  assert.deepEqual(byHelp.experiment, { ...byDefault.experiment, gate, scenarios });
});

test('A wrong command line is exit code 2, with the right spelling where there is one', async () => {
  for (const [args, told] of [
    [['rnu'], /unknown command 'rnu'\n\(Did you mean run\?\)/],
    [['run', '--buget', '3s'], /unknown option '--buget'\n\(Did you mean --budget\?\)/],
    [['run', '--budget'], /'--budget <time>' argument missing/],
    [['run', '--format', 'xml'], /'xml' is invalid\. Allowed choices are text, json/],
    [['run', 'surplus'], /too many arguments/],
    [['judge'], /missing required argument 'file'/],
    [['report', 'v.json', '--as', 'pdf'], /Allowed choices are comment, summary, html, text/],
    [['judge', 'nowhere.json'], /nowhere\.json: cannot be read: ENOENT/],
    [[], /^Usage: throughput-gate/],
  ] as const) {
    const { code, stdout, stderr } = await cli.run([...args]);
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, told);
    assert.doesNotMatch(stderr, /^\s+at /m);
  }
});

test('Every mistake of flags and config file is told at once, with exit code 2', async () => {
  const folder = join(cli.dir, 'mistaken');
  mkdirSync(join(folder, '.github'), { recursive: true });
  writeFileSync(
    join(folder, '.github/throughput-gate.yml'),
    'servers:\n  api:\n    strat: node server.js\ngate:\n  budget: 2 fortnights\n',
  );
  const { code, stderr } = await cli.run(
    [
      ...['run', '--base-dir', '.', '--head-dir', '.', '--tolerance', 'much'],
      ...['--seed', 'x', '--config-from', 'main'],
    ],
    { cwd: folder },
  );
  assert.equal(code, 2);
  assert.match(stderr, /^throughput-gate: cannot run:\n/);
  assert.match(stderr, /--seed: "x" is not a whole number/);
  assert.match(stderr, /--config-from: "main" is neither head nor base/);
  assert.match(stderr, /throughput-gate\.yml:3:\d+: .*strat/);
  assert.match(stderr, /start/);
  assert.match(stderr, /throughput-gate\.yml:5:\d+: .*budget/);
  assert.match(stderr, /--tolerance/);
  assert.doesNotMatch(stderr, /^\s+at /m);
});

test('Flags that contradict each other, or lead nowhere, are exit code 2', async () => {
  const other = join(cli.dir, 'plain');
  mkdirSync(other);
  for (const [args, told] of [
    [['--base', 'main', '--base-dir', '.'], /--base, --base-dir: each names a baseline of its own/],
    [['--head-dir', '.'], /--head-dir: there is nothing to compare the folder with/],
    [['--base-dir', 'nowhere', '--head-dir', '.'], /nowhere/],
    [['--base-dir', '.', '--head-dir', '.', '--seed', 'x'], /--seed/],
    [['--base-dir', '.', '--head-dir', '.', '--only', 'nobody'], /--only.*nobody/],
    [['--base-measurement', 'x.json'], REMOVED],
    [['--save-measurement', 'x.json'], REMOVED],
  ] as const) {
    const { code, stderr } = await cli.run(['run', '--start', 'node server.js', ...args], {
      cwd: other,
    });
    assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, told);
    assert.doesNotMatch(stderr, /^\s+at /m);
  }
});

test('Files that are not what they should be are exit code 2', async () => {
  for (const [name, content, told] of [
    ['broken.json', '{ "schemaVersion": 1, ', /broken\.json: ends in the middle/],
    [
      'new.json',
      '{ "schemaVersion": 99, "experiment": 1, "plan": 1, "verdict": 1, "falseAlarmRate": 1 }',
      /new\.json: (was written by an unknown program, schema 99; this is|is a verdict\.json, and a m)/,
    ],
    ['empty.json', '{ "schemaVersion": 1 }', /empty\.json: is no (measurement|verdict)\.json/],
  ] as const) {
    writeFileSync(join(cli.dir, name), content);
    for (const command of ['judge', 'report']) {
      const { code, stderr } = await cli.run([command, name]);
      assert.equal(code, 2);
      assert.match(stderr, told);
    }
  }
});

test('The branch that is the base has nothing to compare, and an empty commit on it is no change', async () => {
  const repo = initRepo(join(cli.dir, 'same'));
  commit(repo, { 'server.js': 'v1\n' });
  const at = { cwd: repo };
  const args = ['--base', 'main', '--start', 'node server.js'];
  for (const command of ['run', 'plan']) {
    const { code, stderr } = await cli.run([command, ...args], at);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /--base main: Base and head are the same commit, [0-9a-f]{10}/);
    assert.match(stderr, /You are on the branch main\./);
  }
  sh(repo, 'switch', '--quiet', '--create', 'topic');
  commit(repo, {}, 'nothing');
  const ran = await cli.run(['run', ...args, '--fail-on-no-baseline'], at);
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stdout, /Nothing was measured: base and head are the same code, file by file\./);
});

test('Base’s config is planned with where it is asked for', async () => {
  const repo = initRepo(join(cli.dir, 'law'));
  const file = (budget: string) => ({
    '.github/throughput-gate.yml': `servers: { api: { start: node a.js } }\ngate: { budget: ${budget} }\n`,
  });
  commit(repo, file('77s'));
  sh(repo, 'switch', '--quiet', '--create', 'topic');
  commit(repo, file('99s'));
  for (const [side, budgetMs] of [
    ['head', 99_000],
    ['base', 77_000],
  ] as const) {
    const args = ['plan', '--base', 'main', '--config-from', side, '--format', 'json'];
    const { stdout, stderr } = await cli.run(args, { cwd: repo });
    assert.match(stdout, new RegExp(`"budgetMs": ${budgetMs}`), stderr);
  }
  const { code, stderr } = await cli.run(['plan', '--config-from', 'main'], { cwd: repo });
  assert.equal(code, 2);
  assert.match(stderr, /--config-from: "main" is neither head nor base/);
});
