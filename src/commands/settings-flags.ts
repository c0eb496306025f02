/** The run's flags, as commander reads them, and as the config stage wants them. */

import type { Command } from 'commander';
import { flagName, SWITCHES } from '../config/settings/flags.ts';
import type { Settings } from '../config/settings/settings.ts';

/** Flags that describe one server without a file. */
const SERVER_FLAGS = {
  config: ['--config <file>', 'config file (default: .github/throughput-gate.yml, if it is there)'],
  workdir: ['--workdir <dir>', 'folder of the server inside the repository'],
  build: ['--build <command>', 'command that builds the server'],
  start: ['--start <command>', 'command that starts the server; the port is in PORT or {port}'],
  port: ['--port <n>', 'fixed port of a server that cannot take another; needs --pairs exclusive'],
  pairs: ['--pairs <how>', 'live: both builds at once; exclusive: one at a time (default: live)'],
  warmUp: [
    '--warm-up <time>',
    'how long each server is loaded before it is measured, in every block (default: as the pilot run saw it)',
  ],
  readyPath: [
    '--ready-path <path>',
    'path, or whole URL with {port}, that is asked until the server answers (default: /, unless --ready-log or --ready-command is given)',
  ],
  readyMethod: ['--ready-method <method>', 'method of that request (default: GET)'],
  readyHeaders: [
    '--ready-headers <lines>',
    'headers of that request, one `name: value` per line or per flag',
  ],
  readyStatus: [
    '--ready-status <codes>',
    'status that means ready: 200, 2xx, or several with commas (default: any below 500)',
  ],
  readyTimes: ['--ready-times <n>', 'how often in a row it must answer so (default: 1)'],
  readyLog: ['--ready-log <text>', 'text or /regex/ in a line of the output that means ready'],
  readyCommand: ['--ready-command <command>', 'command that succeeds when the server is ready'],
  readyTimeout: ['--ready-timeout <time>', 'how long a start may take (default: 60s)'],
  stopSignal: ['--stop-signal <name>', 'signal that ends the server (default: SIGTERM)'],
  stopTimeout: ['--stop-timeout <time>', 'how long it may take to end (default: 10s)'],
  stopCommand: ['--stop-command <command>', 'command that ends it, in place of the signal'],
  protocol: ['--protocol <name>', 'http1, http2, http3 or websocket (default: http1)'],
  tls: ['--tls <how>', 'true, false or accept-self-signed (default: false); http3 always has it'],
  path: ['--path <path>', 'path to load (default: /)'],
  method: ['--method <method>', 'HTTP method (default: GET)'],
  headers: ['--headers <lines>', 'request headers, one `name: value` per line or per flag'],
  body: ['--body <text>', 'request body'],
  connections: [
    '--connections <n>',
    'connections of the load (default: 32, fewer for a slow server); http2 and http3: 4',
  ],
  streams: ['--streams <n>', 'requests in flight per connection of http2 and http3 (default: 10)'],
  timeout: ['--timeout <time>', 'longest wait for one answer (default: 5s)'],
  expectStatus: ['--expect-status <code>', 'status that every answer must have (default: 200)'],
} as const;

/** Flags that override the file's gate. The defaults that they name are the file's (a test compares). */
const GATE_FLAGS = {
  beside: [
    '--beside <list>',
    'programs that belong to the measurement, by port or name: 5432, or command=redis-server,cgroup=postgresql',
  ],
  budget: [
    '--budget <time>',
    'measuring time per subject; at least four blocks are measured (default: 120s)',
  ],
  jobBudget: [
    '--job-budget <time>',
    'longest measuring time over all subjects together (default: the sum of their budgets)',
  ],
  tolerance: [
    '--tolerance <percent>',
    'size of change that you care about: 5%, or p99=30%,memory-growth=1MiB (default: 5%)',
  ],
  limits: [
    '--limits <list>',
    'largest values that head may have (default: errors=0.1%,refused=0%,dropped=0%,longest-stall=100ms)',
  ],
  metrics: [
    '--metrics <list>',
    'metrics that can fail the job (default: throughput,cpu,p99,memory,refused,dropped)',
  ],
  falseAlarmRate: [
    '--false-alarm-rate <percent>',
    'share of the jobs over unchanged code that may fail (default: 1%)',
  ],
  baseline: [
    '--baseline <what>',
    'auto; rebuild: base, built in the same job; stored: earlier runs in the history, as auto does for a run that is kept there (default: auto)',
  ],
  onRegression: [
    '--on-regression <what>',
    'fail; or confirm-on-fresh-runner: a regression fails the job only when `run --confirmation-of` on another machine finds it too (default: fail)',
  ],
  history: [
    '--history <place>',
    'where a run of the default branch keeps what it found: branch, branch:NAME, cache, directory:PATH or none (default: none)',
  ],
} as const;

