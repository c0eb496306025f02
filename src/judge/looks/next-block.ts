/**
 * What a subject's next block has to have: only the parts that something still waits for. Throughput and CPU time come first,
 * because most verdicts rest on them; latencies and the unbroken phase follow when these are decided, or after a few blocks at the
 * latest. Pure, and blind to which arm is faster (docs/adr/0047-stop-when-red.md).
 */
import type { MetricName } from '../../config/experiment/metrics.ts';
import { MIN_BLOCKS } from '../../plan/looks.ts';
import { type NextBlock, type Part, partOf, SPEED_FIRST, WHOLE_BLOCK } from '../figures/parts.ts';
import { isCore } from '../rule/core-metrics.ts';
import type { SubjectState } from '../state/state.ts';

/** `open`: metrics that are to be decided and are not; `claimed`: those that a claim waits for. */
export function nextBlock(
  { plan, measured, metrics, health }: SubjectState,
  open: ReadonlySet<MetricName>,
  claimed: ReadonlySet<MetricName>,
): NextBlock {
  // One look at the end needs all blocks alike; and of a hold everything is one piece.
  if (plan === null || plan.looks.length === 1) return WHOLE_BLOCK;
  const done = measured.blocks.length;
  const waits = (part: Part, names: ReadonlySet<MetricName>) =>
    metrics.some((state) => partOf(state) === part && names.has(state.metric));
  const isSpeedOpen = [...open, ...claimed].some(isCore);
  const first = withoutPhases(plan.blocks.length);
  const isSpeedFirst = isSpeedOpen && done < first;
  const wants = (part: 'latency' | 'steady') => {
    const own = metrics.filter((state) => partOf(state) === part);
    if (own.length === 0) return false;
    if (waits(part, claimed)) return true;
    // What only informs is measured a few times, after the speed.
    const isShownOnly = !own.some(({ gating }) => gating);
    const isShown = own.every(({ counts }) => (counts.at(-1) as number) >= MIN_BLOCKS);
    return !isSpeedFirst && (waits(part, open) || (isShownOnly && !isShown));
  };
  // Whether a server that has time left saves CPU when it is busier shows at a fixed rate only.
  const isAtFixedRate = plan.phases.latency !== null && done > 0 && !health.isServerFull;
  const latency = wants('latency') || (isSpeedOpen && isAtFixedRate);
  const steady = wants('steady');
  const slices = waits('slices', open) || waits('slices', claimed) || isSpeedOpen;
  return { slices: slices || !(latency || steady), latency, steady };
}

/** Of a plan of so many blocks, as many begin without phases: so many are left that what these measure can be looked at. */
function withoutPhases(planned: number): number {
  const share = Math.floor(SPEED_FIRST.share * planned);
  return Math.max(0, Math.min(SPEED_FIRST.blocks, share, planned - MIN_BLOCKS));
}
