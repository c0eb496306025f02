/** The whole command line: every command, and what holds for all of them. */

import { Command } from 'commander';
import { inPlaceOf } from '../config/no-setting.ts';
import { flagName } from '../config/settings/flags.ts';
import { SETTING_NAMES } from '../config/settings/settings.ts';
import { assertCanMeasure } from '../system/program/platform.ts';
import { TOOL } from '../system/program/runtime.ts';
import {
  addDemo,
  addJudge,
  addPlan,
  addReport,
  addRun,
  addSelfTest,
  addVersus,
  EXIT_HELP,
  type Means,
} from './declared.ts';
import { addHistoryCommands } from './history.ts';

const EXAMPLES = `
Examples:
  throughput-gate demo
  throughput-gate run --base main --build 'npm ci' --start 'node server.js'
  throughput-gate run --base-dir ../old --head-dir . --start './server --port {port}'
  throughput-gate versus gleam go --claim 'gleam.throughput >= go.throughput'
  throughput-gate report throughput-gate-results/verdict.json --as text

A run leaves its files in throughput-gate-results: open report.html in a browser.`;

/** Commands that read files only, and work anywhere. */
const READING = ['judge', 'report', 'history'];

/** In the order of the help. */
const COMMANDS = [
  addRun,
  addVersus,
  addPlan,
  addJudge,
  addReport,
  addDemo,
  addHistoryCommands,
  addSelfTest,
];

export function program(means: Means): Command {
  const cli = new Command(TOOL.name)
    .description(
      'Performance regression gate for servers: runs the code without a change (base) and with it (head) side by side, loads both in turn, and tells by a statistical test whether head is slower.',
    )
    .version(TOOL.version)
    .addHelpText('after', `${EXAMPLES}\n${EXIT_HELP}`)
    .exitOverride()
    .showSuggestionAfterError();

  cli.hook('preAction', (_, command) => {
    const isReading = [command, command.parent].some((one) => READING.includes(one?.name() ?? ''));
    if (!isReading) assertCanMeasure();
  });

  for (const add of COMMANDS) add(cli, means);
  for (const command of cli.commands) {
    const flags = command.options.flatMap(({ long }) => (long ? [long.slice(2)] : []));
    // It describes a server, so that words of a config file may be tried.
    if (!flags.includes('start')) continue;
    command.configureOutput({ outputError: (text, write) => write(withCure(text, flags)) });
  }
  return cli;
}

/** Of a flag that there is not, and that means something all the same: what to write. One that is merely spelt alike would mislead. */
function withCure(text: string, flags: readonly string[]): string {
  const word = /^error: unknown option '--([\w-]+)['=]/.exec(text)?.[1];
  // A flag of the other commands would do nothing here, in a file either.
  const isOfOthers = SETTING_NAMES.some((name) => flagName(name) === `--${word}`);
  const cure = word === undefined || isOfOthers ? null : inPlaceOf(word, flags);
  return cure === null
    ? text
    : `${text.replace(/\n\(Did you mean .*\)\n$/, '\n')}(${asFlags(cure)})\n`;
}

/** "write `--workdir`", in place of "write `workdir`". */
function asFlags(cure: string): string {
  return cure.startsWith('write ') ? cure.replaceAll(/`([\w-]+)`/g, '`--$1`') : cure;
}
