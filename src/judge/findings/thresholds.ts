/**
 * Every threshold of a health check, in one place, with where it comes from. "Design": chosen with the first design, before
 * anything had been measured, as docs/health-checks.md explains. "Own choice": chosen or changed later, for the reason given.
 */

/** Share of the planned blocks that may be measured again because the machine was disturbed (design). */
export const REPLACED_AT_MOST = 0.2;

/** What one block's machine may do before the block is measured again (design). */
export const DISTURBED = {
  /** Share of the cores' time that the hypervisor gave to others. */
  steal: 0.02,
  /** Periods in which the control group was held back. */
  throttled: 0,
  /** Share of the time in which nothing of the control group could run for want of a CPU. */
  pressure: 0.05,
  /** Share of the cores' time that other processes used: an idle runner's own agents take a hundredth (own choice). */
  foreign: 0.1,
  /** Wall over CPU time of the spins, at their median. */
  spin: 1.1,
} as const;

/** So many times what the machine did in the middle of the blocks before is more than usual (own choice: blocks differ by a third). */
export const USUAL = 1.5;

/**
 * What a block's machine may do before the block says nothing at all, and not only less (own choice, some five times what
 * is measured again: docs/adr/0023-disturbed-is-not-undecided.md). Throttling has no limit: it changes what is measured.
 */
export const UNUSABLE = {
  steal: 0.1,
  throttled: 0,
  pressure: 0.25,
  foreign: 0.5,
  spin: 1.5,
} as const;

/** Share of the judged blocks that may be unusable (design). */
export const UNUSABLE_AT_MOST = 0.2;

/** When the workers of a server do not share its work. */
export const WORKERS = {
  /** As many equally busy ones, as a share of all (own choice: 32 connections that are spread by chance over 4 workers give 0.9). */
  share: 0.6,
  /** CPU milliseconds of a block below which there is nothing to share (own choice). */
  leastMs: 50,
} as const;

/** Errors and load generators. */
export const LIMITS = {
  /** Share of failed requests of the opening burst that is worth a word (statistics literature: none; practice: 0.1 %). */
  errorShare: 0.001,
  /** A generator core this busy may be what limits the throughput (design). */
  generatorBusy: 0.85,
  /** A server core less busy than this is not what limits the throughput. */
  serverBusy: 0.9,
  /** Below this, of a server that is not known to save CPU when it is busier, neither it nor the generator is the limit (own choice). */
  idle: 0.5,
  /**
   * A request that costs more than this at the fixed rate, as ln(ratio) to the closed loop, is one that costs less the busier
   * the server is (own choice; of light servers 0.27 to 0.53 was seen: docs/adr/0038-time-left.md).
   */
  dearer: 0.1,
  /** autocannon faster than our engine by this factor means that our engine is at fault. */
  engineFaster: 1.25,
  /**
   * autocannon costs about twice our engine's CPU; slower by more than this is not explained. It is
   * always one process: each process of our engine may be this much faster.
   */
  engineSlower: 5,
} as const;

/** Whether an open loop was one. */
export const OPEN_LOOP = {
  /** Share of a segment's sends that may be released more than a millisecond late (design). */
  late: 0.01,
  /** Share of an arm's segments that may be late; each is left out with its neighbour of the other arm (own choice). */
  lateSegments: 0.5,
  /** A queue that has grown to more than this share of a segment, in most segments, is a rate that was not reached (own choice). */
  queue: 0.2,
  /** Share of the blocks that may be without latencies before nothing is said of any (design). */
  lost: 0.2,
  /**
   * Lateness is nobody's, though head alone is named in more blocks than base, if there are so many blocks that head's part would show (own
   * choice), …
   */
  blocksToTell: 8,
  /** … base's share of late segments is at least this much of head's (own choice), … */
  leastOfHeads: 0.5,
  /** … and no one-sided p-value as small as this shows that head's is larger (own choice: one job in twenty is blamed for nothing). */
  headsOwn: 0.05,
  /** Blocks with a queue that an arm has more than the other, from which on it is told (own choice: one may be an accident). */
  behindMore: 2,
} as const;

/** When a part that trimming left out is shown. */
export const RARE = {
  /** Larger than this share of the metric's tolerance, … */
  share: 0.5,
  /** … this many standard errors clear of nothing (p = 1 % at 5 degrees of freedom), and with fewer blocks as many as p = 1 % asks for, … */
  t: 4,
  tail: 0.005,
  /** … over at least as many blocks as a verdict needs. */
  blocks: 4,
} as const;

/**
 * When what differs is no accident: two-sided p-value of Student's t. Three standard errors of a normal value, as in
 * the first design; with few blocks three standard errors of t are far more common than that.
 */
export const CHANCE = 0.0027;

/** Whether an arm's place in the order shows in the figures (design: |t| > 3, which is `CHANCE`). */
export const ORDER = {
  /** The same for all subjects of a job together, which share it equally where they are many (own choice: docs/adr/0103-doubts-of-a-job.md). */
  ofJob: 0.01,
  /** Blocks that there must be of each order (own choice: two have no spread to speak of). */
  blocks: 3,
  /** Smallest difference between the orders that could matter to anyone: ln of a ratio of throughputs (own choice). */
  least: 0.005,
} as const;

