/** What an experiment needs of this machine, checked before anything is built. */

import { accessSync, constants, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { programsOf, startsBeside } from '../config/experiment/contenders.ts';
import type { Experiment } from '../config/experiment/experiment.ts';
import type { Scenario } from '../config/experiment/scenario.ts';
import { type HoldLimits, readHoldLimits } from '../load/hold/limits.ts';
import { FIRST_NODE, type Http3Library, loadHttp3 } from '../load/http3/library.ts';
import { limitOf } from '../load/http3/wire-options.ts';
import { type Problem, UserError } from '../system/messages/problem.ts';
import { platformNotes } from '../system/program/platform.ts';
import type { Cores } from '../terms/core-sets.ts';
import { openFileProblems } from './open-files.ts';
import { allHoldProblems, holdNotes } from './soak.ts';

/** What this machine has. */
export interface Capabilities {
  /** Version of Node.js, without a "v". */
  node: string;
  /** Which HTTP/3 client there is. Throws an Error that says what is missing. */
  http3(): Http3Library['runtime'];
  /** The most processes that share a load's connections. */
  loadProcesses: number;
  /** Whether `PATH` has a program of this name. */
  hasProgram(name: string): boolean;
}

/** Throws one UserError that names everything that is missing. `limits` are read only for a hold and for many connections. */
export function assertRunnable(
  experiment: Pick<Experiment, 'servers' | 'scenarios' | 'subjects'>,
  machine: Capabilities = thisMachine(),
  limits: () => HoldLimits = readHoldLimits,
): void {
  const measured = new Set(experiment.subjects.map(({ scenario }) => scenario));
  const tools = mayInstallTools(experiment) ? () => [] : toolProblems;
  const problems = experiment.scenarios
    .filter(({ name }) => measured.has(name))
    .flatMap((scenario) => [...http3Problems(scenario, machine), ...tools(scenario, machine)]);
  problems.push(...allHoldProblems(experiment, limits));
  problems.push(...openFileProblems(experiment, machine.loadProcesses, () => limits().openFiles));
  if (problems.length > 0) throw new UserError(problems);
}

/** What of this machine may disturb the measurement, a sentence each. `limits` are read only for a hold. */
export function machineNotes(
  { scenarios, subjects }: Pick<Experiment, 'scenarios' | 'subjects'>,
  limits: () => HoldLimits = readHoldLimits,
): string[] {
  const measured = new Set(subjects.map(({ scenario }) => scenario));
  return scenarios.flatMap((scenario) =>
    scenario.kind === 'hold' && measured.has(scenario.name) ? holdNotes(scenario, limits()) : [],
  );
}

/** What to expect of how the cores of this machine are shared out, and of its platform. */
export function coreNotes(
  { note }: Pick<Cores, 'note'>,
  platform: NodeJS.Platform = process.platform,
): string[] {
  // Elsewhere nothing is pinned, and the platform's own sentence says so.
  return [...platformNotes(platform), ...(note === null || platform !== 'linux' ? [] : [note])];
}

/** Where what `before` starts runs that has no cores of its own: it takes time from the load generator. */
export function besideNotes(
  experiment: Pick<Experiment, 'servers'>,
  { generator, beside }: Pick<Cores, 'generator' | 'beside'>,
): string[] {
  if (generator === null || beside !== undefined || !startsBeside(experiment)) return [];
  const where = `${generator.length === 1 ? 'CPU' : 'CPUs'} ${generator.join(', ')}`;
  return [
    `what \`before\` starts shares ${where} with the load generator; on a machine with three or more physical cores it has one of its own`,
  ];
}

/** `env`: the environment of the user's commands. */
export function thisMachine(env: NodeJS.ProcessEnv = process.env): Capabilities {
  return {
    node: process.versions.node,
    http3: () => loadHttp3().runtime,
    // At most half of the CPUs are the generator's.
    loadProcesses: Math.max(1, Math.floor(os.availableParallelism() / 2)),
    hasProgram: (name) => isOnPath(name, env.PATH ?? ''),
  };
}

function http3Problems(scenario: Scenario, machine: Capabilities): Problem[] {
  const { name, protocol } = scenario;
  if (protocol !== 'http3') return [];
  if (Number.parseInt(machine.node, 10) < FIRST_NODE) {
    return [
      {
        message: `scenario ${name} needs Node.js ${FIRST_NODE} for HTTP/3; this is v${machine.node}`,
        hint: `Run it with Node.js ${FIRST_NODE} or newer, as the GitHub action does; or leave the scenario out.`,
      },
    ];
  }
  try {
    const runtime = machine.http3();
    const limit = scenario.kind === 'http' ? limitOf(scenario, runtime) : null;
    if (limit === null) return [];
    return [{ message: `scenario ${name}: ${limit.message}`, hint: `To mend it, ${limit.hint}.` }];
  } catch (error) {
    return [
      {
        message: `scenario ${name}: ${(error as Error).message}`,
        hint: 'Install throughput-gate anew: its `dist` folder is not complete.',
      },
    ];
  }
}

/** Words that a shell understands without a program of that name. */
const OF_THE_SHELL = new Set(
  (
    'alias bg break builtin case cd command compgen coproc continue declare dirs do echo enable eval exec ' +
    'exit export false fg for function getopts hash if jobs kill let local mapfile popd printf ' +
    'pushd pwd read readarray readonly return select set shift shopt source test time times trap ' +
    'true type typeset ulimit umask unset until wait while'
  ).split(' '),
);
const PLAIN_WORD = /^\s*([A-Za-z0-9_][A-Za-z0-9_.+-]*)(?=[\s;&|<>]|$)/;

/**
 * A build or a `before` may put the load tool on PATH, for the scenarios of other servers too: both
 * come before the first load. What is still missing then, the shell says in the pilot run.
 */
function mayInstallTools({ servers, subjects }: Pick<Experiment, 'servers' | 'subjects'>): boolean {
  const measured = new Set(subjects.map(({ server }) => server));
  return servers
    .filter(({ name }) => measured.has(name))
    .flatMap(programsOf)
    .some(({ build, before }) => build !== null || before !== null);
}

/** A path, a variable, a quotation or the shell's own word at the start is left to the shell. */
function toolProblems(scenario: Scenario, { hasProgram }: Capabilities): Problem[] {
  if (scenario.kind !== 'command') return [];
  const program = PLAIN_WORD.exec(scenario.command)?.[1];
  if (program === undefined || OF_THE_SHELL.has(program) || hasProgram(program)) return [];
  return [
    {
      message: `scenario ${scenario.name} runs "${program}", which is not on PATH`,
      hint: 'Install it before this step; or begin the command with the path of a program in your repository.',
    },
  ];
}

/** An empty entry of PATH stands for the working folder, which is another one for the commands. */
function isOnPath(name: string, searched: string): boolean {
  return searched.split(path.delimiter).some((folder) => {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}
