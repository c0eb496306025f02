/** The commands with their flags, as commander has them; what each does is in its own file. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { REMOVED, removedText } from '../checkout/tree-options.ts';
import { FORM } from '../config/versus/spec.ts';
import { demoCommand } from './demo.ts';
import { judgeCommand } from './judge.ts';
import { planCommand } from './plan.ts';
import { RENDERERS, reportCommand } from './report.ts';
import { DEFAULT_OUT, type RunFlags, runCommand } from './run.ts';
import { SELF_TEST_OUT, type SelfTestFlags, selfTestCommand } from './self-test.ts';
import {
  addSelfTestFlags,
  addSettingFlags,
  addVersusFlags,
  type SettingFlags,
  toSettings,
} from './settings-flags.ts';
import { type VersusFlags, versusCommand } from './versus.ts';

export interface Means {
  /** Aborted when the program is to end. */
  readonly signal: AbortSignal;
  /** Told the exit code. */
  readonly done: (code: number) => void;
}

export const EXIT_HELP = `
Exit codes: 0 no regression; 1 a regression, or a refuted claim with "gate:"; 2 a mistake in flags or config;
3 nothing could be measured; 4 not decided (only with --fail-on-inconclusive or --fail-on-no-baseline)`;

const SELF_TEST_NOTES = `
Without --start, --config, --head-dir or a config file in the repository, the Node.js server that comes with the tool is
measured. The default takes about 15 minutes: five sizes and a large one to measure them by, of 20 blocks each,
a block of about 5 s, and four whole jobs.
The exit code is 0 whatever it finds: the result says how often the gate was right, and passes or fails nothing.`;

const RUN_NOTES = `
Without --base or --base-dir, base is the commit at which your branch left the default branch; on the default branch itself,
HEAD where there are uncommitted changes, else the commit before it, and with --history earlier runs.
Servers and scenarios (loads) come from the config file; --start describes one server without a file.
In commands, paths and values, {port}, {arm} and {dir} are replaced: the port, base or head, and the folder of its files.`;

const VERSUS_NOTES = `
A contender is a server of the config file here, or FOLDER:SERVER of the config file of another folder. A folder alone is
enough if its config has one server, or if --start says how to start it. KEY=VALUE sets a variable in the server's
environment. Write a comma inside a value as \\, and the whole between quotes.

Examples:
  throughput-gate versus gleam go
  throughput-gate versus ../gleam ../go
  throughput-gate versus ../gleam:api fast=../go:api,GOGC=400 ../erlang:api
  throughput-gate versus go,GOGC=100 go,GOGC=400
  throughput-gate versus one=go two=go
  throughput-gate versus ../gleam ../go --start 'sh start.sh'

Exit codes: 0, 1 a claim with \`gate:\` is refuted, 2 bad usage or config, 3 a contender cannot be measured,
4 such a claim could not be decided (with --fail-on-inconclusive)`;

const CONFIG_FROM =
  'whose config file counts: that of head (the change) or of base (default: head)';

/** Of `plan` too: whoever puts it in front of a `run` that works must not be refused for a flag. */
function addRunFlags(command: Command, format: Option): Command {
  command
    .optionsGroup('What is compared:')
    .option('--base <ref>', 'baseline: a branch (its merge base with HEAD), a tag or a commit')
    .option('--base-dir <dir>', 'baseline: a plain folder')
    .option('--head-dir <dir>', 'measure this folder instead of the repository as it stands')
    .option(
      '--confirmation-of <file>',
      'measurement.json (or FILE@sha256:DIGEST) of a run on another machine: measure again what it found to be slower',
    )
    .option(
      '--continue-from <file>',
      'measurement.json of an earlier attempt at the same two commits: go on where it stopped; no error if there is no such file',
    );
  addRemoved(command);
  return addSettingFlags(command)
    .option('--config-from <side>', CONFIG_FROM)
    .optionsGroup('Output and others:')
    .option('--out <dir>', 'folder for the results', DEFAULT_OUT)
    .addOption(format)
    .option('--details', 'on a terminal, also show the metrics that cannot fail the job')
    .option('--seed <n>', 'repeat the random orders of an earlier run');
}

/** The one that gates a change. */
export function addRun(cli: Command, { signal, done }: Means): void {
  const run = cli
    .command('run')
    .description('measure head (your code) against base (the code before the change), and judge');
  addRunFlags(run, formatOption())
    .helpOption('-h, --help', 'display help for command')
    .addHelpText('after', `${RUN_NOTES}\n${EXIT_HELP}`)
    .action(async (flags: RunFlags & SettingFlags) => {
      done(await runCommand(flags, toSettings(flags), signal));
    });
}

/** Two servers or more against each other. */
export function addVersus(cli: Command, { signal, done }: Means): void {
  const versus = cli
    .command('versus')
    .argument('<contenders...>', `two or more, each ${FORM}`)
    .description('measure two or more servers against each other')
    .option('--scenarios-of <name>', 'whose config’s scenarios count for all, where they differ')
    .option('--dry-run', 'print what would be measured; build and start nothing');
  addVersusFlags(versus)
    .optionsGroup('Output and others:')
    .option('--out <dir>', 'folder for the results', DEFAULT_OUT)
    .addOption(formatOption())
    .option('--details', 'on a terminal, also show the metrics that no claim is about')
    .option('--seed <n>', 'repeat the random orders of an earlier run')
    .helpOption('-h, --help', 'display help for command')
    .addHelpText('after', VERSUS_NOTES)
    .action(async (contenders: string[], flags: VersusFlags & SettingFlags) => {
      done(await versusCommand(contenders, flags, toSettings(flags), signal));
    });
}

