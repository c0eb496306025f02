/** Terminal shell: parses flags, runs a command, maps the outcome to an exit code. */
import './system/program/no-inspector.ts';
import { CommanderError } from 'commander';
import { program } from './commands/program.ts';
import { takeEnvironment } from './github/secrets.ts';
import { EXIT } from './judge/verdict/exit-code.ts';
import { cleanedUp } from './system/cleanup/leftovers.ts';
import { userErrorOf } from './system/files/machine-problem.ts';
import { guardLog } from './system/messages/log.ts';
import { abortOnSignals, Interrupted } from './system/program/interrupt.ts';
import { reportStandstill } from './system/program/standstill.ts';

/** Whatever went wrong, in words, with the exit code that it has. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  if (error instanceof Interrupted) {
    process.stderr.write(`throughput-gate: ${error.message}; ${cleanedUp()}\n`);
    return error.exitCode;
  }
  const mendable = userErrorOf(error);
  if (mendable !== null) {
    process.stderr.write(`throughput-gate: cannot run:\n${mendable.message}\n`);
    return EXIT.usage;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`throughput-gate: unexpected error, please report it:\n${text}\n`);
  return EXIT.invalid;
}

async function main(): Promise<void> {
  // A step's log is read for commands, whatever program writes it.
  if (process.env.GITHUB_ACTIONS === 'true') {
    guardLog();
    // Nor may builds and servers set the outputs of that step.
    takeEnvironment(process.env);
  }
  // `| head` closes the pipe early: what it wanted it has got.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  // Node's own exit code 1 would say "regression". The watchdog cleans up.
  process.on('uncaughtException', (error) => process.exit(report(error)));
  reportStandstill(report);
  let code = 0;
  try {
    const done = (result: number) => {
      code = result;
    };
    await program({ signal: abortOnSignals(), done }).parseAsync();
  } catch (error) {
    code = report(error);
  }
  // Explicitly: a stray handle must not keep a CI job alive.
  process.exitCode = code;
  process.stdout.write('', () => process.exit(code));
}

void main();
