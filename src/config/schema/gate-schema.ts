/** The keys of `gate`: how long to measure, which changes matter, and what fails the job. */
import * as z from 'zod';
import { BASELINES } from '../experiment/experiment.ts';
import { GateableMetric, type LimitMetric, type ToleranceMetric } from '../experiment/metrics.ts';
import { historyPlace } from '../values/history-place.ts';
import * as quantity from '../values/quantities.ts';
import * as value from '../values/values.ts';

/** Metrics that can fail a job unless the user says otherwise: of these, a scenario has those that it measures. */
export const DEFAULT_GATE_METRICS: GateableMetric[] = [
  'throughput',
  'cpu',
  'p99',
  'memory',
  'refused',
  'dropped',
];

/** What one percentage for `tolerance` is for. Latency and spread are less steady, and keep their own. */
export const PERCENTAGE_FOR_ALL = [
  'throughput',
  'cpu',
  'cpu-beside',
  'memory',
  'pss',
  'peak-memory',
  'memory-per-connection',
] as const satisfies readonly ToleranceMetric[];

/** Where tolerances and limits end, as somebody would write it. A growth and a time may be as large; a share is below it. */
export const ENDS = {
  drop: '100%',
  rise: '1000%',
  growth: '1GiB',
  share: '100%',
  stall: '10m',
} as const;

const rise = (usual: string, what: string) =>
  quantity.percentage(ENDS.rise).prefault(usual).describe(`Rise ${what}.`);

const tolerances = {
  throughput: quantity
    .percentage(ENDS.drop)
    .prefault('5%')
    .describe('Drop in requests or messages per second.'),
  cpu: rise('5%', 'in CPU time per request or message'),
  'cpu-beside': rise(
    '5%',
    'in CPU time per request or message of what runs beside the server, such as its database',
  ),
  p50: rise('10%', 'in the median latency at a fixed rate'),
  p90: rise('15%', 'in the 90th percentile of latency at a fixed rate'),
  p99: rise('20%', 'in the 99th percentile of latency at a fixed rate'),
  memory: rise('5%', 'in resident memory (RSS)'),
  pss: rise('5%', 'in proportional memory (PSS)'),
  'peak-memory': rise('5%', 'in the most resident memory at any time'),
  'memory-growth': quantity
    .size(ENDS.growth)
    .prefault('100KiB')
    .describe('Rise in resident memory gained per 1,000 requests or messages. A size.'),
  'memory-per-connection': rise('5%', 'in resident memory per held connection'),
  'throughput-cv': rise('50%', 'in the spread of throughput over 100 ms windows'),
  'connect-p50': rise('20%', 'in the median time to open a held connection'),
  'connect-p99': rise('50%', 'in the 99th percentile of the time to open a held connection'),
} satisfies Record<ToleranceMetric, z.ZodType>;

const ToleranceKeys = value.section(tolerances);

const Tolerance = z.union(
  [
    ToleranceKeys,
    quantity.percentage(ENDS.drop).transform((share) => ({
      ...ToleranceKeys.parse({}),
      ...Object.fromEntries(PERCENTAGE_FOR_ALL.map((metric) => [metric, share])),
    })),
  ],
  { error: 'a percentage such as 5%, or a map of metrics to percentages' },
);

const shareLimit = (usual: string, what: string) =>
  quantity.percentage(ENDS.share, 'from 0%').prefault(usual).describe(what);

const limits = {
  'longest-stall': quantity
    .duration('1ms', ENDS.stall)
    .transform((ms) => ms / 1000)
    .prefault('100ms')
    .describe('Longest time without any answer, of a scenario with `steady`.'),
  refused: shareLimit('0%', 'Share of the connections of a hold that could not be opened.'),
  dropped: shareLimit('0%', 'Share of the held connections that were lost.'),
  errors: shareLimit(
    '0.1%',
    'Share of requests or messages without the expected answer. Above it, the verdict is `invalid`.',
  ),
} satisfies Record<LimitMetric, z.ZodType>;

const LimitKeys = value.section(
  limits,
  `limits by metric, out of ${Object.keys(limits).join(', ')}`,
);

/** Words that are no metrics to gate on, and what their writer should do. */
const NOT_GATEABLE = {
  errors: 'errors always gate; `limits` says how many are too many',
  p999: 'too few requests make it, so that it is shown only: the highest that can gate is p99',
  max: 'one request makes it, so that it is shown only: the highest that can gate is p99',
  latency: 'write p50, p90 or p99',
};

/** The `gate` section, also read from inputs and flags alone. */
export const GateKeys = value.section({
  budget: quantity
    .duration('5s', '6h')
    .prefault('120s')
    .describe(
      'Measuring time per subject, builds excluded. Most need less. At least four blocks are measured, however long they take, unless `job-budget` is over before.',
    ),
  'job-budget': quantity
    .duration('5s', '6h')
    .optional()
    .describe(
      'Longest measuring time over all subjects together, builds and pilot runs excluded; not shorter than `budget`. Default: the sum of their budgets.',
    ),
  tolerance: Tolerance.prefault('5%').describe(
    'Size of change that you care about: one percentage for throughput, CPU and memory, or one value per metric.',
  ),
  limits: LimitKeys.prefault({}).describe(
    'Largest value that head may have, for each metric that has a limit.',
  ),
  'false-alarm-rate': quantity
    .percentage('50%')
    .prefault('1%')
    .describe('Chance that a job over unchanged code fails, over all its subjects and metrics.'),
  metrics: value
    .distinctList(
      value.word(GateableMetric.options, NOT_GATEABLE),
      `a list of metrics out of ${GateableMetric.options.join(', ')}`,
    )
    .optional()
    .meta({
      description:
        'Metrics that can fail the job, where a scenario has them; errors always can. The others are measured and shown. A metric that is named here and too noisy to be decided makes the verdict `inconclusive`; one of the default list is then not judged.',
      // Not as a value: whether they were named makes a difference.
      usual: DEFAULT_GATE_METRICS,
    }),
  'measure-all': value.flag
    .prefault(false)
    .describe(
      'Whether a subject that is a regression by one metric is measured on until all its metrics are decided, for the size of each.',
    ),
  baseline: value
    .word(BASELINES, {})
    .prefault('auto')
    .describe(
      'What head is compared with. `rebuild`: base, built in the same job. `stored`: earlier runs in the `history`, by the calibrator. `auto`: base where it can be built, else earlier runs where there is a history; a run that is kept in the history itself is compared with earlier ones.',
    ),
  'fail-on-inconclusive': value.flag
    .prefault(false)
    .describe('Whether a subject that could not be decided fails the job.'),
  'fail-on-no-baseline': value.flag
    .prefault(false)
    .describe(
      'Whether a subject without anything to compare it with fails the job. Runs that gather a history never do.',
    ),
  'on-regression': value
    .word(['fail', 'confirm-on-fresh-runner'], {})
    .prefault('fail')
    .describe(
      '`confirm-on-fresh-runner`: a regression fails the job only after a second job, on another runner, has confirmed it.',
    ),
  history: historyPlace
    .prefault('none')
    .describe(
      'Where runs of the default branch keep what they found: `branch`, `branch:NAME`, `cache`, `directory:PATH` or `none`.',
    ),
});
export type GateKeys = z.output<typeof GateKeys>;

export const GATE_SECTIONS: Record<string, string[]> = {
  '`gate`': Object.keys(GateKeys.shape),
  '`tolerance`': Object.keys(tolerances),
  '`limits`': Object.keys(limits),
};