/** What `run` would do. */
export function addPlan(cli: Command, { signal, done }: Means): void {
  const plan = cli
    .command('plan')
    .description('print what `run` would do with the same flags; build and start nothing');
  addRunFlags(plan, formatOption('json: for programs'))
    .helpOption('-h, --help', 'display help for command')
    .addHelpText(
      'after',
      '\n--out, --details and --seed are taken as `run` takes them, and alter nothing here.\n\nExit codes: 0 it can run here; 2 a mistake in flags or config, or something is missing on this machine',
    )
    .action(async (flags: RunFlags & SettingFlags) => {
      done(await planCommand(flags, toSettings(flags), signal));
    });
}

/** A measurement judged again. */
export function addJudge(cli: Command, { done }: Means): void {
  cli
    .command('judge')
    .argument('<file>', 'measurement.json')
    .description('judge a measurement again: the same file gives the same verdict')
    .option('--out <file>', 'write verdict.json there as well')
    .addOption(formatOption())
    .option('--details', 'on a terminal, also show the metrics that cannot fail the job')
    .addHelpText('after', EXIT_HELP)
    .action(async (file: string, flags: Parameters<typeof judgeCommand>[1]) => {
      done(await judgeCommand(file, flags));
    });
}

/** A verdict in another form. */
export function addReport(cli: Command, { done }: Means): void {
  cli
    .command('report')
    .argument('<file>', 'verdict.json')
    .description('render a verdict as a comment, a job summary, a page (html) or text')
    .addOption(
      new Option('--as <form>', 'what to render')
        .choices(Object.keys(RENDERERS))
        .default('comment'),
    )
    .option('--details', 'as text, also show the metrics that cannot fail the job')
    .option(
      '--measurement <file>',
      'as html, also draw how each arm behaved, from measurement.json',
    )
    .option('--out <file>', 'write it there instead of to standard output')
    .action(async (file: string, flags: Parameters<typeof reportCommand>[1]) => {
      done(await reportCommand(file, flags));
    });
}

/** The first try. */
export function addDemo(cli: Command, { signal, done }: Means): void {
  cli
    .command('demo')
    .description(
      'try it: measure a small server that comes with the tool against a copy of itself, and against a slower one',
    )
    .option('--budget <time>', 'measuring time for each of the two', '50s')
    .option('--seed <n>', 'repeat the random orders of an earlier run')
    .option('--out <dir>', 'keep the results there')
    .addHelpText(
      'after',
      '\nExit codes: 0 both verdicts are what they should be, 3 one is not (a very noisy machine, or too short a budget)',
    )
    .action(async (flags: { budget: string; seed?: string; out?: string }) => {
      done(await demoCommand(flags, signal));
    });
}

/** How often the gate is right here. */
export function addSelfTest(cli: Command, { signal, done }: Means): void {
  const selfTest = cli
    .command('self-test')
    .description(
      'measure how often the gate is right on this machine: with unchanged copies of a server, and with copies that are slower by known sizes',
    )
    .optionsGroup('What is tried:')
    .option('--doses <list>', 'by how much one copy is made slower', '0,2%,3%,5%,10%')
    .option(
      '--blocks <n>',
      'blocks measured for each size; jobs are then drawn from them at random',
      '20',
    )
    .option(
      '--jobs <n>',
      'whole jobs in addition: so many of unchanged copies, and so many of the size nearest to the tolerance',
      '2',
    )
    .option(
      '--knob <name>',
      'variable that makes the server do so many units of extra work per request (default: its processes are stopped for a share of the time)',
    )
    .option('--head-dir <dir>', 'folder of the server instead of the repository as it stands');
  addSelfTestFlags(selfTest)
    .optionsGroup('Output and others:')
    .option(
      '--out <dir>',
      'folder for the results; the same command goes on there after an interruption',
      SELF_TEST_OUT,
    )
    .option(
      '--stop-after <time>',
      'start nothing new after this time; the same command goes on later',
    )
    .addOption(
      new Option('--format <format>', 'how the result is printed')
        .choices(['text', 'markdown', 'json'])
        .default('text'),
    )
    .option('--seed <n>', 'repeat the random orders of an earlier self-test')
    .helpOption('-h, --help', 'display help for command')
    .addHelpText('after', SELF_TEST_NOTES)
    .action(async (flags: SelfTestFlags & SettingFlags) => {
      done(await selfTestCommand(flags, toSettings(flags), signal));
    });
}

/** Nobody is told of them any more, but for who still gives them. */
function addRemoved(command: Command): void {
  for (const name of REMOVED) {
    const refuse = () => {
      throw new InvalidArgumentError(`${removedText((flag, value) => `--${flag} ${value}`)}.`);
    };
    command.addOption(new Option(`--${name} <file>`).hideHelp().argParser(refuse));
  }
}

function formatOption(text = 'json: verdict.json on standard output'): Option {
  return new Option('--format <format>', text).choices(['text', 'json']).default('text');
}