/** Whether a server goes on getting faster or slower while it is measured (design). */
export const TREND = {
  /** Change of ln(throughput) per second within a block. */
  perSecond: 0.02,
  /** Share of the blocks that may have such a trend, those that rise set off against those that fall. */
  blocks: 0.25,
  /**
   * Two-sided p-value of the mean of Kendall's τ over the blocks, each of which is one sample: on a noisy machine single blocks
   * often have a trend (own choice: a server that drifts in 6 of 20 starts is still seen).
   */
  chance: 0.02,
  /** And at least so many blocks, net: of six, two may have met the same mood of the machine (own choice). */
  least: 3,
  /** Slices of the arm that a line may be drawn through (own choice). */
  slices: 8,
  /** Share of a block's slices, from its beginning, that is no part of the line: trimming leaves as many out (own choice). */
  settling: 0.2,
  /** Least mean of Kendall's τ over the blocks with which they go on as their warm-up ended (own choice). */
  goesOn: 0.1,
} as const;

/** Whether the blocks of a metric fall into two groups. */
export const MODES = {
  /** Blocks beyond so many MADs of the median, scaled to a normal's standard deviation … (design). */
  mad: 5,
  /** … and at least so many of them on one side (design: more than one). */
  blocks: 2,
  /** Or, since two groups of one size have no blocks far from the median: a gap of so many standard deviations of the groups, … */
  gap: 3,
  /** … over at least so many blocks. Of normal values 0.7 % have such a gap in 14 blocks, 0.1 % in 20 (simulated). */
  gapBlocks: 14,
  /** Smallest spread that is believed, in ln(cost): equal blocks must not make a mode of a tenth of a percent (own choice). */
  floor: 0.003,
} as const;

/** Little's law: mean work in flight = rate × mean time (Little 1961, Operations Research 9). Shares of what was asked for. */
export const IN_FLIGHT = {
  /**
   * Below this the connections stood idle. All of them begin together and wait for the last at the end of a segment,
   * which takes a quarter of it when each has two pieces of work only (own choice, with a fifth less).
   */
  idle: 0.6,
  /** The same with still fewer pieces of work, against what a server that is never idle has in flight then (`busyShare`). */
  idleAgainstBusy: 0.8,
  /** Above 1 is impossible; rate and time are means of the same windows, so that only a fault explains this much (own choice). */
  impossible: 1.2,
} as const;

/** One-sided p-value at which one arm fails more often than the other; half of 1 % for each direction (own choice). */
export const ERRORS_DIFFER = 0.005;

/**
 * Lengths of bodies under load: an octave with this share of base's answers is one of base's own sizes; above this share of head's, the
 * comparison of whole answers has told it; and this share of both arms' in octaves that none had before the load is another answer
 * (own choice).
 */
export const BODY_SIZES = { usual: 0.1, told: 0.5, changed: 0.9 } as const;

/** One-sided p-value of "head uses no more CPU time together with what runs beside it", in as few as four blocks (own choice). */
export const MOVED_BY_CHANCE = 0.01;

/** So many times the expected standard deviation of a block is another noise (design). */
export const NOISE = 2.5;

/** Share of a block that starting and warming up may take before it is told (own choice: a third). */
export const START_UP_SHARE = 0.33;

/**
 * Head starts slower: by this factor and so many milliseconds at the median, and in this share of at least so many blocks (own choice).
 */
export const STARTS = { factor: 1.5, longerMs: 500, share: 0.9, least: 3 } as const;

/** With so many blocks there is enough measuring, whatever else they spend their time on (own choice: a job had 20 before blocks were short). */
export const ENOUGH_BLOCKS = 20;

/** When a metric that the user did not name is too noisy to be judged. */
export const TOO_NOISY = {
  /**
   * Before the last look the smallest tolerance that it could keep must be so many times its own: the standard deviation of six
   * blocks lies more than a third above the truth in one case of ten (own choice).
   */
  early: 1.5,
  /**
   * One-sided p-value, as if there were one look, at which what is worse by half the tolerance or more looks worse: it is measured on. All
   * such metrics of a job share it when the budget is at its end: what looks worse then is not passed over, if the budget could have decided
   * it (own choice).
   */
  looksWorse: 0.05,
  /**
   * One-sided p-value, of Pitman and Morgan's test, at which head differs more from start to start than base does, so that its noise is its
   * own … (own choice: docs/adr/0088-noise-of-head.md has what it costs).
   */
  headsNoise: 0.01,
  /**
   * … and that of Wilcoxon's, at which it is in so many blocks that it is no accident of one or two (own choice: the same page has what else
   * was tried) …
   */
  headsBlocks: 0.05,
  /** … and before the last look, where it costs nothing but measuring time (own choice: four blocks show little). */
  headsNoiseEarly: 0.2,
} as const;
