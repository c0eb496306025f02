/** The whole command line: every command, and what holds for all of them. */

import { Command } from 'commander';
import { assertCanMeasure } from '../system/platform.ts';
import { TOOL } from '../system/runtime.ts';
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
  return cli;
}
