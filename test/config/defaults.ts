export const SMALLEST = 'servers: { api: { start: node server.js } }\n';

/** Latency at a rate of base's, and nothing said about the rest. */
export const UNPINNED = { latency: { perSecond: null }, steadyMs: null, serverCores: null };

export const DEFAULT_TOLERANCE = {
  throughput: 0.05,
  cpu: 0.05,
  'cpu-beside': 0.05,
  p50: 0.1,
  p90: 0.15,
  p99: 0.2,
  memory: 0.05,
  pss: 0.05,
  'peak-memory': 0.05,
  'memory-growth': 102_400,
  'memory-per-connection': 0.05,
  'throughput-cv': 0.5,
  'connect-p50': 0.2,
  'connect-p99': 0.5,
};

/** What one percentage is for. */
export const forAll = (share: number) => ({
  ...DEFAULT_TOLERANCE,
  throughput: share,
  cpu: share,
  'cpu-beside': share,
  memory: share,
  pss: share,
  'peak-memory': share,
  'memory-per-connection': share,
});

export const DEFAULT_LIMITS = { errors: 0.001, refused: 0, dropped: 0, 'longest-stall': 0.1 };

export const DEFAULT_GATE = {
  budgetMs: 120_000,
  tolerance: DEFAULT_TOLERANCE,
  limits: DEFAULT_LIMITS,
  falseAlarmRate: 0.01,
  metrics: ['throughput', 'cpu', 'p99', 'memory', 'refused', 'dropped'],
  metricsNamed: false,
  measureAll: false,
  failOnInconclusive: false,
  failOnNoBaseline: false,
  jobBudgetMs: null,
  onRegression: 'fail',
};
