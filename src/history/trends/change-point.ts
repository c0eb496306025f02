/** A change point: where the level of a metric moved for good, as far as a history can tell; and chains. Data alone. */

export interface ChangePoint {
  readonly subject: { readonly server: string; readonly scenario: string };
  /** As the lines of the history name it. */
  readonly metric: string;
  /** The first commit with the new level: the likeliest one of the range. */
  readonly at: string;
  /** The last commit that surely has the old level; the change came after it. */
  readonly from: string;
  /** The first commit that surely has the new one; the change came with it at the latest. */
  readonly to: string;
  /**
   * When the runs of these commits began, ISO 8601, UTC: one commit may have many runs, as that of a nightly job has. `from`: null where it has
   * none; absent: not known.
   */
  readonly began?: { readonly at: string; readonly from: string | null; readonly to: string };
  /** ln(new level / old level) of the value itself, whichever way is good: throughput 5 % lower is -0.051. */
  readonly logChange: number;
  /** 95 % interval of `logChange`; null where it is not known. */
  readonly interval: readonly [number, number] | null;
  /** Of the test by which it was found; null where it has none. */
  readonly p: number | null;
  /** The level moved in several steps the same way, one soon after the other; absent: not known. */
  readonly isCreep?: boolean;
  /**
   * By what it was seen: levels against a fixed commit (`reference`), levels against the calibrator on one machine
   * (`calibrated`), or the ratios of commit to commit added up (`chain`).
   */
  readonly seenBy?: 'reference' | 'calibrated' | 'chain';
}

/** One figure of a chain: ln of what the chain's first commit had, with half of its 95 % interval; null: it has none. */
export interface ChainFigure {
  readonly commit: string;
  readonly log: number;
  /** Grows along the chain, and shrinks where a run measured against the reference commit. */
  readonly half: number | null;
}

/** Ratios of commit to commit, each measured in live pairs on one machine, added up: no machine moves them. */
export interface Chain {
  readonly subject: ChangePoint['subject'];
  readonly metric: string;
  /** The fixed commit that runs were measured against again and again; null: none was. */
  readonly reference?: string | null;
  /** Oldest first. */
  readonly figures: readonly ChainFigure[];
}

export interface Trends {
  readonly changePoints: readonly ChangePoint[];
  readonly chains: readonly Chain[];
}
