/**
 * Ratios of commit to commit → the level of each commit, with the error that grows from step to step. Where runs measured
 * against a fixed reference commit, the chain is tied to it there: each level is then the best one by all steps and all such
 * runs, before and after it (a Kalman filter from both ends). Pure.
 */
import type { ChainFigure } from './change-point.ts';
import type { ChainStep } from './tracks.ts';

/** ln(commit / reference), measured in one run. */
export interface Anchor {
  readonly commit: string;
  readonly log: number;
  readonly variance: number;
}

interface Node {
  readonly commit: string;
  readonly log: number;
  /** Of `log` against the first node. */
  readonly variance: number;
  /** Of the difference from the node before. */
  readonly own: number;
}

interface Belief {
  readonly log: number;
  /** 1 / variance; 0: nothing is known. */
  readonly precision: number;
}

const Z_95 = 1.96;
/** Precision of what is certain. */
const CERTAIN = 1e12;

/**
 * Of the newest commits that hang together: a run whose base was never measured begins a new chain.
 *
 * @param spread standard deviation of a step; null: only its own interval tells, and where there is none nothing does
 */
export function chainOf(
  steps: readonly ChainStep[],
  spread: number | null,
  anchors: readonly Anchor[] = [],
): ChainFigure[] {
  const isKnown = steps.every(({ variance }) => variance !== null || spread !== null);
  const nodes = nodesOf(steps, spread ?? 0);
  const tied = anchors.filter(({ commit }) => nodes.some((node) => node.commit === commit));
  const levels = tied.length === 0 ? nodes.map(untied) : bothWays(nodes, tied);
  const origin = levels[0]?.log ?? 0;
  return levels.map(({ log, precision }, i) => ({
    commit: (nodes[i] as Node).commit,
    log: log - origin,
    half: isKnown ? Z_95 * Math.sqrt(Math.max(0, 1 / precision - 1 / CERTAIN)) : null,
  }));
}

function untied({ log, variance }: Node): Belief {
  return { log, precision: 1 / (variance + 1 / CERTAIN) };
}

function nodesOf(steps: readonly ChainStep[], spread: number): Node[] {
  let nodes = new Map<string, Node>();
  let last: Node | null = null;
  for (const { commit, base, log, variance } of steps) {
    if (nodes.has(commit)) continue;
    const own = Math.max(variance ?? 0, spread ** 2);
    let from = nodes.get(base);
    if (from === undefined) {
      from = { commit: base, log: 0, variance: 0, own: 0 };
      nodes = new Map([[base, from]]);
      last = from;
    }
    const detour: number = last === null ? 0 : last.variance - from.variance;
    const node: Node = {
      commit,
      log: from.log + log,
      variance: from.variance + own,
      own: own + Math.max(0, detour),
    };
    nodes.set(commit, node);
    last = node;
  }
  return [...nodes.values()];
}

function bothWays(nodes: readonly Node[], anchors: readonly Anchor[]): Belief[] {
  const measured = nodes.map(({ commit }) =>
    anchors
      .filter((anchor) => anchor.commit === commit)
      .map(({ log, variance }): Belief => ({ log, precision: 1 / Math.max(variance, 1 / CERTAIN) }))
      .reduce(joined, NOTHING),
  );
  const stepTo = (i: number) => (nodes[i]?.log ?? 0) - (nodes[i - 1]?.log ?? 0);
  const ahead: Belief[] = [];
  for (let i = 0; i < nodes.length; i++) {
    const carried = i === 0 ? NOTHING : moved(ahead[i - 1] as Belief, stepTo(i), nodes[i] as Node);
    ahead.push(joined(carried, measured[i] as Belief));
  }
  const levels: Belief[] = [];
  let behind = NOTHING;
  for (let i = nodes.length - 1; i >= 0; i--) {
    levels[i] = joined(ahead[i] as Belief, behind);
    if (i > 0) behind = moved(joined(behind, measured[i] as Belief), -stepTo(i), nodes[i] as Node);
  }
  return levels;
}

const NOTHING: Belief = { log: 0, precision: 0 };

function moved({ log, precision }: Belief, step: number, { own }: Node): Belief {
  return precision === 0 ? NOTHING : { log: log + step, precision: 1 / (1 / precision + own) };
}

function joined(a: Belief, b: Belief): Belief {
  const precision = a.precision + b.precision;
  return precision === 0
    ? NOTHING
    : { log: (a.log * a.precision + b.log * b.precision) / precision, precision };
}
