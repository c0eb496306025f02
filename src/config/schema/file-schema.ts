/**
 * The config file: its keys, their meaning and every default. Nothing else in the program knows a
 * default; inputs and flags pass through this schema too. The descriptions are what editors show
 * and what the guide's tables of keys say.
 */
import * as z from 'zod';
import { CLAIM_SECTIONS, ClaimList } from '../claims/schema.ts';
import { Pairs } from '../experiment/server.ts';
import { BESIDE_SECTIONS, BesideKeys } from '../values/beside.ts';
import * as quantity from '../values/quantities.ts';
import * as readiness from '../values/readiness.ts';
import * as value from '../values/values.ts';
import { GATE_SECTIONS, GateKeys } from './gate-schema.ts';
import { headers } from './scenario-keys.ts';
import { SCENARIO_SECTIONS, ScenarioKeys } from './scenario-schema.ts';

const ReadyKeys = value.section({
  path: readiness.pathOrUrl
    .optional()
    .describe(
      'Path, or whole URL such as `http://localhost:{port}/health`, that is asked for until it answers. Default: `/`, and nothing where `log` or `command` is given.',
    ),
  method: value.method.prefault('GET').describe('Method of that request.'),
  headers: headers
    .prefault({})
    .describe('Headers of that request. Without `host`, it has that of the load.'),
  status: readiness.statuses
    .optional()
    .describe(
      'Status that counts as ready: `200`, a class such as `2xx`, or a list. Without it, any status below 500 does.',
    ),
  times: value
    .wholeNumber(1, 100)
    .prefault(1)
    .describe('How often in a row it must answer so, for a server that still changes its mind.'),
  log: readiness.linePattern
    .optional()
    .describe(
      'What a line of the output has when the server is ready: a text, or a regular expression such as `/listening on \\d+/i`.',
    ),
  command: value.command
    .optional()
    .describe(
      'Command that succeeds (exit code 0) when the server is ready, such as `pg_isready`.',
    ),
  timeout: quantity
    .duration('100ms', '30m')
    .prefault('60s')
    .describe('How long a start may take before it is an error.'),
});

const Ready = z.union(
  [readiness.pathOrUrl.transform((path) => ReadyKeys.parse({ path })), ReadyKeys],
  {
    error: `a path such as /health, a whole URL, or a map of ${Object.keys(ReadyKeys.shape).join(', ')}`,
  },
);

const StopKeys = value.section({
  signal: readiness.signal
    .prefault('SIGTERM')
    .describe('Signal that the server is asked to end with. All its processes get it.'),
  timeout: quantity
    .duration('100ms', '10m')
    .prefault('10s')
    .describe('How long it may take to end. Then it is killed, and the report says so.'),
  command: value.command
    .optional()
    .describe(
      'Command that ends the server in place of the signal, such as `pg_ctl stop`. It has the same time.',
    ),
});

const ProfileKeys = value.section({
  command: value.command
    .optional()
    .describe(
      'Command that profiles the process `{pid}` for `{seconds}` seconds while it is loaded, and writes into the folder `{out}`.',
    ),
  start: value.command
    .optional()
    .describe(
      'Command that starts the server in place of `start`, for a program that profiles itself and writes into the folder `{out}` when it ends.',
    ),
  duration: quantity
    .duration('1s', '10s')
    .prefault('5s')
    .describe('How long each build is profiled.'),
});

const Profile = z.union(
  [value.command.transform((command) => ProfileKeys.parse({ command })), ProfileKeys],
  { error: `a command, or a map of ${Object.keys(ProfileKeys.shape).join(', ')}` },
);

