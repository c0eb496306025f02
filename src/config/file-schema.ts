/**
 * The config file: its keys, their meaning and every default. Nothing else in the program knows a
 * default; inputs and flags pass through this schema too. The descriptions are what editors show
 * and what the tables of docs/configuration.md say.
 */
import { z } from 'zod';
import { Pairs } from './experiment.ts';
import { MetricName } from './metrics.ts';
import { SCENARIO_SECTIONS, ScenarioKeys } from './scenario-schema.ts';
import * as value from './values.ts';

/** Metrics that can fail a job unless the user says otherwise. */
export const DEFAULT_GATE_METRICS: MetricName[] = ['throughput', 'cpu', 'memory'];

const ReadyKeys = value.section({
  path: value.urlPath.prefault('/').describe('Path asked for until it answers.'),
  status: value.status
    .optional()
    .describe('Status that counts as ready. Without it, any status below 500 does.'),
  timeout: value
    .duration('100ms', '30m')
    .prefault('30s')
    .describe('How long a start may take before it is an error.'),
});

const Ready = z.union([value.urlPath.transform((path) => ReadyKeys.parse({ path })), ReadyKeys], {
  error: 'a path such as /health, or a map of path, status and timeout',
});

const ServerKeys = value.section({
  workdir: value.workdir
    .prefault('.')
    .describe('Folder in which every command runs, relative to the root of the repository.'),
  build: value.command
    .optional()
    .describe('Command that builds the server, once per arm, before anything is measured.'),
  start: value.command
    .meta({ examples: ['node server.js', './server --port {port}'] })
    .describe(
      'Command that starts the server. It must listen on the port in `PORT` (or `{port}`) and stay in the foreground.',
    ),
  socket: value.flag
    .prefault(false)
    .describe(
      'Whether it listens on a Unix socket, whose path is in `SOCKET` (or `{socket}`), and not on a port.',
    ),
  port: value
    .wholeNumber(1, 65_535)
    .optional()
    .describe('The port of a server that cannot change it. Needs `pairs: exclusive`.'),
  pairs: z
    .enum(Pairs.options, { error: Pairs.options.join(', ') })
    .prefault('live')
    .describe(
      '`live`: both arms run at once, slice by slice in turn. `exclusive`: one at a time, which takes longer for the same answer.',
    ),
  ready: Ready.prefault({}).describe(
    'How to know that the server is ready. `ready: /health` is short for `ready: { path: /health }`.',
  ),
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
});

const ToleranceKeys = value.section({
  throughput: value.percentage('100%').prefault('5%').describe('Drop in requests per second.'),
  cpu: value.percentage('1000%').prefault('5%').describe('Rise in CPU time per request.'),
  memory: value.percentage('1000%').prefault('5%').describe('Rise in resident memory.'),
});

const Tolerance = z.union(
  [
    ToleranceKeys,
    value
      .percentage('100%')
      .transform((share) => ({ throughput: share, cpu: share, memory: share })),
  ],
  { error: 'a percentage such as 5%, or a map of throughput, cpu and memory' },
);

/** The `gate` section, also read from inputs and flags alone. */
export const GateKeys = value.section({
  budget: value
    .duration('5s', '6h')
    .prefault('120s')
    .describe('Longest measuring time per subject, builds excluded. Most subjects need less.'),
  tolerance: Tolerance.prefault('5%').describe(
    'Size of change that you care about: one percentage, or one per metric.',
  ),
  'false-alarm-rate': value
    .percentage('50%')
    .prefault('1%')
    .describe('Chance that a job over unchanged code fails, over all its subjects and metrics.'),
  metrics: value
    .distinctList(
      z.enum(MetricName.options, { error: MetricName.options.join(', ') }),
      `a list of metrics out of ${MetricName.options.join(', ')}`,
    )
    .prefault(DEFAULT_GATE_METRICS)
    .describe('Metrics that can fail the job. The others are measured and shown.'),
  'fail-on-inconclusive': value.flag
    .prefault(false)
    .describe('Whether a subject that could not be decided fails the job.'),
  'fail-on-no-baseline': value.flag
    .prefault(false)
    .describe('Whether a subject without anything to compare it with fails the job.'),
});
export type GateKeys = z.output<typeof GateKeys>;

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
    gate: GateKeys.prefault({}).describe('How long to measure, and what fails the job.'),
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
  ...SCENARIO_SECTIONS,
  '`gate`': Object.keys(GateKeys.shape),
  '`tolerance`': Object.keys(ToleranceKeys.shape),
};