const SETTING_FLAGS = { ...SERVER_FLAGS, ...GATE_FLAGS };

/** A flag that has a value, by the name of its setting. */
type ValueFlag = keyof typeof SETTING_FLAGS;

export type SettingFlags = Partial<Record<ValueFlag, string>> & {
  only?: string[];
  claim?: string[];
} & Partial<Record<(typeof SWITCHES)[number], boolean>>;

export function addSettingFlags(command: Command): Command {
  addServerFlags(command, 'measure only these: server, server/scenario, */scenario');
  addGateFlags(command, []);
  return addClaims(command)
    .option('--fail-on-inconclusive', 'exit code 4 when a subject could not be decided')
    .option(...MEASURE_ALL)
    .option('--fail-on-no-baseline', 'exit code 4 when there is nothing to compare with');
}

/** Those of a versus: no change is confirmed in it, and nothing is the base of another. */
export function addVersusFlags(command: Command): Command {
  addServerFlags(command, 'measure only these: a-vs-b, a-vs-b/scenario, */scenario');
  addGateFlags(command, OF_CHANGES);
  return addClaims(command).option(
    '--fail-on-inconclusive',
    'exit code 4 when a claim with `gate:` could not be decided',
  );
}

/** Those of a self-test: it tests no claim, its base is a copy of head, and its exit code is the same whatever it finds. */
export function addSelfTestFlags(command: Command): Command {
  addServerFlags(command, 'the subject to measure: server/scenario');
  addGateFlags(command, OF_CHANGES);
  return command.option(...MEASURE_ALL);
}

/** They are about a base that is another commit, and about what follows from the verdict. */
const OF_CHANGES = ['baseline', 'onRegression', 'history'] as const;

const MEASURE_ALL = [
  '--measure-all',
  'measure a regression on until all its metrics are decided',
] as const;

function addServerFlags(command: Command, only: string): void {
  command.optionsGroup('What is measured:');
  for (const name of namesIn(SERVER_FLAGS)) addFlag(command, name);
  command.option('--only <subject...>', only);
}

function addGateFlags(command: Command, without: readonly ValueFlag[]): void {
  command.optionsGroup('How it is decided:');
  for (const name of namesIn(GATE_FLAGS)) {
    if (!without.includes(name)) addFlag(command, name);
  }
}

function namesIn<Name extends ValueFlag>(flags: Readonly<Record<Name, unknown>>): Name[] {
  return Object.keys(flags) as Name[];
}

/** What stands between the parts of a value that has several. */
const BETWEEN: Partial<Record<ValueFlag, string>> = {
  headers: '\n',
  readyHeaders: '\n',
  beside: ',',
  tolerance: ',',
  limits: ',',
  metrics: ',',
};

/** Of a flag that is given twice the last one counts, unless it has several parts: then none may be lost, and all count. */
function addFlag(command: Command, name: ValueFlag): void {
  const [flag, text] = SETTING_FLAGS[name];
  const between = BETWEEN[name];
  if (between === undefined) command.option(flag, text);
  else {
    const join = (more: string, before?: string) =>
      before === undefined ? more : `${before}${between}${more}`;
    command.option(flag, text, join);
  }
}

function addClaims(command: Command): Command {
  return command.option(
    '--claim <claim>',
    'statement to test, such as "api.p99 <= 5ms"; with `gate:` before it, exit code 1 when it is refuted; may be given several times, in addition to the claims of the config',
    (claim: string, claims: string[] = []) => [...claims, claim],
  );
}

export function toSettings(flags: SettingFlags): Settings {
  const settings: Settings = {};
  for (const name of namesIn(SETTING_FLAGS)) {
    const value = flags[name];
    if (value !== undefined) settings[name] = { value, origin: flagName(name) };
  }
  for (const name of SWITCHES) {
    if (flags[name]) settings[name] = { value: 'true', origin: flagName(name) };
  }
  if (flags.only !== undefined) {
    settings.only = flags.only.map((value) => ({ value, origin: '--only' }));
  }
  if (flags.claim !== undefined) {
    settings.claims = flags.claim.map((value) => ({ value, origin: '--claim' }));
  }
  return settings;
}