const ServerKeys = value.section({
  workdir: value.workdir
    .prefault('.')
    .describe('Folder in which every command runs, relative to the root of the repository.'),
  build: value.command
    .optional()
    .describe('Command that builds the server, once per arm, before anything is measured.'),
  'build-timeout': quantity
    .duration('1s', '5h')
    .prefault('30m')
    .describe(
      'How long `build` may take, and how long `before`. A command that takes longer is ended, and has failed.',
    ),
  'warm-up': quantity
    .duration('100ms', '10m')
    .optional()
    .describe(
      'How long each server is loaded before it is measured, in every block, the same work for both builds. Default: as long as the pilot run saw it take to become steady, 0.3 s to 5 s.',
    ),
  start: value.command
    .meta({ examples: ['node server.js', './server --port {port}'] })
    .describe(
      'Command that starts the server. It must listen on the port in `PORT` (or `{port}`).',
    ),
  socket: value.flag
    .prefault(false)
    .describe(
      'Whether the server listens on a Unix socket in place of a port. The path of the socket is in `SOCKET` (or `{socket}`).',
    ),
  port: value
    .wholeNumber(1, 65_535)
    .optional()
    .describe(
      'The fixed port of a server that cannot listen on another. Needs `pairs: exclusive`.',
    ),
  pairs: z
    .enum(Pairs.options, { error: Pairs.options.join(', ') })
    .prefault('live')
    .describe(
      '`live`: both arms run at the same time and are loaded in turn. `exclusive`: one arm runs at a time, which takes longer for the same answer.',
    ),
  ready: Ready.prefault({}).describe(
    'How to know that the server is ready: all that is given must be so. `ready: /health` is short for `ready: { path: /health }`.',
  ),
  stop: StopKeys.prefault({}).describe('How the server is ended after each measurement.'),
  env: z
    .record(value.envName, value.envValue, { error: 'a map of variable names to values' })
    .prefault({})
    .describe('Environment variables for every command. `PORT` and `SOCKET` are set by the gate.'),
  before: value.command
    .optional()
    .describe(
      "Command that runs once per arm before that arm's first start, for a database or a cache of its own.",
    ),
  after: value.command
    .optional()
    .describe("Command that runs once per arm after that arm's last stop, also after a failure."),
  profile: Profile.optional().describe(
    'How a profile is taken of both builds after a verdict that head is slower. `profile: COMMAND` is short for `profile: { command: COMMAND }`.',
  ),
});

export const ConfigFile = value
  .section({
    servers: z
      .record(value.name, ServerKeys, { error: 'a map of server names to servers' })
      .refine(isFilled, { error: 'at least one server' })
      .meta({ minProperties: 1 })
      .describe('The programs under test, by name.'),
    scenarios: z
      .record(value.name, ScenarioKeys, { error: 'a map of scenario names to scenarios' })
      .refine(isFilled, { error: 'at least one scenario, or no `scenarios` at all' })
      .meta({ minProperties: 1 })
      .prefault({ default: {} })
      .describe('The loads, by name. Without this key: one scenario `default`, which is `GET /`.'),
    beside: BesideKeys.describe(
      'Programs that run beside the servers and belong to what is measured, such as a database. What the servers talk to on this machine, and what `before` starts, need not be named.',
    ),
    gate: GateKeys.prefault({}).describe('How long to measure, and what fails the job.'),
    claims: ClaimList.prefault([]).describe(
      'Statements about the servers that the run tests. The answer to each is: holds, refuted or undecided. A text, or a map of `claim` and `gate`.',
    ),
  })
  .meta({
    title: 'Throughput Gate configuration',
    description: 'Which servers are measured under which load, and what fails the job.',
  });
export type ConfigFile = z.output<typeof ConfigFile>;

function isFilled(named: Record<string, unknown>): boolean {
  return Object.keys(named).length > 0;
}

/** The known keys of every section, to tell a misplaced key from a misspelt one. */
export const SECTIONS: Record<string, string[]> = {
  'the top level': Object.keys(ConfigFile.shape),
  'a server': Object.keys(ServerKeys.shape),
  '`ready`': Object.keys(ReadyKeys.shape),
  '`stop`': Object.keys(StopKeys.shape),
  '`profile`': Object.keys(ProfileKeys.shape),
  ...SCENARIO_SECTIONS,
  ...GATE_SECTIONS,
  ...BESIDE_SECTIONS,
  ...CLAIM_SECTIONS,
};
